package io.apexproxy.lb.peakewma;

/**
 * An estimate of a time: an exponentially weighted moving average whose weights depend on the age of the samples.
 *
 * <p>Thread-safe without locks: of two samples at the same moment, one can be lost.
 */
final class AnswerTime {

    private record Estimate(double nanos, long at) {
    }

    private final double decayNanos;
    /** Null before the first sample. */
    private volatile Estimate estimate;

    /** Creates an estimate without samples. */
    AnswerTime(double decayNanos) {
        this.decayNanos = decayNanos;
    }

    /** Returns whether there was a sample. */
    boolean isKnown() {
        return estimate != null;
    }

    /** Takes a sample at a time of the clock. */
    void average(long nanos, long now) {
        Estimate last = estimate;
        double sample = (double) nanos;
        estimate = new Estimate(last == null ? sample : sample + (last.nanos - sample) * remaining(last, now), now);
    }

    /** Takes a sample at a time of the clock; a longer time than the estimate replaces it. */
    void averageOrPeak(long nanos, long now) {
        Estimate last = estimate;
        if (last == null || nanos > last.nanos) {
            estimate = new Estimate((double) nanos, now);
        } else {
            average(nanos, now);
        }
    }

    /** Returns the estimate at a time of the clock. Both are known. Without samples it approaches the other one. */
    double nanos(AnswerTime other, long now) {
        Estimate last = estimate;
        double limit = other.estimate.nanos;
        return limit + (last.nanos - limit) * remaining(last, now);
    }

    private double remaining(Estimate last, long now) {
        // threads read the clock in any order
        return Math.exp(-Math.max(0, now - last.at) / decayNanos);
    }
}
