/** Tests of the conversions between Java and the structures of the kernel. */
package io.apexproxy.runtime.engine.linux;
