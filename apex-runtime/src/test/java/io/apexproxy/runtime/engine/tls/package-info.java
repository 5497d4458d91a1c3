/** Tests of TLS channels over real sockets. The peers are engines and sockets of the JDK, or other TLS channels. */
package io.apexproxy.runtime.engine.tls;
