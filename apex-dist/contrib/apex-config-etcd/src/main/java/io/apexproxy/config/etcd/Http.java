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

/** HTTP client of the JDK whose requests in flight are cancelled on close. */
final class Http implements AutoCloseable {

    private static final int OK = 200;

    private final long maxBytes;
    private final Set<CompletableFuture<?>> running = ConcurrentHashMap.newKeySet();
    private volatile Optional<HttpClient> client;

    /**
     * Creates a wrapper of the JDK's client.
     *
     * @param maxBytes the maximum size of a response
     */
    Http(HttpClient client, long maxBytes) {
        this.client = Optional.of(client);
        this.maxBytes = maxBytes;
    }

    /** Returns the maximum size of a response or a watch message, in bytes. */
    long maxBytes() {
        return maxBytes;
    }

    /**
     * A response of etcd.
     *
     * @param status the HTTP status
     * @param json the body; empty if it is not from etcd
     */
    record Response(int status, Json json) {

        boolean isOk() {
            return status == OK;
        }

        /** Returns the gRPC status code, or 0. */
        int code() {
            return !isOk() && json.members().get("code") instanceof Integer code ? code : 0;
        }

        /** Returns the error message of etcd. */
        String message() {
            return json.string("error").isEmpty()
                    ? "expected a response of etcd's JSON gateway (etcd 3.4 or later), found HTTP status " + status
                    : json.string("error");
        }
    }

    Response send(HttpRequest request, Duration timeout) throws IOException {
        CompletableFuture<HttpResponse<InputStream>> future = start(request, head -> new BoundedBody(maxBytes));
        try {
            HttpResponse<InputStream> response = future.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return new Response(response.statusCode(), json(response));
        } catch (TimeoutException e) {
            future.cancel(true);
            throw new IOException("no response within " + timeout.toMillis() + " ms", e);
        } catch (CancellationException e) {
            throw new IOException("closed", e);
        } catch (InterruptedException e) {
            future.cancel(true);
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IOException(describe(e.getCause()), e);
        }
    }

    private static Json json(HttpResponse<InputStream> response) throws IOException {
        try {
            return Json.parse(response.body());
        } catch (IOException e) {
            if (response.statusCode() != OK) {
                return Json.EMPTY; // not from etcd but from another server or proxy; the status is reported
            }
            throw e;
        }
    }

    /** Sends a request. The future completes at the end of the body, and is cancelled by {@link #close}. */
    @SuppressWarnings("CollectionUndefinedEquality") // futures are compared by identity
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

    /** Returns the message of a failure, or a replacement if the JDK provides none. */
    static String describe(Throwable failure) {
        if (failure instanceof ConnectException && failure.getMessage() == null) {
            return "connection refused";
        }
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    }

    /**
     * Cancels requests in flight and closes the client, which is possible since Java 21. Before, the thread of the
     * client ends some seconds after the client has been garbage-collected, so the reference is cleared.
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
