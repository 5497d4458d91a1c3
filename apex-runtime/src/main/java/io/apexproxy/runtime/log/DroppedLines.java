package io.apexproxy.runtime.log;

import java.util.concurrent.atomic.LongAdder;

/**
 * The number of log lines that this process has dropped. Any thread.
 *
 * <p>The counters are static, because Logback creates the appenders, and replaces them when its configuration changes.
 */
public final class DroppedLines {

    /** Prefix of the loggers of access lines. */
    private static final String ACCESS = "apex.access";
    private static final LongAdder COUNT = new LongAdder();
    private static final LongAdder ACCESS_COUNT = new LongAdder();

    private DroppedLines() {
    }

    /** Counts a dropped line of a logger. */
    static void addOne(String logger) {
        (logger.startsWith(ACCESS) ? ACCESS_COUNT : COUNT).increment();
    }

    /**
     * Returns the number of dropped lines, without the access log.
     *
     * @return lines since the start of the process; only appenders of this package count them
     */
    public static long count() {
        return COUNT.sum();
    }

    /**
     * Returns the number of access log lines that an appender dropped.
     *
     * @return lines since the start of the process, without those that the relay dropped before the appenders
     */
    public static long accessCount() {
        return ACCESS_COUNT.sum();
    }
}
