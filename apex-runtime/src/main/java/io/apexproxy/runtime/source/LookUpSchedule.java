package io.apexproxy.runtime.source;

import io.apexproxy.runtime.config.PoolConfig.Discovery;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The times at which a source is called. Pure: delays in nanoseconds, the caller passes the time.
 *
 * <p>After an answer: its validity within {@code min_interval} and {@code max_interval}. After failures: {@code
 * min_interval}, doubled with each failure in a row up to {@code max_interval}. Both are spread by 10 %, so that many
 * proxies do not call a server at the same time. On demand: at most once a second.
 */
final class LookUpSchedule {

    /** The shortest time between two look-ups on demand: after a failed connection, or without a healthy backend. */
    static final long DEMAND_NANOS = Duration.ofSeconds(1).toNanos();
    /** The shortest time between two look-ups after reports of the source, which can arrive in bursts. */
    static final long REPORT_NANOS = Duration.ofMillis(100).toNanos();

    private static final double SPREAD = 0.1;
    private static final int MAX_DOUBLINGS = 30; // exceeds every max_interval, and a long has room for it

    private LookUpSchedule() {
    }

    static long afterAnswer(Optional<Duration> validFor, Discovery settings, RandomGenerator random) {
        Duration wanted = validFor.orElse(settings.maxInterval());
        Duration atLeast = wanted.compareTo(settings.minInterval()) < 0 ? settings.minInterval() : wanted;
        return spread(atMost(atLeast, settings.maxInterval()).toNanos(), random);
    }

    /**
     * Returns the delay after a failure.
     *
     * @param failures the number of failures since the last answer, at least 1
     */
    static long afterFailure(int failures, Discovery settings, RandomGenerator random) {
        long max = settings.maxInterval().toNanos();
        long min = Math.min(settings.minInterval().toNanos(), max);
        int doublings = Math.min(failures - 1, MAX_DOUBLINGS);
        long delay = min > max >> doublings ? max : min << doublings;
        return spread(delay, random);
    }

    /**
     * Returns the delay of a look-up that is wanted now.
     *
     * @param pause the shortest time from the begin of the last look-up
     * @param lastBegin the time at which the last look-up has begun
     */
    static long onDemand(long pause, long lastBegin, long now) {
        return Math.max(0, lastBegin + pause - now);
    }

    private static Duration atMost(Duration duration, Duration max) {
        return duration.compareTo(max) > 0 ? max : duration;
    }

    private static long spread(long nanos, RandomGenerator random) {
        return (long) (nanos * (1 - SPREAD + 2 * SPREAD * random.nextDouble()));
    }
}
