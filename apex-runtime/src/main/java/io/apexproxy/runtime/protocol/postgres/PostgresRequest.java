package io.apexproxy.runtime.protocol.postgres;

import java.nio.ByteBuffer;

/** The first message of a PostgreSQL client, as far as a proxy has to distinguish it. */
public enum PostgresRequest {

    /** SSLRequest: the client asks for TLS and waits for one byte. */
    SSL,

    /** GSSENCRequest: the client asks for GSSAPI encryption and waits for one byte. */
    GSS_ENCRYPTION,

    /** CancelRequest: the client asks to cancel a query of another connection. It is mostly sent without TLS. */
    CANCEL,

    /** Anything else, such as a StartupMessage without TLS, or TLS without a request. */
    OTHER;

    // length of the message, then the code of the request: 4 bytes each
    static final long SSL_BYTES = 0x00000008_04D2162FL;

    /** Returns the bytes of an SSLRequest. */
    public static byte[] ssl() {
        return ByteBuffer.allocate(Long.BYTES).putLong(SSL_BYTES).array();
    }
}
