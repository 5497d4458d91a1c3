package io.apexproxy.health.http;

import io.apexproxy.api.health.HealthResult;
import io.apexproxy.health.probe.Exchange;
import java.nio.ByteBuffer;
import java.util.Optional;

/** One request and its answer. */
final class HttpExchange implements Exchange {

    private final ByteBuffer request;
    private final AnswerReader answer;
    private volatile String awaited = "";

    HttpExchange(ByteBuffer request, Expectation expectation) {
        this.request = request;
        this.answer = new AnswerReader(expectation);
    }

    @Override
    public ByteBuffer request() {
        return request;
    }

    @Override
    public Optional<HealthResult> sent() {
        awaited = ": connected, but no answer";
        return Optional.empty();
    }

    @Override
    public Optional<HealthResult> received(ByteBuffer piece) {
        if (piece.hasRemaining()) {
            awaited = ": the answer is incomplete";
        }
        return answer.read(piece);
    }

    @Override
    public HealthResult ended() {
        return answer.end();
    }

    @Override
    public String awaited() {
        return awaited;
    }
}
