/** Tests of sessions. How sessions relay is tested on a whole proxy, in package {@code runtime}. */
package io.apexproxy.runtime.relay;
