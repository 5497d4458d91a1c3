package io.apexproxy.runtime.admin.http;

import io.apexproxy.runtime.admin.http.HttpConnection.State;
import io.apexproxy.runtime.log.LogThrottle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The event loop of the endpoint. It accepts connections, reads requests and sends responses. It blocks only in the
 * selector.
 *
 * <p>A turn serves the requests that have arrived, and then accepts a few connections. At the limit, a connection is
 * therefore closed only if its request has not arrived within a turn.
 */
public final class HttpLoop implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger("apex.admin");
    /** Limit of responses that wait for their clients; each can have megabytes. */
    private static final int MAX_INCOMPLETE_RESPONSES = 16;
    /** The requests whose responses are in progress at a close are answered in this time. */
    private static final long COMPLETION_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long COMPLETION_POLL_MILLIS = 10;
    /** Pause after a failure of a turn, so that a loop that fails repeatedly does not use a whole processor. */
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final String name;
    private final Selector selector;
    private final HttpAcceptor acceptor;
    private final HttpHandler handler;
    private final Renderer renderer;
    private final HttpConnections connections = new HttpConnections();
    private final ByteBuffer input = ByteBuffer.allocateDirect(HttpRequestParser.MAX_HEAD_BYTES);
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final LogThrottle failureLog = new LogThrottle();
    private volatile boolean closed;

    /**
     * Creates a loop, which {@link #run} executes.
     *
     * @param name the subject of log lines
     * @param server a bound channel, which the loop closes
     * @param maxConnections limit of concurrent connections
     * @param handler creates the fast responses
     * @param renderer creates the other responses
     * @throws IOException if no file descriptor is left
     */
    public HttpLoop(String name, ServerSocketChannel server, int maxConnections, HttpHandler handler,
            Renderer renderer) throws IOException {
        this.name = name;
        this.handler = handler;
        this.renderer = renderer;
        this.selector = Selector.open();
        try {
            this.acceptor = new HttpAcceptor(name, server, selector, connections, maxConnections, this::close);
        } catch (IOException e) {
            selector.close();
            throw e;
        }
    }

    /** Runs until {@link #close()}, completes the responses in progress, and closes all sockets. */
    @Override
    public void run() {
        while (!closed) {
            try {
                turn();
            } catch (IOException | RuntimeException e) {
                if (failureLog.permits()) {
                    LOG.error("{}: a turn of the event loop failed; continuing after {} ms", name,
                            TimeUnit.NANOSECONDS.toMillis(PAUSE_NANOS), e);
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
        try {
            acceptor.close();
            completeResponses();
        } catch (IOException | RuntimeException e) {
            LOG.debug("{}: closing failed", name, e);
        }
        connections.all().forEach(this::close);
        try {
            selector.close(); // frees the descriptors of registered channels
        } catch (IOException e) {
            LOG.debug("{}: closing failed", name, e);
        }
    }

    /** A command that stops the process, or its last connection, gets its response in this way. */
    private void completeResponses() throws IOException {
        long started = System.nanoTime();
        while (connections.count() > connections.count(State.READING)
                && System.nanoTime() - started < COMPLETION_NANOS) {
            selector.select(COMPLETION_POLL_MILLIS);
            serve();
        }
    }

    /** Makes {@link #run} return after half a second at most. Thread-safe. */
    public void close() {
        closed = true;
        selector.wakeup();
    }

    private void turn() throws IOException {
        selector.selectNow(); // frees the descriptors of closed connections
        acceptor.beginTurn(System.nanoTime()); // reserves them before the relay takes them
        // The select above consumes wakeups, so the conditions for them are read after it.
        if (selector.selectedKeys().isEmpty() && tasks.isEmpty() && !closed) {
            selector.select(TimeUnit.NANOSECONDS.toMillis(nanosToWait()) + 1);
            acceptor.beginTurn(System.nanoTime());
        }
        boolean acceptable = serve();
        long now = System.nanoTime();
        for (var expired = connections.expired(now); expired.isPresent(); expired = connections.expired(now)) {
            close(expired.get());
        }
        if (acceptable) {
            acceptor.accept(this::start);
        }
    }

    /** Sends rendered responses and serves the selected connections; returns whether there are new ones to accept. */
    private boolean serve() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
        boolean acceptable = false;
        List<SelectionKey> ready = List.copyOf(selector.selectedKeys());
        selector.selectedKeys().clear();
        for (SelectionKey key : ready) {
            if (key.attachment() instanceof HttpConnection connection) {
                proceed(connection);
            } else {
                acceptable = true;
            }
        }
        return acceptable;
    }

    private long nanosToWait() {
        long now = System.nanoTime();
        return Math.max(0, Math.min(connections.nanosToExpiry(now), acceptor.nanosToResume(now)));
    }

    private void start(SocketChannel channel) {
        HttpConnection connection = new HttpConnection(channel);
        connections.enter(connection, State.READING, System.nanoTime());
        proceed(connection); // the request has often arrived
    }

    private void proceed(HttpConnection connection) {
        if (!connections.contains(connection)) {
            return; // closed in this turn
        }
        try {
            switch (connection.state()) {
                case READING -> read(connection);
                case RENDERING -> connection.awaitNothing(selector);
                case WRITING -> write(connection);
                case LINGERING -> {
                    if (connection.discard(input)) {
                        close(connection);
                    }
                }
            }
        } catch (IOException e) { // the client has disconnected
            LOG.debug("{}: connection failed", name, e);
            close(connection);
        } catch (RuntimeException e) {
            LOG.error("{}: connection closed without a response because of a defect in Apex", name, e);
            close(connection);
        }
    }

    private void read(HttpConnection connection) throws IOException {
        Optional<HttpRequest> received;
        try {
            received = connection.receive(input);
        } catch (BadRequestException e) {
            send(connection, e.response().encode(false));
            return;
        }
        if (received.isEmpty()) {
            connection.await(selector, SelectionKey.OP_READ);
            return;
        }
        HttpRequest request = received.get();
        Optional<Response> response = handler.immediateResponse(request);
        if (response.isPresent()) {
            send(connection, response.get().encode(request.isHead()));
        } else if (renderer.render(request, bytes -> submit(() -> sendRendered(connection, bytes)))) {
            connections.enter(connection, State.RENDERING, System.nanoTime());
            connection.awaitNothing(selector);
        } else {
            send(connection, Response.text(Response.UNAVAILABLE, "too many requests; try again later")
                    .with("Retry-After", "1").encode(request.isHead()));
        }
    }

    private void submit(Runnable task) {
        tasks.add(task);
        selector.wakeup();
    }

    private void sendRendered(HttpConnection connection, ByteBuffer bytes) {
        if (connections.contains(connection)) { // it can have expired
            try {
                send(connection, bytes);
            } catch (IOException e) {
                LOG.debug("{}: connection failed", name, e);
                close(connection);
            }
        }
    }

    private void send(HttpConnection connection, ByteBuffer bytes) throws IOException {
        connection.setResponse(bytes);
        write(connection);
    }

    private void write(HttpConnection connection) throws IOException {
        if (!connection.write()) {
            if (connection.state() != State.WRITING) {
                if (connections.count(State.WRITING) >= MAX_INCOMPLETE_RESPONSES) {
                    connections.oldest(State.WRITING).ifPresent(this::close);
                }
                connections.enter(connection, State.WRITING, System.nanoTime());
                connection.await(selector, SelectionKey.OP_WRITE);
            }
        } else if (connection.finish()) {
            close(connection);
        } else {
            connections.enter(connection, State.LINGERING, System.nanoTime());
            connection.await(selector, SelectionKey.OP_READ);
        }
    }

    private void close(HttpConnection connection) {
        connections.remove(connection);
        try {
            connection.close();
        } catch (IOException e) {
            LOG.debug("{}: closing a connection failed", name, e);
        }
    }
}
