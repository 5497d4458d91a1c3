package io.apexproxy.config.etcd;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
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
 * The changes since a revision, as etcd sends them: one line of JSON after the other on an answer that does not end.
 *
 * <p>Bytes wait in the connection until the last line was taken, so that a slow reader fills no memory. A line has a
 * limit.
 */
final class WatchStream implements Flow.Subscriber<List<ByteBuffer>>, AutoCloseable {

    private final String endpoint;
    private final long maxBytes;
    /** Lines, or why there will be no more. */
    private final BlockingQueue<Object> arrived = new LinkedBlockingQueue<>();
    private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
    /** The beginning of the line that is not complete yet. */
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    /** The number of lines that arrived together and were not taken yet. */
    private final AtomicInteger untaken = new AtomicInteger();
    private CompletableFuture<HttpResponse<Void>> response;

    private record End(String reason) {
    }

    private WatchStream(String endpoint, long maxBytes) {
        this.endpoint = endpoint;
        this.maxBytes = maxBytes;
    }

    static WatchStream open(Http http, String endpoint, HttpRequest request) {
        WatchStream stream = new WatchStream(endpoint, http.maxBytes());
        stream.response = http.start(request, HttpResponse.BodyHandlers.fromSubscriber(stream));
        stream.response.whenComplete((response, failure) -> stream.arrived.add(new End(failure == null
                ? "ended the watch" : "the watch broke: " + Http.inWords(failure))));
        return stream;
    }

    /** Waits until etcd has confirmed the watch. */
    void awaitStart(Duration patience) throws UnavailableException, InterruptedException {
        Object first = arrived.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
        if (first == null) {
            throw new UnavailableException(endpoint + ": no answer to a watch within " + patience.toMillis() + " ms");
        }
        message(first); // it brings no change
    }

    /**
     * Waits for changes.
     *
     * @return those of one message, with all of a revision; empty if there is none in time, or it brings no change
     */
    List<Snapshot.Event> next(Duration patience) throws UnavailableException, InterruptedException {
        Object next = arrived.poll(Math.max(0, patience.toNanos()), TimeUnit.NANOSECONDS);
        return next == null ? List.of() : message(next);
    }

    private List<Snapshot.Event> message(Object next) throws UnavailableException {
        if (next instanceof End end) {
            throw new UnavailableException(endpoint + ": " + end.reason());
        }
        if (untaken.decrementAndGet() == 0) {
            subscription.join().request(1);
        }
        try {
            return events(Json.parse((String) next));
        } catch (IOException e) {
            throw new UnavailableException(endpoint + ": " + e.getMessage());
        }
    }

    private List<Snapshot.Event> events(Json message) throws IOException, UnavailableException {
        Json result = message.object("result");
        if (result.members().isEmpty()) {
            throw new UnavailableException(endpoint + ": refused the watch: " + message.members());
        }
        if (result.isTrue("canceled")) {
            throw new UnavailableException(endpoint + ": cancelled the watch: "
                    + (result.string("compact_revision").isEmpty()
                    ? result.string("cancel_reason")
                    : "revisions before " + result.string("compact_revision") + " were compacted"));
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
        List<String> lines = new ArrayList<>();
        for (ByteBuffer buffer : buffers) {
            if (!append(buffer, lines)) {
                subscription.join().cancel();
                arrived.add(new End(BoundedBody.tooLong(maxBytes).getMessage()));
                return;
            }
        }
        untaken.set(lines.size()); // all before were taken, else these would not have been asked for
        arrived.addAll(lines);
        if (lines.isEmpty()) {
            subscription.join().request(1);
        }
    }

    /** Appends bytes to the line; returns whether it is within the limit. */
    private boolean append(ByteBuffer buffer, List<String> lines) {
        while (buffer.hasRemaining()) {
            byte next = buffer.get();
            if (next == '\n') {
                lines.add(line.toString(StandardCharsets.UTF_8));
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
        // the response ends with it, too, and says so
    }

    @Override
    public void onComplete() {
        if (line.size() > 0) { // an error may come without a line end
            arrived.add(line.toString(StandardCharsets.UTF_8));
        }
    }

    @Override
    public void close() {
        response.cancel(true);
    }
}
