package io.apexproxy.runtime.log;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * A throttle that permits each distinct log line once per period, so that a repeated fault does not hide another fault.
 *
 * <p>It permits at most {@value #MAX_LINES} distinct lines per period, because a line with a counter is always
 * distinct. Any thread.
 */
public final class DistinctThrottle {

    static final int MAX_LINES = 10;
    private static final Duration PERIOD = Duration.ofSeconds(5);

    private final LongSupplier nanoTime;
    /** The nano time of the last permission of each line of the current period. */
    private final Map<String, Long> permitted = new HashMap<>();

    /** Creates a throttle with a period of five seconds. */
    public DistinctThrottle() {
        this(System::nanoTime);
    }

    DistinctThrottle(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /**
     * Returns whether a line may be written now.
     *
     * @param line the identity of the line, such as the message of an exception; shortened
     * @return true for one caller per period and line
     */
    public boolean permits(String line) {
        String key = CleanText.piece(line);
        long now = nanoTime.getAsLong();
        synchronized (permitted) {
            permitted.values().removeIf(time -> now - time >= PERIOD.toNanos());
            return permitted.size() < MAX_LINES && permitted.putIfAbsent(key, now) == null;
        }
    }

    /**
     * Returns whether a line about an exception may be written now.
     *
     * @param operation the operation that failed
     * @param cause the exception
     * @return true for one caller per period, operation, exception class and message
     */
    public boolean permits(String operation, Throwable cause) {
        return permits(operation + ": " + CleanText.of(cause));
    }
}
