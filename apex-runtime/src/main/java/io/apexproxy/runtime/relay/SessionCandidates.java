package io.apexproxy.runtime.relay;

import io.apexproxy.runtime.pool.backend.BackendState;
import io.apexproxy.runtime.pool.sessions.OpenSessions.Selection;
import io.apexproxy.runtime.relay.loop.RelayLoop;
import io.apexproxy.runtime.relay.record.Cause;
import io.apexproxy.runtime.relay.tunnel.Tunnel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;

/**
 * The oldest sessions of a loop that a selection of each backend accepts. On the loop's thread until all are found,
 * then immutable.
 */
final class SessionCandidates {

    /** Sessions that end in one turn: about 5 ms of closing connections. */
    private static final int ENDS_PER_TURN = 500;
    private static final Comparator<Candidate> OLDEST_FIRST = Comparator.comparingLong(Candidate::acceptedNanos);

    private final RelayLoop loop;
    private final Map<BackendState, Selection> selections;
    /** The youngest one is the head of each queue. */
    private final Map<BackendState, PriorityQueue<Candidate>> oldest = new LinkedHashMap<>();

    /** A session of a loop. Other threads do not read the session itself. */
    private record Candidate(RelayLoop loop, Session session, long acceptedNanos, BackendState backend,
            Selection selection) {

        private boolean isValid() {
            return session.cause() == null && session.stage() instanceof Tunnel tunnel && session.backend() == backend
                    && acceptedNanos - selection.acceptedBefore() <= 0
                    && (selection.idleNanos() == 0 || tunnel.isIdle(selection.idleNanos()));
        }
    }

    SessionCandidates(RelayLoop loop, Map<BackendState, Selection> selections) {
        this.loop = loop;
        this.selections = selections;
    }

    RelayLoop loop() {
        return loop;
    }

    /** Adds a session of the loop, unless it is not selected or enough older ones are found. */
    void add(Session session) {
        Selection selection = session.stage() instanceof Tunnel ? selections.get(session.backend()) : null;
        if (selection == null) {
            return;
        }
        long accepted = session.client().accepted().nanos();
        Candidate candidate = new Candidate(loop, session, accepted, session.backend(), selection);
        if (!candidate.isValid()) {
            return;
        }
        PriorityQueue<Candidate> queue =
                oldest.computeIfAbsent(candidate.backend(), any -> new PriorityQueue<>(OLDEST_FIRST.reversed()));
        queue.add(candidate);
        if (queue.size() > selection.count()) {
            queue.remove();
        }
    }

    /**
     * Ends the oldest sessions of several loops, on the threads of the loops. Any thread.
     *
     * @return for each loop with such sessions, the numbers of ended ones by backend
     */
    static List<CompletableFuture<Map<BackendState, Integer>>> endOldest(List<SessionCandidates> loops) {
        Map<BackendState, List<Candidate>> byBackend = new LinkedHashMap<>();
        loops.forEach(found -> found.oldest.forEach((backend, candidates) -> byBackend
                .computeIfAbsent(backend, any -> new ArrayList<>()).addAll(candidates)));
        Map<RelayLoop, Queue<Candidate>> byLoop = new LinkedHashMap<>();
        byBackend.values().forEach(candidates -> candidates.stream().sorted(OLDEST_FIRST)
                .limit(candidates.get(0).selection().count())
                .forEach(chosen -> byLoop.computeIfAbsent(chosen.loop(), any -> new ArrayDeque<>()).add(chosen)));
        List<CompletableFuture<Map<BackendState, Integer>>> results = new ArrayList<>();
        byLoop.forEach((loop, chosen) -> {
            CompletableFuture<Map<BackendState, Integer>> result = new CompletableFuture<>();
            results.add(result);
            loop.execute(() -> end(loop, chosen, new LinkedHashMap<>(), result));
        });
        return results;
    }

    private static void end(RelayLoop loop, Queue<Candidate> left, Map<BackendState, Integer> ended,
            CompletableFuture<Map<BackendState, Integer>> result) {
        for (int ends = ENDS_PER_TURN; ends > 0 && !left.isEmpty(); ends--) {
            Candidate candidate = left.remove();
            if (candidate.isValid()) { // nothing has changed since the search
                ended.merge(candidate.backend(), 1, Integer::sum);
                candidate.session().abort(Cause.of(candidate.selection().reason()));
            }
        }
        if (left.isEmpty()) {
            result.complete(ended);
        } else {
            loop.execute(() -> end(loop, left, ended, result));
        }
    }
}
