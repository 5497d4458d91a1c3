/** Tests of the ClientHello parser and of server names, without sockets. */
package io.apexproxy.runtime.protocol.tls;
