/**
 * What a connection to a backend begins with before bytes of its user: a PROXY protocol header, a request for TLS, and
 * the TLS handshake. Sessions and health probes use the same code.
 */
package io.apexproxy.runtime.prologue;
