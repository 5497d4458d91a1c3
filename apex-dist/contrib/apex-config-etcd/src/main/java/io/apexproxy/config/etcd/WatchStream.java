package io.apexproxy.config.etcd;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The changes since a revision, as etcd sends them: one line of JSON after the other on an answer that does not end.
 *
 * <p>Lines wait in the connection until the last one was taken, so that a slow reader fills no memory.
 */
final class WatchStream implements Flow.Subscriber<String>, AutoCloseable {

    private final String endpoint;
    /** Lines, or why there will be no more. */
    private final BlockingQueue<Object> arrived = new LinkedBlockingQueue<>();
    private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
    private CompletableFuture<HttpResponse<Void>> response;

    private record End(String reason) {
    }

    private WatchStream(String endpoint) {
        this.endpoint = endpoint;
    }

    static WatchStream open(Http http, String endpoint, HttpRequest request) {
        WatchStream stream = new WatchStream(endpoint);
        stream.response = http.start(request, HttpResponse.BodyHandlers.fromLineSubscriber(stream));
        stream.response.whenComplete((response, failure) -> stream.arrived.add(new End(failure == null
                ? "ended the watch" : "the watch broke: " + Http.inWords(failure))));
        return stream;
    }

    /** Waits until etcd has confirmed the watch. */
    void awaitStart(Duration patience) throws Unavailable, InterruptedException {
        Object first = arrived.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
        if (first == null) {
            throw new Unavailable(endpoint + ": no answer to a watch within " + patience.toMillis() + " ms");
        }
        message(first); // it brings no change
    }

    /**
     * Waits for changes.
     *
     * @return those of one message, with all of a revision; empty if there is none in time, or it brings no change
     */
    List<Snapshot.Event> next(Duration patience) throws Unavailable, InterruptedException {
        Object next = arrived.poll(Math.max(0, patience.toNanos()), TimeUnit.NANOSECONDS);
        return next == null ? List.of() : message(next);
    }

    private List<Snapshot.Event> message(Object next) throws Unavailable {
        if (next instanceof End end) {
            throw new Unavailable(endpoint + ": " + end.reason());
        }
        subscription.join().request(1);
        try {
            return events(Json.parse((String) next));
        } catch (IOException e) {
            throw new Unavailable(endpoint + ": " + e.getMessage());
        }
    }

    private List<Snapshot.Event> events(Json message) throws IOException, Unavailable {
        Json result = message.object("result");
        if (result.members().isEmpty()) {
            throw new Unavailable(endpoint + ": refused the watch: " + message.members());
        }
        if (result.isTrue("canceled")) {
            throw new Unavailable(endpoint + ": cancelled the watch: " + (result.string("compact_revision").isEmpty()
                    ? result.string("cancel_reason")
                    : "revisions before " + result.string("compact_revision") + " were compacted"));
        }
        return Messages.events(result);
    }

    @Override
    public void onSubscribe(Flow.Subscription lines) {
        subscription.complete(lines);
        lines.request(1);
    }

    @Override
    public void onNext(String line) {
        arrived.add(line);
    }

    @Override
    public void onError(Throwable failure) {
        // the response ends with it, too, and says so
    }

    @Override
    public void onComplete() {
        // likewise
    }

    @Override
    public void close() {
        response.cancel(true);
    }
}
