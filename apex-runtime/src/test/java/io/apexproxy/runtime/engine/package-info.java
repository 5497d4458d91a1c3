/** Tests of what engines share. */
package io.apexproxy.runtime.engine;
