package io.apexproxy.runtime.protocol.postgres;

import io.apexproxy.runtime.protocol.ParseResult;
import io.apexproxy.runtime.protocol.ParseResult.Complete;
import io.apexproxy.runtime.protocol.ParseResult.Incomplete;
import java.nio.ByteBuffer;

/**
 * Parser of the requests that a PostgreSQL client can send before TLS. Pure: no channel, no clock.
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol-message-formats.html">PostgreSQL message formats</a>
 */
public final class PostgresRequestParser {

    /** The size of an SSLRequest or GSSENCRequest, and of the part of a CancelRequest that identifies it. */
    private static final int REQUEST_BYTES = 8;
    // length of the message, then the code of the request: 4 bytes each
    private static final long SSL = PostgresRequest.SSL_BYTES;
    private static final long GSS_ENCRYPTION = 0x00000008_04D21630L;
    private static final long CANCEL = 0x00000010_04D2162EL;

    private PostgresRequestParser() {
    }

    /**
     * Recognizes a request. The first byte that is in no request gives {@link PostgresRequest#OTHER}, so that a client
     * of another protocol is not delayed. No bytes are invalid.
     *
     * @param bytes all bytes received so far, from position to limit; neither is changed
     * @return the length is 8 for {@link PostgresRequest#SSL} and {@link PostgresRequest#GSS_ENCRYPTION}, because the
     *     caller answers them; it is 0 for other requests, because their bytes are passed on
     */
    public static ParseResult<PostgresRequest> parse(ByteBuffer bytes) {
        int count = Math.min(bytes.remaining(), REQUEST_BYTES);
        long value = 0;
        for (int index = 0; index < count; index++) {
            value = (value << Byte.SIZE) | (bytes.get(bytes.position() + index) & 0xff);
        }
        if (count == REQUEST_BYTES) {
            return complete(value);
        }
        boolean isPrefix = isPrefix(value, count, SSL) || isPrefix(value, count, GSS_ENCRYPTION)
                || isPrefix(value, count, CANCEL);
        return isPrefix ? new Incomplete<>() : new Complete<>(PostgresRequest.OTHER, 0);
    }

    private static ParseResult<PostgresRequest> complete(long value) {
        if (value == SSL) {
            return new Complete<>(PostgresRequest.SSL, REQUEST_BYTES);
        }
        if (value == GSS_ENCRYPTION) {
            return new Complete<>(PostgresRequest.GSS_ENCRYPTION, REQUEST_BYTES);
        }
        return new Complete<>(value == CANCEL ? PostgresRequest.CANCEL : PostgresRequest.OTHER, 0);
    }

    private static boolean isPrefix(long value, int count, long request) {
        return count == 0 || value == request >>> (Byte.SIZE * (REQUEST_BYTES - count));
    }
}
