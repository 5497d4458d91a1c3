package io.apexproxy.health.database;

import io.apexproxy.api.health.HealthResult;
import io.apexproxy.health.probe.Excerpt;
import io.apexproxy.health.probe.Exchange;
import io.apexproxy.health.probe.Reasons;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * An exchange of messages: collects bytes until the subclass finds a message in them. The subclass has the protocol and
 * neither channel nor clock.
 */
abstract class MessageExchange implements Exchange {

    /** The maximum length of a message, in bytes. Greetings and errors of database servers are shorter. */
    static final int MAX_MESSAGE = 4096;
    /** The maximum number of characters of a server that a reason contains. */
    static final int MAX_SHOWN = 150;

    /** The type and major version that begin each TLS record with an alert. */
    private static final int TLS_ALERT = 0x15_03;

    private final ByteBuffer received = ByteBuffer.allocate(MAX_MESSAGE);
    private final String server;
    private ByteBuffer reply = ByteBuffer.allocate(0);
    private volatile String awaited = "";

    /**
     * Creates an exchange.
     *
     * @param server the name of the protocol in reasons
     */
    MessageExchange(String server) {
        this.server = server;
    }

    /**
     * Takes the next message from the front of the bytes.
     *
     * @param bytes the bytes received so far; the position moves behind the message
     * @return the result; empty if the message is incomplete or another message follows
     */
    abstract Optional<HealthResult> next(ByteBuffer bytes);

    /** Sends bytes before the next read. */
    final void send(ByteBuffer bytes) {
        reply = bytes;
    }

    /** Returns an unhealthy result for bytes that do not belong to the protocol. */
    final HealthResult unexpected(ByteBuffer bytes) {
        ByteBuffer start = bytes.duplicate();
        if (start.remaining() >= Short.BYTES && start.getShort(start.position()) == TLS_ALERT) {
            return HealthResult.unhealthy(Reasons.TLS_ALERT);
        }
        return HealthResult.unhealthy("expected an answer of " + server + ", got " + Excerpt.of(start));
    }

    @Override
    public ByteBuffer request() {
        return ByteBuffer.allocate(0);
    }

    @Override
    public final Optional<HealthResult> evaluateSent() {
        awaited = ": connected, but no answer of " + server;
        return Optional.empty();
    }

    @Override
    public final Optional<HealthResult> evaluate(ByteBuffer piece) {
        while (piece.hasRemaining()) {
            int length = Math.min(piece.remaining(), received.remaining());
            received.put(piece.slice(piece.position(), length));
            piece.position(piece.position() + length);
            Optional<HealthResult> result = messages();
            if (result.isPresent()) {
                return result;
            }
            if (!received.hasRemaining()) {
                return Optional.of(HealthResult.unhealthy(
                        "expected an answer of " + server + ", got a message of more than " + MAX_MESSAGE + " bytes"));
            }
        }
        return Optional.empty();
    }

    /** Takes all complete messages. */
    private Optional<HealthResult> messages() {
        received.flip();
        Optional<HealthResult> result = Optional.empty();
        int before;
        do {
            before = received.position();
            result = next(received);
        } while (result.isEmpty() && received.hasRemaining() && received.position() > before);
        received.compact();
        return result;
    }

    @Override
    public final ByteBuffer reply() {
        ByteBuffer next = reply;
        reply = ByteBuffer.allocate(0);
        return next;
    }

    @Override
    public final HealthResult evaluateEnd() {
        ByteBuffer rest = received.duplicate().flip();
        return rest.hasRemaining() ? unexpected(rest)
                : HealthResult.unhealthy("connection closed by the backend" + awaited);
    }

    @Override
    public final String describeWait() {
        return awaited;
    }
}
