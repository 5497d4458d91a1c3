package io.apexproxy.dist.fault;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** What was done to whom, and when. Safe for several threads. */
final class Timeline {

    /** The target of a fault that is no backend's. */
    static final int APEX = 0;
    /** A session that no backend has answered yet has a backend whose name its client does not know. */
    static final int UNKNOWN = 0;

    private static final int TOLD = 60;

    private final long startNanos = System.nanoTime();
    private final List<Fault> faults = new CopyOnWriteArrayList<>();

    /** Notes that a fault begins now, before it does. */
    Fault begin(String kind, int target, boolean cuts) {
        Fault fault = new Fault(kind, target, cuts, System.nanoTime());
        faults.add(fault);
        return fault;
    }

    /** Whether a session with a backend may have been cut between two points of time. */
    boolean explains(int backend, long fromNanos, long toNanos) {
        return faults.stream().anyMatch(fault -> fault.cuts && (backend == UNKNOWN || fault.target == backend)
                && fault.beginNanos - toNanos <= 0 && (!fault.over || fault.endNanos - fromNanos >= 0));
    }

    /** How often each kind happened. */
    Map<String, Long> counts() {
        return faults.stream().collect(Collectors.groupingBy(fault -> fault.kind, TreeMap::new, Collectors.counting()));
    }

    /** The last faults, a line each. */
    @Override
    public String toString() {
        return faults.stream().skip(Math.max(0, faults.size() - TOLD))
                .map(fault -> fault.text(startNanos)).collect(Collectors.joining("\n"));
    }

    /** Something that was done. */
    static final class Fault {

        private final String kind;
        private final int target;
        private final boolean cuts;
        private final long beginNanos;
        private long endNanos;
        private volatile boolean over;

        private Fault(String kind, int target, boolean cuts, long beginNanos) {
            this.kind = kind;
            this.target = target;
            this.cuts = cuts;
            this.beginNanos = beginNanos;
        }

        /** All is well again. */
        void end() {
            endNanos = System.nanoTime();
            over = true;
        }

        private String text(long startNanos) {
            return "%8d ms to %s: %s %s".formatted(millis(beginNanos - startNanos),
                    over ? "%8d ms".formatted(millis(endNanos - startNanos)) : "now", kind,
                    target == APEX ? "apex" : "backend " + target);
        }

        private static long millis(long nanos) {
            return TimeUnit.NANOSECONDS.toMillis(nanos);
        }
    }
}
