package io.apexproxy.health.probe;

import io.apexproxy.api.health.HealthResult;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Sends nothing and accepts any answer.
 *
 * @param needsAnswer whether the result waits for the end of the answer
 */
record TestExchange(boolean needsAnswer) implements Exchange {

    @Override
    public ByteBuffer request() {
        return ByteBuffer.allocate(0);
    }

    @Override
    public Optional<HealthResult> sent() {
        return needsAnswer ? Optional.empty() : Optional.of(HealthResult.healthy());
    }

    @Override
    public Optional<HealthResult> received(ByteBuffer piece) {
        return Optional.empty();
    }

    @Override
    public HealthResult ended() {
        return HealthResult.healthy();
    }

    @Override
    public String awaited() {
        return ", expected an answer";
    }
}
