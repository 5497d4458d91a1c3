package io.apexproxy.runtime.log;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Limits each of several log lines to one per period, so that a fault that repeats hides no other fault.
 *
 * <p>At most {@value #MOST_LINES} different lines are permitted per period: a line with a counter in it differs each
 * time. Any thread.
 */
public final class DistinctThrottle {

    static final int MOST_LINES = 10;
    private static final Duration PERIOD = Duration.ofSeconds(5);

    private final LongSupplier nanoTime;
    /** When each line was permitted last; only those of the current period are of interest. */
    private final Map<String, Long> permitted = new HashMap<>();

    /** Creates a throttle that permits each line at once, and then every five seconds. */
    public DistinctThrottle() {
        this(System::nanoTime);
    }

    DistinctThrottle(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /**
     * Returns whether a line may be written now.
     *
     * @param line what tells it from others, such as the message of an exception; cut to a piece of text
     * @return true for one caller per period and line
     */
    public boolean permits(String line) {
        String key = CleanText.piece(line);
        long now = nanoTime.getAsLong();
        synchronized (permitted) {
            permitted.values().removeIf(time -> now - time >= PERIOD.toNanos());
            return permitted.size() < MOST_LINES && permitted.putIfAbsent(key, now) == null;
        }
    }

    /**
     * Returns whether a line about an exception may be written now.
     *
     * @param what failed
     * @param cause the exception
     * @return true for one caller per period, failure and message
     */
    public boolean permits(String what, Throwable cause) {
        return permits(what + ": " + CleanText.of(cause));
    }
}
