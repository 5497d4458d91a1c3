package io.apexproxy.health.tcp;

import io.apexproxy.api.Settings;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What a probe says and hears, the same for all backends of a pool.
 *
 * @param port the port to probe, {@link #PORT_OF_BACKEND} for each backend's own
 * @param send bytes to send; empty: none. Use {@link ByteBuffer#duplicate duplicates}
 * @param expect bytes with which the answer has to begin; empty: no answer is awaited
 */
record Dialogue(int port, ByteBuffer send, ByteBuffer expect) {

    static final int PORT_OF_BACKEND = 0;

    private static final int MAX_PORT = 65_535;

    static Dialogue from(Settings settings) {
        return new Dialogue(
                (int) settings.integer("port", 1, MAX_PORT, PORT_OF_BACKEND),
                bytes(settings, "send"),
                bytes(settings, "expect"));
    }

    InetSocketAddress target(InetSocketAddress backend) {
        return port == PORT_OF_BACKEND ? backend : new InetSocketAddress(backend.getAddress(), port);
    }

    private static ByteBuffer bytes(Settings settings, String key) {
        String text = settings.string(key, "");
        if (text.isEmpty() && settings.keys().contains(key)) {
            throw settings.invalid(key,
                    "expected at least one character, found \"\"; leave the key out if there is nothing to " + key);
        }
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)).asReadOnlyBuffer();
    }
}
