package io.apexproxy.runtime.probe;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.apexproxy.runtime.engine.Engine;
import io.apexproxy.runtime.engine.TurnObserver;
import io.apexproxy.runtime.plugin.BackendConnector;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** Opens connections to backends for the plugins of a proxy, on an event loop of its own. Any thread. */
public final class ProbeConnector implements BackendConnector, AutoCloseable {

    private final Supplier<Engine> engine;
    /** Null until the first connect. */
    @GuardedBy("this")
    private ProbeLoop loop;
    @GuardedBy("this")
    private boolean closed;

    /**
     * Creates a connector without a loop.
     *
     * @param engine returns the engine, which opens the loop; called at the first connect
     */
    public ProbeConnector(Supplier<Engine> engine) {
        this.engine = engine;
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
            loop = new ProbeLoop(engine.get().openLoop(ProbeConnector::newThread, TurnObserver.NONE));
        }
        return loop;
    }

    private static Thread newThread(Runnable task) {
        Thread thread = new Thread(task, "apex-probe");
        thread.setDaemon(true);
        return thread;
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
