package io.apexproxy.health.tcp;

import io.apexproxy.api.Settings;
import io.apexproxy.api.health.HealthResult;
import io.apexproxy.health.probe.Excerpt;
import io.apexproxy.health.probe.ProbePort;
import io.apexproxy.health.probe.Reasons;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The port to probe, the bytes to send, the bytes to expect and the end of the connection, for all backends of a pool.
 *
 * @param port the port to probe
 * @param send the bytes to send, possibly none; read only {@link ByteBuffer#duplicate duplicates} of the buffer
 * @param expect the bytes with which the response has to begin; empty if no response is expected
 * @param reset whether the connection ends with a reset instead of FIN
 */
record SendExpect(ProbePort port, ByteBuffer send, ByteBuffer expect, boolean reset) {

    /**
     * Space for the start of a wrong response, which error messages show, and for bytes that are discarded, in bytes.
     */
    private static final int EXTRA_SPACE = 256;

    /** The type of a TLS record with an alert. */
    private static final byte ALERT = 21;
    /** The major version of every TLS record. */
    private static final byte TLS_VERSION = 3;

    static SendExpect from(Settings settings) {
        ProbePort port = ProbePort.from(settings);
        ByteBuffer send = bytes(settings, "send");
        ByteBuffer expect = bytes(settings, "expect");
        boolean isPlain = !send.hasRemaining() && !expect.hasRemaining();
        return new SendExpect(port, send, expect, settings.bool("reset", isPlain));
    }

    /** Returns a buffer for the expected bytes or the start of a wrong response. */
    ByteBuffer newReceiveBuffer() {
        return ByteBuffer.allocate(expect.remaining() + EXTRA_SPACE);
    }

    /**
     * Compares the bytes received so far with the expected bytes.
     *
     * @param ended whether the backend has closed its side
     * @return the result, or empty if more bytes are needed
     */
    Optional<HealthResult> evaluate(ByteBuffer received, boolean ended) {
        int common = received.mismatch(expect);
        if (common == -1 || common == expect.remaining()) {
            return Optional.of(HealthResult.healthy());
        }
        if (isTlsAlert(received)) {
            return Optional.of(HealthResult.unhealthy(Reasons.TLS_ALERT));
        }
        if (common < received.remaining()) {
            return Optional.of(HealthResult.unhealthy(
                    "expected " + Excerpt.of(expect) + ", got " + Excerpt.of(received)));
        }
        return ended
                ? Optional.of(HealthResult.unhealthy("connection closed by the backend" + describe(received)))
                : Optional.empty();
    }

    /** Returns whether these are the first bytes of an alert, the answer of a TLS server to a probe without TLS. */
    private static boolean isTlsAlert(ByteBuffer received) {
        int start = received.position();
        return received.remaining() >= 2 && received.get(start) == ALERT && received.get(start + 1) == TLS_VERSION;
    }

    /** Returns the end of an error message about an incomplete response. */
    String describe(ByteBuffer received) {
        return ", expected " + Excerpt.of(expect) + ", got " + Excerpt.of(received);
    }

    /** Returns the bytes of a key or of the same key with the suffix for hex text. */
    private static ByteBuffer bytes(Settings settings, String key) {
        String hexKey = key + "_hex";
        boolean isText = settings.has(key);
        if (settings.has(hexKey)) {
            if (isText) {
                throw settings.invalid(hexKey, "not allowed together with " + key);
            }
            return HexText.bytes(settings, hexKey);
        }
        if (!isText) {
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
