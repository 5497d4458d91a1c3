package io.apexproxy.health.tcp;

import io.apexproxy.api.health.HealthResult;
import io.apexproxy.health.probe.Exchange;
import java.nio.ByteBuffer;
import java.util.Optional;

/** The exchange of one probe with a {@link SendExpect}: collects the response until the comparison has a result. */
final class SendExpectExchange implements Exchange {

    private final SendExpect sendExpect;
    private final ByteBuffer received;
    private volatile String awaited = "";

    SendExpectExchange(SendExpect sendExpect) {
        this.sendExpect = sendExpect;
        this.received = sendExpect.newReceiveBuffer();
    }

    @Override
    public ByteBuffer request() {
        return sendExpect.send().duplicate();
    }

    @Override
    public Optional<HealthResult> evaluateSent() {
        if (!sendExpect.expect().hasRemaining()) {
            return Optional.of(HealthResult.healthy());
        }
        awaited = sendExpect.describe(receivedSoFar());
        return Optional.empty();
    }

    /** The buffer is longer than the expected bytes, so that bytes beyond it cannot change the result. */
    @Override
    public Optional<HealthResult> evaluate(ByteBuffer piece) {
        while (piece.hasRemaining() && received.hasRemaining()) {
            received.put(piece.get());
        }
        Optional<HealthResult> result = sendExpect.evaluate(receivedSoFar(), false);
        if (result.isEmpty()) {
            awaited = sendExpect.describe(receivedSoFar());
        }
        return result;
    }

    @Override
    public HealthResult evaluateEnd() {
        return sendExpect.evaluate(receivedSoFar(), true).orElseThrow();
    }

    @Override
    public String describeWait() {
        return awaited;
    }

    @Override
    public boolean resets() {
        return sendExpect.reset();
    }

    private ByteBuffer receivedSoFar() {
        return received.duplicate().flip();
    }
}
