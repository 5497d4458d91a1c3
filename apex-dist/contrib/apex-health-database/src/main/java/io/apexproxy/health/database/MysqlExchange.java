package io.apexproxy.health.database;

import io.apexproxy.api.health.HealthResult;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;

/**
 * The exchange of one probe of MariaDB or MySQL: read the greeting, log in without password, quit.
 *
 * <p>The server counts connections that end before a login as errors of the host, whatever their end is, and blocks the
 * host after {@code max_connect_errors} of them. It does not count a login that it denies.
 */
final class MysqlExchange extends MessageExchange {

    /**
     * The errors of a server that works and denies a login without user name: access denied, with and without the use
     * of a password, and a connection without TLS.
     */
    private static final Set<Integer> DENIED = Set.of(1045, 1698, 3159);

    /** What the server has answered so far. */
    private enum State {
        CONNECTED, GREETED, SWITCHED, LOGGED_IN
    }

    private final Optional<String> user;
    private State state = State.CONNECTED;

    /**
     * Creates an exchange.
     *
     * @param user a user who has to be able to log in; empty: no user name, and the server can deny access
     */
    MysqlExchange(Optional<String> user) {
        super("MariaDB or MySQL");
        this.user = user;
    }

    @Override
    Optional<HealthResult> next(ByteBuffer bytes) {
        if (bytes.remaining() <= MysqlMessages.HEADER_LENGTH) {
            return Optional.empty();
        }
        int length = MysqlMessages.payloadLength(bytes);
        byte sequence = bytes.get(bytes.position() + MysqlMessages.HEADER_LENGTH - 1);
        byte type = bytes.get(bytes.position() + MysqlMessages.HEADER_LENGTH);
        if (length == 0 || length > MAX_MESSAGE - MysqlMessages.HEADER_LENGTH || !isExpected(type)) {
            return Optional.of(unexpected(bytes));
        }
        if (bytes.remaining() < MysqlMessages.HEADER_LENGTH + length) {
            return Optional.empty();
        }
        int start = bytes.position() + MysqlMessages.HEADER_LENGTH;
        bytes.position(start + length);
        return message(type, sequence, bytes.slice(start, length));
    }

    private boolean isExpected(byte type) {
        return switch (type) {
            case MysqlMessages.GREETING -> state == State.CONNECTED;
            case MysqlMessages.AUTHENTICATION_SWITCH -> state == State.GREETED;
            case MysqlMessages.OK -> state != State.CONNECTED;
            default -> type == MysqlMessages.ERROR;
        };
    }

    private Optional<HealthResult> message(byte type, byte sequence, ByteBuffer payload) {
        switch (type) {
            case MysqlMessages.GREETING -> {
                state = State.GREETED;
                send(MysqlMessages.login(user.orElse("")));
            }
            case MysqlMessages.AUTHENTICATION_SWITCH -> {
                state = State.SWITCHED;
                send(MysqlMessages.noPassword(sequence + 1));
            }
            case MysqlMessages.OK -> {
                state = State.LOGGED_IN;
                return Optional.of(HealthResult.healthy());
            }
            default -> {
                boolean isWorking =
                        state != State.CONNECTED && user.isEmpty() && DENIED.contains(MysqlMessages.errorCode(payload));
                return Optional.of(isWorking ? HealthResult.healthy()
                        : HealthResult.unhealthy("MySQL error " + MysqlMessages.errorText(payload)));
            }
        }
        return Optional.empty();
    }

    @Override
    public ByteBuffer lastRequest() {
        return state == State.LOGGED_IN ? MysqlMessages.quit() : ByteBuffer.allocate(0);
    }
}
