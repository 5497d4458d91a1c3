package io.apexproxy.runtime.relay;

import java.util.concurrent.TimeUnit;

/**
 * Milliseconds since some moment, as fresh as the sweeper's last tick: costs a field read, where asking the system would
 * cost more than the rest of a pump's bookkeeping.
 */
final class CoarseClock {

    private volatile long millis = now();

    private static long now() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    long tick() {
        long now = now();
        millis = now;
        return now;
    }

    long millis() {
        return millis;
    }
}
