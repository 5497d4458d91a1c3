package io.apexproxy.runtime.pool;

import io.apexproxy.runtime.pool.backend.BackendState;
import io.apexproxy.runtime.pool.sessions.OpenSessions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/** The open sessions of a simulated pool, which end at once, and records of the calls that end them. */
final class SimulatedSessions implements OpenSessions {

    /** The calls of {@link #end}: the name of the backend and the reason. */
    final List<String> ended = new ArrayList<>();
    /** The sessions that {@link #endOldest} has ended, in this order. */
    final List<Session> closed = new ArrayList<>();
    private final List<Session> open = new ArrayList<>();
    private final LongSupplier nanoTime;
    private int last;
    /** The number of calls of {@link #updateDeadlines}. */
    int updates;

    /**
     * A session.
     *
     * @param number its number, from 1 in the order of their accepts
     * @param reason the reason of its end; null while it is open
     */
    record Session(int number, BackendState backend, long acceptedNanos, EndReason reason, long endedNanos) {
    }

    SimulatedSessions(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    void open(BackendState backend) {
        backend.claim();
        connected(backend, nanoTime.getAsLong());
    }

    /** Opens a session whose connection is claimed already. */
    void connected(BackendState backend, long acceptedNanos) {
        open.add(new Session(++last, backend, acceptedNanos, null, 0));
    }

    /** Ends the youngest sessions of a backend by themselves. */
    void leave(BackendState backend, int count) {
        List<Session> own = open.stream().filter(session -> session.backend() == backend).toList();
        own.subList(own.size() - count, own.size()).forEach(session -> {
            open.remove(session);
            backend.release();
        });
    }

    int open(String backend) {
        return (int) open.stream().filter(session -> session.backend().name().equals(backend)).count();
    }

    /** Returns the numbers of the sessions that were ended for a reason, in this order. */
    List<Integer> closed(EndReason reason) {
        return closed.stream().filter(session -> session.reason() == reason).map(Session::number).toList();
    }

    @Override
    public void end(BackendState backend, EndReason reason) {
        ended.add(backend + " " + reason);
    }

    @Override
    public CompletionStage<Integer> endOldest(Map<BackendState, Selection> selections, long nowNanos) {
        int before = closed.size();
        selections.forEach((backend, selection) -> open.stream()
                .filter(session -> session.backend() == backend
                        && session.acceptedNanos() - selection.acceptedBefore() <= 0)
                .limit(selection.count()).toList().forEach(session -> {
                    open.remove(session);
                    closed.add(new Session(session.number(), backend, session.acceptedNanos(), selection.reason(),
                            nanoTime.getAsLong()));
                    backend.release();
                }));
        return CompletableFuture.completedFuture(closed.size() - before);
    }

    @Override
    public void updateDeadlines() {
        updates++;
    }
}
