/** Tests of the contexts of TLS, with engines that are connected in memory. */
package io.apexproxy.runtime.tls;
