package io.apexproxy.health.probe;

import io.apexproxy.api.health.HealthResult;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * An exchange that sends nothing and accepts any response.
 *
 * @param needsResponse whether the result requires the end of the response
 */
record TestExchange(boolean needsResponse) implements Exchange {

    @Override
    public ByteBuffer request() {
        return ByteBuffer.allocate(0);
    }

    @Override
    public Optional<HealthResult> evaluateSent() {
        return needsResponse ? Optional.empty() : Optional.of(HealthResult.healthy());
    }

    @Override
    public Optional<HealthResult> evaluate(ByteBuffer piece) {
        return Optional.empty();
    }

    @Override
    public HealthResult evaluateEnd() {
        return HealthResult.healthy();
    }

    @Override
    public String describeWait() {
        return ", expected a response";
    }
}
