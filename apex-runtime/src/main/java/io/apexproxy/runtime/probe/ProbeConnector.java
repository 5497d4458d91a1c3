package io.apexproxy.runtime.probe;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.apexproxy.runtime.engine.Engine;
import io.apexproxy.runtime.engine.TurnObserver;
import io.apexproxy.runtime.plugin.BackendConnector;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Opens connections to backends for the plugins of a proxy, on an event loop of its own. Any thread. */
public final class ProbeConnector implements BackendConnector, AutoCloseable {

    private static final int HANDSHAKE_THREADS = 2;
    /** Longer than the default interval of health checks, so that the threads are reused. */
    private static final long IDLE_SECONDS = 10;

    private final Engine engine;
    private final Executor handshakes;
    /** Null until the first connect. */
    @GuardedBy("this")
    private ProbeLoop loop;
    @GuardedBy("this")
    private boolean closed;

    /**
     * Creates a connector without a loop.
     *
     * @param engine opens the loop
     * @param handshakes runs the long computations of TLS handshakes, on threads of its own
     */
    public ProbeConnector(Engine engine, Executor handshakes) {
        this.engine = engine;
        this.handshakes = handshakes;
    }

    /** Returns an executor for TLS handshakes with at most two daemon threads, which end when they are idle. */
    public static Executor handshakeThreads() {
        AtomicInteger count = new AtomicInteger();
        ThreadPoolExecutor threads = new ThreadPoolExecutor(HANDSHAKE_THREADS, HANDSHAKE_THREADS, IDLE_SECONDS,
                TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
                task -> daemon(task, "apex-probe-tls-" + count.incrementAndGet()));
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public Connections of(Executor executor) {
        return new ProbeConnections(this, executor);
    }

    /**
     * Returns the loop; opens it if there is none.
     *
     * @throws ClosedChannelException if the connector is closed
     * @throws IOException if the system lacks descriptors for the loop
     */
    synchronized ProbeLoop loop() throws IOException {
        if (closed) {
            throw new ClosedChannelException();
        }
        if (loop == null) {
            loop = new ProbeLoop(engine.openLoop(task -> daemon(task, "apex-probe"), TurnObserver.NONE), handshakes);
        }
        return loop;
    }

    /** Closes all connections and ends the loop. Does not wait. */
    @Override
    public synchronized void close() throws IOException {
        closed = true;
        if (loop != null) {
            loop.loop().close();
        }
    }
}
