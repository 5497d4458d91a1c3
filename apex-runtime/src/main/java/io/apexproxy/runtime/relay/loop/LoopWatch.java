package io.apexproxy.runtime.relay.loop;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Samples the poll delay of loops that have sessions, and logs loops that are blocked.
 *
 * <p>The usual cause is a load balancer whose {@code pick} blocks. Java cannot interrupt it safely, so the log shows
 * the call and how many connections are stalled. Runs on one thread, which is not a loop's.
 */
public final class LoopWatch implements Runnable {

    /** How often {@link #run} is to be called, in milliseconds. */
    public static final long PERIOD_MILLIS = 1_000;
    /** Longer than a collection of garbage. */
    private static final long BLOCKED_SECONDS = 3;

    private static final Pattern JDK_CLASS = Pattern.compile("(?:java|javax|jdk|sun|com\\.sun)\\.");

    private static final Logger LOG = LoggerFactory.getLogger("apex.relay");

    private final List<Probe> probes;

    /**
     * Creates a watch.
     *
     * @param loops in the order of their numbers
     */
    public LoopWatch(List<RelayLoop> loops) {
        this.probes = loops.stream().map(Probe::new).toList();
    }

    @Override
    public void run() {
        probes.forEach(Probe::check);
    }

    /** A task that is submitted to a loop and measures how long the loop takes to run it. */
    private static final class Probe implements Runnable {
        private final RelayLoop loop;
        private long submittedNanos;
        private boolean reported;
        private volatile boolean pending;

        Probe(RelayLoop loop) {
            this.loop = loop;
        }

        /** On the loop's thread. */
        @Override
        public void run() {
            loop.stats().polled(System.nanoTime() - submittedNanos);
            pending = false;
        }

        void check() {
            if (pending) {
                long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - submittedNanos);
                if (seconds >= BLOCKED_SECONDS && !reported) {
                    reported = true;
                    report(seconds);
                }
                return;
            }
            if (reported) {
                reported = false;
                LOG.warn("loop {} runs again after {} s", loop.index(),
                        TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - submittedNanos));
            }
            if (loop.stats().sessions() > 0) { // a loop without sessions is left asleep
                submittedNanos = System.nanoTime();
                pending = true;
                loop.execute(this);
            }
        }

        private void report(long seconds) {
            StackTraceElement[] stack = loop.thread().getStackTrace();
            Throwable trace = new Throwable("stack of loop " + loop.index());
            trace.setStackTrace(stack);
            LOG.error("loop {} blocked for {} s; its {} connections are stalled; blocked at: {}", loop.index(), seconds,
                    loop.stats().sessions(), blockingCall(stack), trace);
        }

        /** Returns the innermost method outside the JDK, as {@code Unsafe.park} does not show which plugin waits. */
        private static String blockingCall(StackTraceElement[] stack) {
            return Arrays.stream(stack).filter(frame -> !JDK_CLASS.matcher(frame.getClassName()).lookingAt())
                    .findFirst().or(() -> Arrays.stream(stack).findFirst())
                    .map(String::valueOf).orElse("an ended thread");
        }
    }
}
