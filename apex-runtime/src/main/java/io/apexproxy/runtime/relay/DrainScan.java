package io.apexproxy.runtime.relay;

import io.apexproxy.runtime.config.address.Address;
import io.apexproxy.runtime.relay.loop.RelayLoop;
import io.apexproxy.runtime.relay.loop.TimedEntry;
import io.apexproxy.runtime.relay.record.Cause;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/**
 * Repeated passes over the open sessions during a drain. A pass ends the sessions of listeners whose drain timeout has
 * expired, and finds the oldest of the others. Used by one thread, which never waits for a loop: the last complete pass
 * of each loop counts.
 */
public final class DrainScan {

    /** The largest number of sessions in {@link #oldest}. */
    public static final int MAX_OLDEST = 3;

    private final List<LoopScan> scans;

    DrainScan(List<RelayLoop> loops) {
        scans = loops.stream().map(LoopScan::new).toList();
    }

    /**
     * An open session.
     *
     * @param client the address of the client
     * @param backend the name of the backend that is connected or tried; empty if there is none
     * @param listener the name of the listener
     * @param acceptedNanos the time of the accept, as {@link System#nanoTime}
     */
    public record OpenSession(String client, String backend, String listener, long acceptedNanos) {

        private static OpenSession of(Session session) {
            return new OpenSession(Address.text(session.client().connection().client()),
                    SessionFilter.backendName(session), session.listener().name(), accepted(session));
        }
    }

    private static long accepted(Session session) {
        return session.client().accepted().nanos();
    }

    /**
     * Starts a pass on each loop that has completed its last one.
     *
     * @param elapsed the time since the beginning of the drain
     * @param ofProcess the drain timeout of listeners without their own
     */
    public void begin(Duration elapsed, Duration ofProcess) {
        scans.forEach(scan -> scan.begin(elapsed, ofProcess));
    }

    /**
     * Takes the results of the passes that have completed since the last call.
     *
     * @return the numbers of sessions that they have ended, by listener
     */
    public Map<String, Integer> takeEnded() {
        Map<String, Integer> ended = new TreeMap<>();
        scans.forEach(scan -> scan.complete().forEach((name, count) -> ended.merge(name, count, Integer::sum)));
        return ended;
    }

    /** Returns the drain timeouts of the listeners that the open sessions belong to. */
    public Set<Duration> timeouts() {
        Set<Duration> timeouts = new TreeSet<>();
        scans.forEach(scan -> timeouts.addAll(scan.last.timeouts));
        return timeouts;
    }

    /** Returns at most {@value #MAX_OLDEST} sessions, the oldest first. */
    public List<OpenSession> oldest() {
        return scans.stream().flatMap(scan -> scan.last.found.stream())
                .sorted(Comparator.comparingLong(OpenSession::acceptedNanos)).limit(MAX_OLDEST).toList();
    }

    /** The passes of one loop. */
    private static final class LoopScan {
        private final RelayLoop loop;
        private Pass last = new Pass(Duration.ZERO, Duration.ZERO);
        /** Null while no pass runs. */
        private Pass running;

        private LoopScan(RelayLoop loop) {
            this.loop = loop;
        }

        private void begin(Duration elapsed, Duration ofProcess) {
            if (running == null) {
                Pass pass = new Pass(elapsed, ofProcess);
                running = pass;
                loop.forEachSession(pass::visit, pass::end);
            }
        }

        private Map<String, Integer> complete() {
            if (running == null || !running.done.isDone()) {
                return Map.of();
            }
            last = running;
            running = null;
            return last.ended;
        }
    }

    /** One pass over the sessions of a loop. On the loop's thread until it is done, then immutable. */
    private static final class Pass {
        private final Duration elapsed;
        private final Duration ofProcess;
        private final Map<String, Integer> ended = new TreeMap<>();
        private final Set<Duration> timeouts = new HashSet<>();
        /** The youngest one is the head. */
        private final PriorityQueue<Session> oldest =
                new PriorityQueue<>(Comparator.comparingLong(DrainScan::accepted).reversed());
        private List<OpenSession> found = List.of();
        private final CompletableFuture<Void> done = new CompletableFuture<>();

        private Pass(Duration elapsed, Duration ofProcess) {
            this.elapsed = elapsed;
            this.ofProcess = ofProcess;
        }

        private void visit(TimedEntry entry) {
            Session session = (Session) entry;
            Duration timeout = session.listener().config().drainTimeout(ofProcess);
            if (timeout.compareTo(elapsed) <= 0) {
                session.abort(Cause.DRAINED);
                ended.merge(session.listener().name(), 1, Integer::sum);
                return;
            }
            timeouts.add(timeout);
            if (oldest.size() < MAX_OLDEST) {
                oldest.add(session);
            } else if (accepted(session) < accepted(oldest.element())) {
                oldest.remove();
                oldest.add(session);
            }
        }

        private void end() {
            found = oldest.stream().map(OpenSession::of).toList();
            oldest.clear();
            done.complete(null);
        }
    }
}
