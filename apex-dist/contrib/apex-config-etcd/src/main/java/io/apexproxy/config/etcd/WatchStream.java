package io.apexproxy.config.etcd;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The stream of changes since a revision. etcd sends one line of JSON per message in an endless response.
 *
 * <p>Back-pressure: further bytes are requested only when all received lines have been consumed. The length of a line
 * is limited.
 */
final class WatchStream implements Flow.Subscriber<List<ByteBuffer>>, AutoCloseable {

    private final String endpoint;
    private final long maxBytes;
    /** The received lines in bytes, followed by the {@link IOException} that ended the stream. */
    private final BlockingQueue<Object> queue = new LinkedBlockingQueue<>();
    private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
    /** The start of an incomplete line. */
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    /** The number of received lines that have not been consumed. */
    private final AtomicInteger unconsumed = new AtomicInteger();
    private CompletableFuture<HttpResponse<Void>> response;

    private WatchStream(String endpoint, long maxBytes) {
        this.endpoint = endpoint;
        this.maxBytes = maxBytes;
    }

    static WatchStream open(Http http, String endpoint, HttpRequest request) {
        WatchStream stream = new WatchStream(endpoint, http.maxBytes());
        stream.response = http.start(request, HttpResponse.BodyHandlers.fromSubscriber(stream));
        stream.response.whenComplete((response, failure) -> stream.queue.add(new IOException(failure == null
                ? "ended the watch" : "the watch broke: " + Http.describe(failure))));
        return stream;
    }

    /** Waits until etcd confirms the watch. */
    void awaitStart(Duration timeout) throws UnavailableException, InterruptedException {
        Object first = queue.poll(timeout.toNanos(), TimeUnit.NANOSECONDS);
        if (first == null) {
            throw new UnavailableException(endpoint + ": no response to the watch request within "
                    + timeout.toMillis() + " ms");
        }
        message(first); // contains no change
    }

    /**
     * Waits for changes.
     *
     * @return the changes of one message, which contains complete revisions; empty after the timeout or without changes
     */
    List<Snapshot.Event> next(Duration timeout) throws UnavailableException, InterruptedException {
        Object next = queue.poll(Math.max(0, timeout.toNanos()), TimeUnit.NANOSECONDS);
        return next == null ? List.of() : message(next);
    }

    private List<Snapshot.Event> message(Object next) throws UnavailableException {
        try {
            if (next instanceof IOException end) {
                throw end;
            }
            if (unconsumed.decrementAndGet() == 0) {
                subscription.join().request(1);
            }
            return events(Json.parse(new ByteArrayInputStream((byte[]) next)));
        } catch (IOException e) {
            throw new UnavailableException(endpoint + ": " + e.getMessage());
        }
    }

    private static List<Snapshot.Event> events(Json message) throws IOException {
        Json result = message.object("result");
        if (result.members().isEmpty()) {
            throw new IOException("refused the watch: " + message.members().get("error"));
        }
        if (result.isTrue("canceled")) {
            String compacted = result.string("compact_revision");
            throw new IOException("cancelled the watch: " + (compacted.isEmpty() ? result.string("cancel_reason")
                    : "revisions before " + compacted + " were compacted"));
        }
        return Messages.events(result);
    }

    @Override
    public void onSubscribe(Flow.Subscription buffers) {
        subscription.complete(buffers);
        buffers.request(1);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        List<byte[]> lines = new ArrayList<>();
        for (ByteBuffer buffer : buffers) {
            if (!append(buffer, lines)) {
                subscription.join().cancel();
                queue.add(BoundedBody.tooLong(maxBytes));
                return;
            }
        }
        unconsumed.set(lines.size()); // all earlier lines were consumed before these were requested
        queue.addAll(lines);
        if (lines.isEmpty()) {
            subscription.join().request(1);
        }
    }

    /** Appends bytes to the line, and returns whether it is within the limit. */
    private boolean append(ByteBuffer buffer, List<byte[]> lines) {
        while (buffer.hasRemaining()) {
            byte next = buffer.get();
            if (next == '\n') {
                lines.add(line.toByteArray());
                line.reset();
            } else if (line.size() < maxBytes) {
                line.write(next);
            } else {
                return false;
            }
        }
        return true;
    }

    @Override
    public void onError(Throwable failure) {
        // the response fails with the same error and reports it
    }

    @Override
    public void onComplete() {
        if (line.size() > 0) { // an error message can lack the line end
            queue.add(line.toByteArray());
        }
    }

    @Override
    public void close() {
        response.cancel(true);
    }
}
