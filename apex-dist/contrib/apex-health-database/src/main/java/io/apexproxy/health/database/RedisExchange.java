package io.apexproxy.health.database;

import io.apexproxy.api.health.HealthResult;
import io.apexproxy.health.probe.Excerpt;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The exchange of one probe of Redis: {@code PING}, which is answered by {@code +PONG}.
 *
 * <p>A server that requires a password answers {@code -NOAUTH}, and works. Other errors, such as {@code -LOADING},
 * {@code -BUSY} and {@code -MASTERDOWN}, are the reason why the server does not serve clients now.
 *
 * @see <a href="https://redis.io/docs/latest/develop/reference/protocol-spec/">Redis serialization protocol</a>
 */
final class RedisExchange extends MessageExchange {

    private static final String REQUEST = "PING\r\n";
    private static final String PONG = "+PONG";
    private static final String NO_AUTHENTICATION = "-NOAUTH ";

    RedisExchange() {
        super("Redis");
    }

    @Override
    public ByteBuffer request() {
        return ByteBuffer.wrap(REQUEST.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    Optional<HealthResult> next(ByteBuffer bytes) {
        byte type = bytes.get(bytes.position());
        if (type != '+' && type != '-') {
            return Optional.of(unexpected(bytes));
        }
        for (int i = bytes.position(); i < bytes.limit(); i++) {
            if (bytes.get(i) == '\n') {
                return Optional.of(result(bytes.slice(bytes.position(), i - bytes.position())));
            }
        }
        return Optional.empty();
    }

    private HealthResult result(ByteBuffer line) {
        String text = StandardCharsets.ISO_8859_1.decode(line.duplicate()).toString().stripTrailing();
        if (text.equals(PONG) || text.startsWith(NO_AUTHENTICATION)) {
            return HealthResult.healthy();
        }
        return text.startsWith("-")
                ? HealthResult.unhealthy("Redis: " + Excerpt.unquoted(text.substring(1), MAX_SHOWN))
                : unexpected(line);
    }
}
