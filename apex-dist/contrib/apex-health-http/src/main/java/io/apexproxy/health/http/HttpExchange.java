package io.apexproxy.health.http;

import io.apexproxy.api.health.HealthResult;
import io.apexproxy.health.probe.Exchange;
import java.nio.ByteBuffer;
import java.util.Optional;

/** The exchange of one probe: a request and its response. */
final class HttpExchange implements Exchange {

    private final ByteBuffer request;
    private final ResponseReader response;
    private volatile String awaited = "";

    HttpExchange(ByteBuffer request, Expectation expectation) {
        this.request = request;
        this.response = new ResponseReader(expectation);
    }

    @Override
    public ByteBuffer request() {
        return request;
    }

    @Override
    public Optional<HealthResult> evaluateSent() {
        awaited = ": connected, but no response";
        return Optional.empty();
    }

    @Override
    public Optional<HealthResult> evaluate(ByteBuffer piece) {
        if (piece.hasRemaining()) {
            awaited = ": the response is incomplete";
        }
        return response.read(piece);
    }

    @Override
    public HealthResult evaluateEnd() {
        return response.end();
    }

    @Override
    public String describeWait() {
        return awaited;
    }
}
