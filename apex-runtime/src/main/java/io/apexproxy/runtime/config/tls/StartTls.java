package io.apexproxy.runtime.config.tls;

/** The request of a protocol to begin with TLS, which a listener answers in place of a backend. */
public enum StartTls {
    /** The protocol has no such request, or the listener passes it on. */
    OFF,
    /** The SSLRequest and the GSSENCRequest of PostgreSQL. */
    POSTGRES
}
