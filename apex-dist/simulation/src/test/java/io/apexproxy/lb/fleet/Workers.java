package io.apexproxy.lb.fleet;

import java.util.BitSet;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Backends with several workers and a queue each. Some of them, others in each period, serve at half of the speed.
 *
 * <p>A worker serves one request at a time, in the order of arrival. So the end of a request is known when it arrives.
 */
final class Workers {

    static final int BACKENDS = 20;

    private static final int WORKERS = 8;
    private static final double SLOWNESS = 2;
    private static final double SERVICE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final double PERIOD_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final double[][] freeAt = new double[BACKENDS][WORKERS];
    private final BitSet[] slow;
    private final int slowBackends;
    private final Random service;

    /**
     * Creates idle backends.
     *
     * @param slowBackends the number of slow backends
     * @param nanos the duration of the simulation
     */
    Workers(long seed, int slowBackends, double nanos) {
        this.slowBackends = slowBackends;
        service = new Random(seed);
        Random draws = new Random(seed + 1);
        slow = new BitSet[(int) (nanos / PERIOD_NANOS) + 1];
        for (int period = 0; period < slow.length; period++) {
            slow[period] = new BitSet(BACKENDS);
            while (slow[period].cardinality() < slowBackends) {
                slow[period].set(draws.nextInt(BACKENDS));
            }
        }
    }

    /** Returns the highest rate of requests that all backends together can serve, per nanosecond. */
    double capacity() {
        return WORKERS * (BACKENDS - slowBackends + slowBackends / SLOWNESS) / SERVICE_NANOS;
    }

    /** Serves a request that arrives now at a backend, and returns when it ends. */
    double serve(int backend, double now) {
        double[] free = freeAt[backend];
        int first = 0;
        for (int i = 1; i < WORKERS; i++) {
            first = free[i] < free[first] ? i : first;
        }
        double start = Math.max(now, free[first]);
        double nanos = exponential(service) * SERVICE_NANOS * (isSlow(backend, start) ? SLOWNESS : 1);
        free[first] = start + nanos;
        return free[first];
    }

    private boolean isSlow(int backend, double now) {
        int period = (int) (now / PERIOD_NANOS);
        return period < slow.length && slow[period].get(backend);
    }

    /** Returns an exponentially distributed number with the mean 1. */
    static double exponential(Random random) {
        return -Math.log(1 - random.nextDouble());
    }
}
