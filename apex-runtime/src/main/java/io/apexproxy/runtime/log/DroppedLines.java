package io.apexproxy.runtime.log;

import java.util.concurrent.atomic.LongAdder;

/**
 * How many lines the log of this process has dropped. Any thread.
 *
 * <p>It is static, as the log is: Logback makes its appenders by itself, and others when its configuration changes.
 */
public final class DroppedLines {

    private static final LongAdder COUNT = new LongAdder();

    private DroppedLines() {
    }

    static void addOne() {
        COUNT.increment();
    }

    /** Lines since the start; none where the log is not written through a {@link QueueAppender}. */
    public static long count() {
        return COUNT.sum();
    }
}
