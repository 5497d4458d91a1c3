package io.apexproxy.runtime.snapshot;

import io.apexproxy.runtime.snapshot.RatesView.Rates;

/**
 * The rates of a component in the last intervals of {@link #INTERVAL_SECONDS}, the oldest first. Immutable.
 *
 * <p>It takes 16 bytes for each interval, and a kilobyte if it is full.
 *
 * @since 0.2
 */
public final class RateHistory {

    /** The length of an interval, in seconds. */
    public static final int INTERVAL_SECONDS = 10;
    /** The maximum number of intervals: ten minutes. */
    public static final int MAX_INTERVALS = 60;
    /** A history without intervals. */
    public static final RateHistory EMPTY = new RateHistory(new float[0]);

    private static final int FIELDS = 4;

    private final float[] values;

    private RateHistory(float[] values) {
        this.values = values;
    }

    /**
     * {@return this history with the rates of another interval, and without the oldest one if it is full}
     *
     * @param rates the rates of the interval
     */
    public RateHistory plus(Rates rates) {
        int kept = Math.min(values.length, (MAX_INTERVALS - 1) * FIELDS);
        float[] next = new float[kept + FIELDS];
        System.arraycopy(values, values.length - kept, next, 0, kept);
        next[kept] = (float) rates.connections();
        next[kept + 1] = (float) rates.received();
        next[kept + 2] = (float) rates.sent();
        next[kept + 3] = (float) rates.failed();
        return new RateHistory(next);
    }

    /** {@return the number of intervals} */
    public int size() {
        return values.length / FIELDS;
    }

    /**
     * {@return the rates of an interval}
     *
     * @param index from 0, the oldest
     */
    public Rates rates(int index) {
        int first = index * FIELDS;
        return new Rates(values[first], values[first + 1], values[first + 2], values[first + 3]);
    }
}
