package io.apexproxy.runtime.log;

import java.util.concurrent.atomic.LongAdder;

/**
 * How many lines the log of this process has dropped. Any thread.
 *
 * <p>It is static, as the log is: Logback makes its appenders by itself, and others when its configuration changes.
 */
public final class DroppedLines {

    /** The logger of access lines, and of its children. */
    private static final String ACCESS = "apex.access";
    private static final LongAdder COUNT = new LongAdder();
    private static final LongAdder ACCESS_COUNT = new LongAdder();

    private DroppedLines() {
    }

    /** Counts a line of a logger under the part of the log that it belongs to. */
    static void addOne(String logger) {
        (logger.startsWith(ACCESS) ? ACCESS_COUNT : COUNT).increment();
    }

    /**
     * Returns the number of lines of the log, the access log excepted.
     *
     * @return lines since the start; none where the log is written through appenders that are not those of this package
     */
    public static long count() {
        return COUNT.sum();
    }

    /**
     * Returns the number of lines of the access log that an appender dropped.
     *
     * @return lines since the start, without those that the queue before the appenders had no room for
     */
    public static long accessCount() {
        return ACCESS_COUNT.sum();
    }
}
