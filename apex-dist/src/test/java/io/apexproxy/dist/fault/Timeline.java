package io.apexproxy.dist.fault;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** The faults of a run with their targets and times. Thread-safe. */
final class Timeline {

    /** The target of faults of the proxy or its configuration. */
    static final int APEX = 0;
    /** The backend of a session that has received no answer yet. */
    static final int UNKNOWN = 0;

    private static final int SHOWN_FAULTS = 60;

    private final long startNanos = System.nanoTime();
    private final List<Fault> faults = new CopyOnWriteArrayList<>();

    /** Records the begin of a fault. Called directly before the fault. */
    Fault begin(String kind, int target, boolean cuts) {
        Fault fault = new Fault(kind, target, cuts, System.nanoTime());
        faults.add(fault);
        return fault;
    }

    /** Returns whether a fault can have cut a session with a backend between two times. */
    boolean explains(int backend, long fromNanos, long toNanos) {
        return faults.stream().anyMatch(fault -> fault.cuts && (backend == UNKNOWN || fault.target == backend)
                && fault.beginNanos - toNanos <= 0 && (!fault.over || fault.endNanos - fromNanos >= 0));
    }

    /** Returns the number of faults of each kind. */
    Map<String, Long> counts() {
        return faults.stream().collect(Collectors.groupingBy(fault -> fault.kind, TreeMap::new, Collectors.counting()));
    }

    /** Returns the last faults, one per line. */
    @Override
    public String toString() {
        return faults.stream().skip(Math.max(0, faults.size() - SHOWN_FAULTS))
                .map(fault -> fault.text(startNanos)).collect(Collectors.joining("\n"));
    }

    /** A fault with its begin and its end. */
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

        /** Records the end of the fault. */
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
