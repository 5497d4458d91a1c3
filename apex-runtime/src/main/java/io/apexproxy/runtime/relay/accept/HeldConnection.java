package io.apexproxy.runtime.relay.accept;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/** An accepted connection that waits at a limit. It is either admitted or closed, exactly once. Any thread. */
final class HeldConnection implements BooleanSupplier {

    private final Acceptor acceptor;
    private final Admission admission;
    private final Accepted connection;
    /** The listener that counts this connection as waiting; the acceptor can later switch to another listener. */
    private final Listener counter;
    private final AtomicBoolean settled = new AtomicBoolean();

    HeldConnection(Acceptor acceptor, Admission admission, Accepted connection) {
        this.acceptor = acceptor;
        this.admission = admission;
        this.connection = connection;
        this.counter = acceptor.listener();
        counter.countWaiting(1);
    }

    /** Tries to admit the connection. Returns whether the wait is over. */
    @Override
    public boolean getAsBoolean() {
        if (settled.get()) {
            return true;
        }
        Listener listener = acceptor.listener();
        if (!admission.claim(listener)) {
            return false;
        }
        if (settle()) {
            acceptor.admit(this, listener);
        } else { // closed concurrently
            admission.release(listener);
        }
        return true;
    }

    /** Closes the connection, unless it was admitted; returns whether this call has closed it. */
    boolean close(long nowNanos) {
        boolean closed = settle();
        if (closed) {
            connection.close(nowNanos);
        }
        return closed;
    }

    private boolean settle() {
        boolean first = settled.compareAndSet(false, true);
        if (first) {
            counter.countWaiting(-1);
        }
        return first;
    }

    Accepted connection() {
        return connection;
    }
}
