package io.apexproxy.health.database;

import io.apexproxy.api.health.HealthResult;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The exchange of one probe of PostgreSQL: either a request for TLS, which each server answers with one byte, or a
 * request for a session. A server that starts, stops or has no place for a session answers the latter with an error.
 */
final class PostgresExchange extends MessageExchange {

    /** The length of a message counts its own four bytes. */
    private static final int MIN_LENGTH = Integer.BYTES;

    private final ByteBuffer request;
    private final boolean isSession;
    private boolean isAuthenticated;

    private PostgresExchange(ByteBuffer request, boolean isSession) {
        super("PostgreSQL");
        this.request = request;
        this.isSession = isSession;
    }

    /** Creates an exchange that requests TLS and does not use it. */
    static PostgresExchange ofTlsRequest() {
        return new PostgresExchange(PostgresMessages.tlsRequest(), false);
    }

    /** Creates an exchange that requests a session and ends before the authentication. */
    static PostgresExchange ofSession(String user, Optional<String> database) {
        return new PostgresExchange(PostgresMessages.startup(user, database), true);
    }

    @Override
    public ByteBuffer request() {
        return request;
    }

    @Override
    Optional<HealthResult> next(ByteBuffer bytes) {
        byte type = bytes.get(bytes.position());
        if (!isSession && (type == 'S' || type == 'N')) {
            return Optional.of(HealthResult.healthy());
        }
        if (type != PostgresMessages.ERROR && !(isSession && type == PostgresMessages.AUTHENTICATION)) {
            return Optional.of(unexpected(bytes));
        }
        if (bytes.remaining() < PostgresMessages.HEADER_LENGTH) {
            return Optional.empty();
        }
        int length = bytes.getInt(bytes.position() + 1);
        if (length < MIN_LENGTH || length >= MAX_MESSAGE) {
            return Optional.of(unexpected(bytes));
        }
        if (bytes.remaining() < 1 + length) {
            return Optional.empty();
        }
        int start = bytes.position() + PostgresMessages.HEADER_LENGTH;
        return Optional.of(result(type, bytes.slice(start, length - Integer.BYTES)));
    }

    private HealthResult result(byte type, ByteBuffer content) {
        if (type == PostgresMessages.ERROR) {
            return HealthResult.unhealthy("PostgreSQL: " + PostgresMessages.errorText(content));
        }
        isAuthenticated = content.remaining() >= Integer.BYTES && content.getInt(content.position()) == 0;
        return HealthResult.healthy();
    }

    /** A server that waits for a password logs nothing if the connection ends. */
    @Override
    public ByteBuffer lastRequest() {
        return isAuthenticated ? PostgresMessages.terminate() : ByteBuffer.allocate(0);
    }
}
