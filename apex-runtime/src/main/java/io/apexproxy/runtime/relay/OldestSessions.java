package io.apexproxy.runtime.relay;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.apexproxy.runtime.pool.backend.BackendState;
import io.apexproxy.runtime.pool.sessions.OpenSessions.Selection;
import io.apexproxy.runtime.relay.loop.RelayLoop;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Ends the oldest sessions of backends, over all loops. Any thread but those of the loops.
 *
 * <p>One pass over all sessions runs at a time. It serves all requests that arrived during the previous one, so that
 * the work of the loops does not grow with the number of pools. A loop that does not answer in time is blocked: the
 * pass goes on without its sessions, and later passes leave it out until it answers.
 */
final class OldestSessions {

    /** As that of {@link LiveSessions}. */
    private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(4);

    private final List<RelayLoop> loops;
    @GuardedBy("this")
    private final List<Request> waiting = new ArrayList<>();
    @GuardedBy("this")
    private final Set<RelayLoop> busy = new HashSet<>();
    /** Null while no pass runs. */
    @GuardedBy("this")
    private Pass running;

    private record Request(Map<BackendState, Selection> selections, long nanos, CompletableFuture<Integer> ended) {
    }

    /** A pass that waits for the candidates of the loops. The lists and sets are guarded by the surrounding object. */
    private static final class Pass {
        private final List<Request> requests;
        private final Map<BackendState, Selection> selections = new LinkedHashMap<>();
        private final Set<RelayLoop> pending;
        private final List<SessionCandidates> found = new ArrayList<>();
        /** The time of the last request, at or before the start. */
        private final long startNanos;

        private Pass(List<Request> requests, Set<RelayLoop> pending) {
            this.requests = requests;
            this.pending = pending;
            this.startNanos = requests.get(requests.size() - 1).nanos();
            requests.forEach(request -> selections.putAll(request.selections()));
        }
    }

    OldestSessions(List<RelayLoop> loops) {
        this.loops = loops;
    }

    /** Ends sessions. The result is their number; see {@link io.apexproxy.runtime.pool.sessions.OpenSessions}. */
    CompletableFuture<Integer> end(Map<BackendState, Selection> selections, long nowNanos) {
        Request request = new Request(selections, nowNanos, new CompletableFuture<>());
        Pass overdue = null;
        synchronized (this) {
            waiting.add(request);
            if (running != null && nowNanos - running.startNanos > TIMEOUT_NANOS) {
                overdue = running;
                running = null;
            }
        }
        if (overdue != null) {
            finish(overdue);
        }
        startNext();
        return request.ended();
    }

    private void startNext() {
        Pass pass;
        List<RelayLoop> asked;
        synchronized (this) {
            if (running != null || waiting.isEmpty()) {
                return;
            }
            asked = new ArrayList<>(loops);
            asked.removeAll(busy);
            pass = new Pass(List.copyOf(waiting), new HashSet<>(asked));
            waiting.clear();
            busy.addAll(asked);
            running = asked.isEmpty() ? null : pass;
        }
        if (asked.isEmpty()) {
            finish(pass);
        }
        asked.forEach(loop -> search(pass, loop));
    }

    private void search(Pass pass, RelayLoop loop) {
        SessionCandidates candidates = new SessionCandidates(loop, pass.selections);
        loop.forEachSession(entry -> candidates.add((Session) entry), () -> answered(pass, candidates));
    }

    /** Takes the candidates of a loop. On the thread of that loop. */
    private void answered(Pass pass, SessionCandidates candidates) {
        synchronized (this) {
            busy.remove(candidates.loop());
            pass.pending.remove(candidates.loop());
            pass.found.add(candidates);
            if (running != pass || !pass.pending.isEmpty()) {
                return; // another loop is missing, or the pass went on without this one
            }
            running = null;
        }
        finish(pass);
        startNext();
    }

    /** Ends the oldest candidates of the loops that have answered. */
    private void finish(Pass pass) {
        List<SessionCandidates> found;
        synchronized (this) {
            found = List.copyOf(pass.found);
        }
        List<CompletableFuture<Map<BackendState, Integer>>> parts = SessionCandidates.endOldest(found);
        CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new)).thenRun(() -> pass.requests
                .forEach(request -> request.ended().complete(parts.stream().map(CompletableFuture::join)
                        .flatMap(counts -> counts.entrySet().stream())
                        .filter(count -> request.selections().containsKey(count.getKey()))
                        .mapToInt(Map.Entry::getValue).sum())));
    }
}
