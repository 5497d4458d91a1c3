/** Tests of the views of a proxy. */
package io.apexproxy.runtime.snapshot;
