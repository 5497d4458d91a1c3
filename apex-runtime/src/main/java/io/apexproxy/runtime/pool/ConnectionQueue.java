package io.apexproxy.runtime.pool;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.apexproxy.runtime.stats.ConnectionLimit;
import io.apexproxy.runtime.stats.LaneHistogram;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/**
 * The connections that wait for a backend of a pool, over all event loops, in the order of their arrival. Any thread.
 *
 * <p>Each released connection of a backend calls the first place that has not been called. The called place searches
 * for a backend and reports the result: {@link #taken}, {@link #full} or {@link #left}. A place that leaves without a
 * backend passes its call on. A change after which several places can find a backend starts a chain of calls: each
 * place that takes a backend calls the next one, until a place finds all backends full.
 *
 * <p>No call is lost. While a place waits and has not tried any backend, the number of free backend connections is at
 * most the number of calls in flight, or a chain of calls is in flight or due. A release first frees the connection and
 * then reads the number of places. A place is first counted and then searches. So at least one of them sees the other.
 */
public final class ConnectionQueue {

    /** From a release that follows at once to queue timeouts of minutes. */
    private static final long[] WAIT_NANOS = LongStream.of(1, 5, 10, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000,
            30_000, 60_000).map(TimeUnit.MILLISECONDS::toNanos).toArray();

    /** The number of places, read without the lock. */
    private final ConnectionLimit limit = new ConnectionLimit(1);
    private final LaneHistogram times;
    @GuardedBy("this")
    private Place first;
    @GuardedBy("this")
    private Place last;
    @GuardedBy("this")
    private long lastTicket;
    /** The number of places of connections that have not tried any backend. */
    @GuardedBy("this")
    private int untried;
    /** Whether a chain of calls begins with the next place that has not been called. */
    @GuardedBy("this")
    private boolean chainIsDue;

    /**
     * Creates an empty queue.
     *
     * @param lanes the number of event loops
     */
    ConnectionQueue(int lanes) {
        times = new LaneHistogram(lanes, WAIT_NANOS);
    }

    /** The place of a connection, which can enter the queue several times and keeps its order. */
    public abstract static class Place {

        private Place previous;
        private Place next;
        /** The order of arrival; 0 before the first entry. */
        private long ticket;
        private boolean isQueued;
        private boolean isCalled;
        private boolean continuesChain;
        private boolean hasTried;

        /** Creates a place outside of any queue. */
        protected Place() {
        }

        /** Requests a search for a backend on the loop of the connection. Called on any thread; must not block. */
        protected abstract void call();
    }

    /** Returns the limit of places, with their number. */
    public ConnectionLimit limit() {
        return limit;
    }

    /** Returns the times from an entry to the end of the wait, in nanoseconds. */
    public LaneHistogram times() {
        return times;
    }

    /** Returns whether no connection waits. One volatile read. */
    public boolean isEmpty() {
        return limit.active() == 0;
    }

    /**
     * Adds a place: behind all others, or where it was before. It is called at once if it could find a backend.
     *
     * @param place the place, which is not in the queue
     * @param hasTried whether the connection has tried backends, which its next search excludes
     * @return whether it was added; false if the limit is reached
     */
    public boolean enter(Place place, boolean hasTried) {
        synchronized (this) {
            if (place.ticket != 0) {
                limit.claimBeyond();
            } else if (limit.claim()) {
                place.ticket = ++lastTicket;
            } else {
                return false;
            }
            boolean waits = untried > 0 && !chainIsDue;
            place.hasTried = hasTried;
            insert(place);
            if (waits) {
                return true;
            }
            chainIsDue = false;
            place.isCalled = true;
            place.continuesChain = true;
        }
        place.call();
        return true;
    }

    /** Calls the first place that has not been called, after a connection of a backend was released. */
    public void released() {
        if (!isEmpty()) {
            callFirst(false);
        }
    }

    /** Starts a chain of calls, after the backends or their limits have changed. */
    void changed() {
        if (!isEmpty()) {
            callFirst(true);
        }
    }

    private void callFirst(boolean chain) {
        Place called;
        synchronized (this) {
            called = markCalled(first, chain);
        }
        call(called);
    }

    /** Removes a called place that has found a backend. */
    public void taken(Place place) {
        remove(place, true);
    }

    /** Removes a place that waits no longer and needs no backend. A call passes to the next place. */
    public void left(Place place) {
        remove(place, false);
    }

    private void remove(Place place, boolean hasTaken) {
        Place called = null;
        synchronized (this) {
            if (!place.isQueued) {
                return;
            }
            unlink(place);
            if (first == null) {
                chainIsDue = false;
            } else if (place.isCalled && (place.continuesChain || !hasTaken)) {
                called = markCalled(first, place.continuesChain);
            }
            place.isCalled = false;
        }
        call(called);
    }

    /** Lets a called place wait on, because it has found all backends full that its connection has not tried. */
    public void full(Place place) {
        Place called = null;
        synchronized (this) {
            place.isCalled = false;
            if (!place.isQueued) {
                return;
            }
            if (chainIsDue) { // a connection can have been released after the search
                chainIsDue = false;
                called = markCalled(place, true);
            } else if (place.hasTried) { // a place behind it may use the backends that this one has tried
                called = markCalled(place.next, place.continuesChain);
                chainIsDue = chainIsDue && untried > 0;
            }
        }
        call(called);
    }

    /** Marks the first place from this one that has not been called. Returns null if there is none. */
    @GuardedBy("this")
    private Place markCalled(Place from, boolean chain) {
        for (Place place = from; place != null; place = place.next) {
            if (!place.isCalled) {
                place.isCalled = true;
                place.continuesChain = chain;
                return place;
            }
        }
        chainIsDue = first != null;
        return null;
    }

    private static void call(Place place) {
        if (place != null) {
            place.call();
        }
    }

    @GuardedBy("this")
    private void insert(Place place) {
        Place before = last;
        if (last != null && place.ticket < last.ticket) { // it returns, so few places are in front of it
            before = null;
            for (Place each = first; each.ticket < place.ticket; each = each.next) {
                before = each;
            }
        }
        Place after = before == null ? first : before.next;
        link(before, place);
        link(place, after);
        place.isQueued = true;
        untried += place.hasTried ? 0 : 1;
    }

    @GuardedBy("this")
    private void unlink(Place place) {
        link(place.previous, place.next);
        place.previous = null;
        place.next = null;
        place.isQueued = false;
        untried -= place.hasTried ? 0 : 1;
        limit.release();
    }

    /** Makes two places neighbours; null: the end of the queue. */
    @GuardedBy("this")
    private void link(Place before, Place after) {
        if (before == null) {
            first = after;
        } else {
            before.next = after;
        }
        if (after == null) {
            last = before;
        } else {
            after.previous = before;
        }
    }
}
