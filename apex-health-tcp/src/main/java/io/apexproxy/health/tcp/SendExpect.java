package io.apexproxy.health.tcp;

import io.apexproxy.api.Settings;
import io.apexproxy.api.health.HealthResult;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What a probe says and hears, the same for all backends of a pool.
 *
 * @param port the port to probe, {@link #PORT_OF_BACKEND} for each backend's own
 * @param send bytes to send; empty: none. Use {@link ByteBuffer#duplicate duplicates}
 * @param expect bytes with which the answer has to begin; empty: no answer is awaited
 */
record SendExpect(int port, ByteBuffer send, ByteBuffer expect) {

    static final int PORT_OF_BACKEND = 0;

    /** Room beyond the expected bytes: a mismatch shows a bit of what came. Also for what is drained at the end. */
    private static final int RESERVE = 256;

    private static final int MAX_PORT = 65_535;

    static SendExpect from(Settings settings) {
        return new SendExpect(
                (int) settings.integer("port", 1, MAX_PORT, PORT_OF_BACKEND),
                bytes(settings, "send"),
                bytes(settings, "expect"));
    }

    /** Room for the expected bytes and for a bit of what came instead. */
    ByteBuffer room() {
        return ByteBuffer.allocate(expect.remaining() + RESERVE);
    }

    /**
     * Compares what came so far with what is expected.
     *
     * @param ended whether nothing more will come
     * @return the result, or empty while it is not clear yet
     */
    Optional<HealthResult> judge(ByteBuffer soFar, boolean ended) {
        int common = soFar.mismatch(expect);
        if (common == -1 || common == expect.remaining()) {
            return Optional.of(HealthResult.healthy());
        }
        if (common < soFar.remaining()) {
            return Optional.of(HealthResult.unhealthy(
                    "expected " + Excerpt.of(expect) + ", got " + Excerpt.of(soFar)));
        }
        return ended
                ? Optional.of(HealthResult.unhealthy("connection closed by the backend" + awaited(soFar)))
                : Optional.empty();
    }

    /** The end of a sentence that says what went wrong before the answer was complete. */
    String awaited(ByteBuffer soFar) {
        return ", expected " + Excerpt.of(expect) + ", got " + Excerpt.of(soFar);
    }

    InetSocketAddress target(InetSocketAddress backend) {
        return port == PORT_OF_BACKEND ? backend : new InetSocketAddress(backend.getAddress(), port);
    }

    private static ByteBuffer bytes(Settings settings, String key) {
        if (!settings.has(key)) {
            return ByteBuffer.allocate(0);
        }
        String text = settings.string(key);
        if (text.isEmpty()) {
            throw settings.invalid(key,
                    "expected at least one character, found \"\"; leave the key out if there is nothing to " + key);
        }
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)).asReadOnlyBuffer();
    }
}
