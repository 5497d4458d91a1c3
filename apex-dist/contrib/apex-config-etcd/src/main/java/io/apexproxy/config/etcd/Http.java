package io.apexproxy.config.etcd;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The JDK's HTTP client, with an end: what is under way when it is closed ends at once. */
final class Http implements AutoCloseable {

    private static final int OK = 200;

    private final long maxBytes;
    private final Set<CompletableFuture<?>> running = ConcurrentHashMap.newKeySet();
    private volatile Optional<HttpClient> client;

    /**
     * Creates it around the JDK's client.
     *
     * @param maxBytes the longest answer that is read
     */
    Http(HttpClient client, long maxBytes) {
        this.client = Optional.of(client);
        this.maxBytes = maxBytes;
    }

    /** Returns the longest answer, or message of a watch, that is read. */
    long maxBytes() {
        return maxBytes;
    }

    /**
     * What came back.
     *
     * @param status of HTTP
     * @param json the body; empty where that is none of etcd's
     */
    record Answer(int status, Json json) {

        boolean isGood() {
            return status == OK;
        }

        /** The code of gRPC. */
        int code() {
            return !isGood() && json.string("code").matches("\\d{1,3}") ? Integer.parseInt(json.string("code")) : 0;
        }

        /** What etcd says is wrong. */
        String message() {
            return json.string("error").isEmpty()
                    ? "expected an answer of etcd's JSON gateway (etcd 3.4 or later), found HTTP status " + status
                    : json.string("error");
        }
    }

    Answer send(HttpRequest request, Duration patience) throws IOException {
        CompletableFuture<HttpResponse<InputStream>> future = start(request, head -> new BoundedBody(maxBytes));
        try {
            HttpResponse<InputStream> response = future.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return new Answer(response.statusCode(), json(response));
        } catch (TimeoutException e) {
            future.cancel(true);
            throw new IOException("no answer within " + patience.toMillis() + " ms", e);
        } catch (CancellationException e) {
            throw new IOException("closed", e);
        } catch (InterruptedException e) {
            future.cancel(true);
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IOException(inWords(e.getCause()), e);
        }
    }

    private static Json json(HttpResponse<InputStream> response) throws IOException {
        try {
            return Json.parse(response.body());
        } catch (IOException e) {
            if (response.statusCode() != OK) {
                return Json.NOTHING; // a server that is not etcd, or a proxy before it: the status says more
            }
            throw e;
        }
    }

    /** Sends a request; the future ends when the body has, and when this is closed. */
    <T> CompletableFuture<HttpResponse<T>> start(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
        CompletableFuture<HttpResponse<T>> future = client.map(open -> open.sendAsync(request, handler))
                .orElseGet(() -> CompletableFuture.failedFuture(new IOException("closed")));
        running.add(future);
        future.whenComplete((response, failure) -> running.remove(future));
        if (client.isEmpty()) {
            future.cancel(true);
        }
        return future;
    }

    /** The JDK's messages are at times missing. */
    static String inWords(Throwable failure) {
        if (failure instanceof ConnectException && failure.getMessage() == null) {
            return "connection refused";
        }
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    }

    /**
     * Since Java 21 a client can be closed. Before, its thread ends some seconds after the garbage collector found that
     * nobody has the client any more: so forget it.
     */
    @Override
    public void close() {
        Optional<HttpClient> open = client;
        client = Optional.empty();
        running.forEach(future -> future.cancel(true));
        if (open.isPresent() && (Object) open.get() instanceof AutoCloseable closeable) {
            try {
                closeable.close();
            } catch (Exception e) {
                throw new IllegalStateException("the JDK's HTTP client cannot be closed", e);
            }
        }
    }
}
