package io.apexproxy.health.database;

import io.apexproxy.api.health.HealthResult;
import io.apexproxy.health.probe.Exchange;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;

/**
 * An exchange with a server whose answers are known.
 *
 * @param result the result
 * @param sent the bytes of the exchange in hex digits, each request followed by a space
 */
record Conversation(HealthResult result, String sent) {

    /**
     * Evaluates the answers in segments of a size, and then the end of the stream.
     *
     * @param answers ISO 8859-1 text, each character a byte
     */
    static Conversation of(Exchange exchange, String answers, int segment) {
        StringBuilder sent = new StringBuilder(hex(exchange.request()));
        byte[] bytes = answers.getBytes(StandardCharsets.ISO_8859_1);
        Optional<HealthResult> result = exchange.evaluateSent();
        for (int i = 0; i < bytes.length && result.isEmpty(); i += segment) {
            result = exchange.evaluate(ByteBuffer.wrap(bytes, i, Math.min(segment, bytes.length - i)));
            sent.append(hex(exchange.reply()));
        }
        HealthResult found = result.orElseGet(exchange::evaluateEnd);
        return new Conversation(found, sent.append(hex(exchange.lastRequest())).toString().strip());
    }

    private static String hex(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes.length == 0 ? "" : HexFormat.of().formatHex(bytes) + " ";
    }

    /** Returns the reason of an unhealthy result, or {@code healthy}. */
    String reason() {
        return result instanceof HealthResult.Unhealthy unhealthy ? unhealthy.reason() : "healthy";
    }
}
