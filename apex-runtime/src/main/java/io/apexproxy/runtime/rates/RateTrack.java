package io.apexproxy.runtime.rates;

import io.apexproxy.runtime.snapshot.RatesView.Rates;
import java.util.concurrent.TimeUnit;

/**
 * The counts of one component and its last two samples, from which its current rates follow.
 *
 * <p>Pure: the caller passes the time. Not thread-safe.
 */
final class RateTrack {

    /** Half of the interval between samples: rates cover 5 to 15 s, 10 s on average. */
    private static final long MIN_WINDOW_NANOS = TimeUnit.SECONDS.toNanos(5);
    /** Rates over less time, shortly after the start, would be accidental. */
    private static final long MIN_FIRST_WINDOW_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    private Sample previous;
    private Sample last;
    private Counts current;

    /** Creates a track that begins at a time with these counts. */
    RateTrack(long nanos, Counts counts) {
        current = counts;
        last = new Sample(nanos, counts);
        previous = last;
    }

    /** Sets the current counts; returns their increase since the last call. */
    Counts set(Counts next) {
        Counts increase = next.since(current);
        current = next;
        return increase;
    }

    /** Adds to the current counts. */
    void add(Counts increase) {
        current = current.plus(increase);
    }

    /** Keeps the current counts as a sample; returns the rates since the last sample. */
    Rates sample(long nanos) {
        Rates rates = since(last, nanos);
        previous = last;
        last = new Sample(nanos, current);
        return rates;
    }

    /** Returns the rates since the last sample that is old enough. */
    Rates rates(long nanos) {
        return since(nanos - last.nanos >= MIN_WINDOW_NANOS ? last : previous, nanos);
    }

    private Rates since(Sample sample, long nanos) {
        long elapsed = nanos - sample.nanos;
        return elapsed < MIN_FIRST_WINDOW_NANOS ? Rates.NONE
                : current.since(sample.counts).per(elapsed / NANOS_PER_SECOND);
    }

    private record Sample(long nanos, Counts counts) {
    }
}
