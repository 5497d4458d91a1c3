package io.apexproxy.runtime.relay.opening;

import io.apexproxy.runtime.relay.loop.TestLoop;
import io.apexproxy.runtime.relay.record.Cause;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** An owner that records the result of an opening. Any thread. */
final class OpeningResult implements OpeningOwner, OpeningSteps {
    final CompletableFuture<String> opened = new CompletableFuture<>();
    final CompletableFuture<Cause> ended = new CompletableFuture<>();
    volatile Throwable exception;
    final AtomicInteger calls = new AtomicInteger();

    final Queue<FirstBytesReader> readers = new ArrayDeque<>();

    @Override
    public Optional<FirstBytesReader> nextReader() {
        return Optional.ofNullable(readers.poll());
    }

    @Override
    public Optional<ClientHandshake> handshake() {
        return Optional.empty();
    }

    @Override
    public void opened(ByteBuffer readAhead) {
        calls.incrementAndGet();
        opened.complete(StandardCharsets.US_ASCII.decode(readAhead).toString());
    }

    @Override
    public void openingEnded(Cause cause) {
        calls.incrementAndGet();
        ended.complete(cause);
    }

    @Override
    public void failedUnexpectedly(Throwable thrown) {
        exception = thrown;
    }

    String readAhead() {
        return TestLoop.get(opened);
    }

    Cause cause() {
        return TestLoop.get(ended);
    }
}
