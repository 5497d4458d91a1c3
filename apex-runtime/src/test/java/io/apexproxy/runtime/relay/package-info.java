/** Tests of the relay's parts. Tests of a whole proxy are in package {@code io.apexproxy.runtime}. */
package io.apexproxy.runtime.relay;
