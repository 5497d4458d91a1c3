package io.apexproxy.health.tcp;

import io.apexproxy.api.health.HealthResult;
import io.apexproxy.health.probe.Exchange;
import java.nio.ByteBuffer;
import java.util.Optional;

/** One probe of a {@link SendExpect}: collects the answer until it can be compared. */
final class SendExpectExchange implements Exchange {

    private final SendExpect dialogue;
    private final ByteBuffer answer;
    private volatile String awaited = "";

    SendExpectExchange(SendExpect dialogue) {
        this.dialogue = dialogue;
        this.answer = dialogue.room();
    }

    @Override
    public ByteBuffer request() {
        return dialogue.send().duplicate();
    }

    @Override
    public Optional<HealthResult> sent() {
        if (!dialogue.expect().hasRemaining()) {
            return Optional.of(HealthResult.healthy());
        }
        awaited = dialogue.awaited(soFar());
        return Optional.empty();
    }

    /** The room exceeds the expected bytes, so that what does not fit cannot change the result. */
    @Override
    public Optional<HealthResult> received(ByteBuffer piece) {
        while (piece.hasRemaining() && answer.hasRemaining()) {
            answer.put(piece.get());
        }
        awaited = dialogue.awaited(soFar());
        return dialogue.judge(soFar(), false);
    }

    @Override
    public HealthResult ended() {
        return dialogue.judge(soFar(), true).orElseThrow();
    }

    @Override
    public String awaited() {
        return awaited;
    }

    private ByteBuffer soFar() {
        return answer.duplicate().flip();
    }
}
