/** Tests of the progress of a drain. */
package io.apexproxy.runtime.drain;
