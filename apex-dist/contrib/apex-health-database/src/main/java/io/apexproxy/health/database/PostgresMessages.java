package io.apexproxy.health.database;

import io.apexproxy.health.probe.Excerpt;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Messages of the protocol of PostgreSQL, version 3. Pure: no channel.
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol-message-formats.html">Message formats</a>
 */
final class PostgresMessages {

    /** The type and the length of a message. */
    static final int HEADER_LENGTH = 1 + Integer.BYTES;

    // types
    static final byte AUTHENTICATION = 'R';
    static final byte ERROR = 'E';
    static final byte READY = 'Z';
    static final byte PARAMETER = 'S';
    static final byte KEY = 'K';
    static final byte NOTICE = 'N';

    private static final int TLS_REQUEST = 80_877_103;
    private static final int VERSION_3_0 = 3 << 16;

    private PostgresMessages() {
    }

    /** Returns the request for TLS, SSLRequest. */
    static ByteBuffer tlsRequest() {
        return ByteBuffer.allocate(2 * Integer.BYTES).putInt(2 * Integer.BYTES).putInt(TLS_REQUEST).flip();
    }

    /** Returns the request for a session, StartupMessage. */
    static ByteBuffer startup(String user, Optional<String> database) {
        ByteArrayOutputStream parameters = new ByteArrayOutputStream();
        text(parameters, "user");
        text(parameters, user);
        database.ifPresent(name -> {
            text(parameters, "database");
            text(parameters, name);
        });
        text(parameters, "application_name");
        text(parameters, "apex");
        parameters.write(0);
        int length = 2 * Integer.BYTES + parameters.size();
        return ByteBuffer.allocate(length).putInt(length).putInt(VERSION_3_0).put(parameters.toByteArray()).flip();
    }

    private static void text(ByteArrayOutputStream target, String text) {
        target.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        target.write(0);
    }

    /** Returns the end of a session, Terminate. */
    static ByteBuffer terminate() {
        return ByteBuffer.allocate(HEADER_LENGTH).put((byte) 'X').putInt(Integer.BYTES).flip();
    }

    /** Returns whether the server requests no authentication, or none any more. */
    static boolean isAccepted(ByteBuffer authentication) {
        return authentication.remaining() >= Integer.BYTES && authentication.getInt(authentication.position()) == 0;
    }

    /** Returns severity, state and text of the fields of an error, escaped and cut. */
    static String errorText(ByteBuffer fields) {
        StringBuilder text = new StringBuilder();
        ByteBuffer rest = fields.duplicate();
        while (rest.hasRemaining()) {
            byte type = rest.get();
            int start = rest.position();
            int end = start;
            while (end < rest.limit() && rest.get(end) != 0) {
                end++;
            }
            if (type == 'S' || type == 'C' || type == 'M') { // sent in this order
                text.append(type == 'M' ? ": " : text.isEmpty() ? "" : " ")
                        .append(StandardCharsets.UTF_8.decode(rest.slice(start, end - start)));
            }
            rest.position(Math.min(rest.limit(), end + 1));
        }
        return Excerpt.unquoted(text.toString(), MessageExchange.MAX_SHOWN);
    }
}
