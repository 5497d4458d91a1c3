package io.apexproxy.runtime.relay;

import java.util.Arrays;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of loops that do not come round. All code of ours returns at once; what does not is a plugin's {@code pick},
 * and until it does nobody on the loop is served, whatever the pool. Java cannot take it off, but the log can name it.
 *
 * <p>It counts looks instead of time: a process that was frozen has missed looks as well as ticks. On the JDK's
 * channels nothing is found, as there ticks do not wait for the loop.
 */
final class LoopWatch implements Runnable {

    static final long LOOK_MILLIS = 1_000;
    /** More than the pauses of a garbage collection, less than the patience of who looks for the cause. */
    private static final int LOOKS = 3;

    private static final Logger LOG = LoggerFactory.getLogger("apex.relay");

    private final List<EventLoop> loops;
    private final long[] ticks;
    private final int[] looks;

    LoopWatch(List<EventLoop> loops) {
        this.loops = loops;
        this.ticks = new long[loops.size()];
        this.looks = new int[loops.size()];
    }

    /** Looks at all loops; on one thread, every {@value #LOOK_MILLIS} ms. */
    @Override
    public void run() {
        for (EventLoop loop : loops) {
            look(loop, loop.index());
        }
    }

    private void look(EventLoop loop, int index) {
        long now = loop.ticks();
        if (loop.isTicking() && now == ticks[index]) {
            looks[index]++;
            if (looks[index] == LOOKS) {
                LOG.error("apex-loop-{} has not come round for {} s: its connections wait, those of all pools, until"
                        + " it returns from here", index, LOOKS * LOOK_MILLIS / 1_000, place(loop.thread()));
            }
        } else {
            if (looks[index] >= LOOKS) {
                LOG.warn("apex-loop-{} comes round again", index);
            }
            looks[index] = 0;
        }
        ticks[index] = now;
    }

    private static Throwable place(Thread thread) {
        StackTraceElement[] stack = thread.getStackTrace();
        Throwable place = new Throwable(Arrays.stream(stack).findFirst().map(String::valueOf).orElse("its end"));
        place.setStackTrace(stack);
        return place;
    }
}
