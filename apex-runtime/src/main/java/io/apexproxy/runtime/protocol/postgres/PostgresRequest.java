package io.apexproxy.runtime.protocol.postgres;

/** The first message of a PostgreSQL client, as far as a proxy has to distinguish it. */
public enum PostgresRequest {

    /** SSLRequest: the client asks for TLS and waits for one byte. */
    SSL,

    /** GSSENCRequest: the client asks for GSSAPI encryption and waits for one byte. */
    GSS_ENCRYPTION,

    /** CancelRequest: the client asks to cancel a query of another connection. It is mostly sent without TLS. */
    CANCEL,

    /** Anything else, such as a StartupMessage without TLS, or TLS without a request. */
    OTHER
}
