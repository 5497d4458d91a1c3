package io.apexproxy.runtime.relay.opening;

import io.apexproxy.runtime.relay.loop.TestLoop;
import io.apexproxy.runtime.relay.record.Cause;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/** Records what becomes of an opening. Any thread. */
final class OpeningResult implements Opening.Owner {
    final CompletableFuture<String> opened = new CompletableFuture<>();
    final CompletableFuture<Cause> ended = new CompletableFuture<>();
    volatile Throwable defect;
    volatile int calls;

    @Override
    public void opened(ByteBuffer readAhead) {
        calls++;
        opened.complete(StandardCharsets.US_ASCII.decode(readAhead).toString());
    }

    @Override
    public void openingEnded(Cause cause) {
        calls++;
        ended.complete(cause);
    }

    @Override
    public void defectFound(Throwable found) {
        defect = found;
    }

    String readAhead() {
        return TestLoop.get(opened);
    }

    Cause ending() {
        return TestLoop.get(ended);
    }
}
