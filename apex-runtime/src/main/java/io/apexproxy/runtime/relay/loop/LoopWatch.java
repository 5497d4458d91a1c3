package io.apexproxy.runtime.relay.loop;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A periodic task that samples the poll delay of loops that have sessions, and logs blocked loops.
 *
 * <p>The usual cause is a load balancer whose {@code pick} blocks. Java cannot interrupt it safely, so the log shows
 * the blocking call and the number of stalled connections. Runs on one thread other than those of the loops.
 */
public final class LoopWatch implements Runnable {

    /** The period of {@link #run}, in milliseconds. */
    public static final long PERIOD_MILLIS = 1_000;
    /** Longer than a usual garbage collection. */
    private static final long BLOCKED_SECONDS = 3;

    private static final Pattern JDK_CLASS = Pattern.compile("(?:java|javax|jdk|sun|com\\.sun)\\.");

    private static final Logger LOG = LoggerFactory.getLogger("apex.relay");

    private final List<Sampler> samplers;

    /** Creates a watch of these loops. */
    public LoopWatch(List<RelayLoop> loops) {
        this.samplers = loops.stream().map(Sampler::new).toList();
    }

    @Override
    public void run() {
        samplers.forEach(Sampler::check);
    }

    /** A task for a loop that measures the delay until the loop runs it. */
    private static final class Sampler implements Runnable {
        private final RelayLoop loop;
        private long submittedNanos;
        private boolean reported;
        private volatile boolean pending;

        Sampler(RelayLoop loop) {
            this.loop = loop;
        }

        /** Runs on the loop's thread. */
        @Override
        public void run() {
            loop.stats().recordPollDelay(System.nanoTime() - submittedNanos);
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
            if (loop.stats().sessions() > 0) { // an idle loop is not woken up
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

        /** Returns the innermost frame outside the JDK; one such as {@code Unsafe.park} does not show the plugin. */
        private static String blockingCall(StackTraceElement[] stack) {
            return Arrays.stream(stack).filter(frame -> !JDK_CLASS.matcher(frame.getClassName()).lookingAt())
                    .findFirst().or(() -> Arrays.stream(stack).findFirst())
                    .map(String::valueOf).orElse("an ended thread");
        }
    }
}
