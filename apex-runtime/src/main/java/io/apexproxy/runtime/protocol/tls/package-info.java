/** The ClientHello of TLS, as far as routes and routers need it. */
package io.apexproxy.runtime.protocol.tls;
