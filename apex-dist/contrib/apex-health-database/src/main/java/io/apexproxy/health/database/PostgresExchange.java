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

    /**
     * Creates an exchange that requests a session. It ends when the server requests a password, or when the session of
     * a user without password is ready.
     */
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
        if (!isExpected(type)) {
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
        ByteBuffer content = bytes.slice(start, length - Integer.BYTES);
        bytes.position(bytes.position() + 1 + length);
        return message(type, content);
    }

    private boolean isExpected(byte type) {
        return switch (type) {
            case PostgresMessages.ERROR -> true;
            case PostgresMessages.AUTHENTICATION -> isSession && !isAuthenticated;
            case PostgresMessages.READY, PostgresMessages.PARAMETER, PostgresMessages.KEY, PostgresMessages.NOTICE ->
                    isAuthenticated;
            default -> false;
        };
    }

    private Optional<HealthResult> message(byte type, ByteBuffer content) {
        switch (type) {
            case PostgresMessages.ERROR -> {
                isAuthenticated = false;
                return Optional.of(HealthResult.unhealthy("PostgreSQL: " + PostgresMessages.errorText(content)));
            }
            case PostgresMessages.AUTHENTICATION -> {
                isAuthenticated = PostgresMessages.isAccepted(content);
                return isAuthenticated ? Optional.empty() : Optional.of(HealthResult.healthy());
            }
            case PostgresMessages.READY -> {
                return Optional.of(HealthResult.healthy());
            }
            default -> {
                return Optional.empty();
            }
        }
    }

    /** A server that waits for a password logs nothing if the connection ends. */
    @Override
    public ByteBuffer lastRequest() {
        return isAuthenticated ? PostgresMessages.terminate() : ByteBuffer.allocate(0);
    }
}
