package io.apexproxy.runtime.relay.connecting;

import io.apexproxy.runtime.pool.BackendSearch;
import io.apexproxy.runtime.pool.ConnectionQueue;
import io.apexproxy.runtime.relay.loop.RelayLoop;

/**
 * The waits of one session in the queue of its pool. On the loop's thread only, except {@link #call}.
 *
 * <p>If all connects after a wait fail and the other backends are full again, the session returns to its place. All its
 * waits together are limited by {@code queue_timeout}.
 */
final class QueueWait extends ConnectionQueue.Place implements Runnable {

    private final Connecting connecting;
    private final RelayLoop loop;
    private final BackendSearch search;
    private boolean isWaiting;
    /** The start of the current wait, in running time. */
    private long since;
    /** The duration of the waits that are over, in nanoseconds. */
    private long waitedNanos;

    QueueWait(Connecting connecting, RelayLoop loop, BackendSearch search) {
        this.connecting = connecting;
        this.loop = loop;
        this.search = search;
    }

    /** Waits, or waits on after a call. Returns false if the queue is full. */
    boolean await() {
        if (isWaiting) {
            queue().full(this);
            return true;
        }
        since = loop.readNow();
        isWaiting = queue().enter(this, search.attempts() > 0);
        return isWaiting;
    }

    /** Ends the wait because a backend is claimed. */
    void taken() {
        if (isWaiting) {
            stop();
            queue().taken(this);
        }
    }

    /** Ends the wait because the session ends. */
    void leave() {
        if (isWaiting) {
            stop();
            queue().left(this);
        }
    }

    private void stop() {
        isWaiting = false;
        long nanos = loop.readNow() - since;
        waitedNanos += nanos;
        queue().times().add(loop.index(), nanos);
    }

    boolean isWaiting() {
        return isWaiting;
    }

    /** Returns when the wait times out by the current configuration, in running time. */
    long due() {
        return isWaiting
                ? since + search.pool().config().queue().queueTimeout().toNanos() - waitedNanos : Long.MAX_VALUE;
    }

    /** Returns the duration of the waits that are over, in nanoseconds. */
    long waitedNanos() {
        return waitedNanos;
    }

    private ConnectionQueue queue() {
        return search.pool().queue();
    }

    @Override
    protected void call() {
        loop.execute(this);
    }

    @Override
    public void run() {
        if (isWaiting) {
            connecting.runGuarded(connecting::called);
        }
    }
}
