package io.apexproxy.lb.peakewma;

import io.apexproxy.api.Backend;
import io.apexproxy.api.ConnectionInfo;
import io.apexproxy.api.balance.BackendPicker;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;

/**
 * The better one of two backends that are drawn with probabilities in proportion to their weights. The better one has
 * the lower product of estimated answer time and connections per weight.
 *
 * <p>Two draws instead of a comparison of all: proxies with similar estimates do not all pick the same backend. An
 * estimate without new samples approaches the typical time of all backends. So a backend that was slow is tried again,
 * and one that never answers does not appear to be fast: its connections count.
 */
final class PeakEwmaPicker implements BackendPicker {

    /** A failed connect counts as an answer after this time, so that a backend that refuses fast is not the best. */
    private static final long FAILURE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** With zero, the number of connections would not matter. */
    private static final long LEAST_NANOS = 1;

    private final Backend[] backends;
    /** For each backend, the sum of weights up to and including its own. */
    private final long[] bounds;
    private final AnswerTime[] times;
    private final Map<Backend, AnswerTime> timeOf;
    private final AnswerTime typical;
    private final LongSupplier nanoTime;
    private final LongUnaryOperator random;

    /**
     * Creates a picker.
     *
     * @param timeOf the answer time of each backend; not changed
     * @param typical the answer time of all backends of the balancer
     * @param nanoTime the clock
     * @param random returns a random number from 0 up to, but without, its argument
     */
    PeakEwmaPicker(List<Backend> backends, Map<Backend, AnswerTime> timeOf, AnswerTime typical, LongSupplier nanoTime,
            LongUnaryOperator random) {
        this.backends = backends.toArray(Backend[]::new);
        this.bounds = backends.stream().mapToLong(Backend::weight).toArray();
        Arrays.parallelPrefix(bounds, Long::sum);
        this.times = backends.stream().map(timeOf::get).toArray(AnswerTime[]::new);
        this.timeOf = timeOf;
        this.typical = typical;
        this.nanoTime = nanoTime;
        this.random = random;
    }

    @Override
    public Backend pick(ConnectionInfo connection) {
        if (backends.length == 1) {
            return backends[0];
        }
        int first = find(random.applyAsLong(bounds[backends.length - 1]));
        int second = drawAnother(first);
        return isBetter(second, first) ? backends[second] : backends[first];
    }

    private int drawAnother(int drawn) {
        long start = drawn == 0 ? 0 : bounds[drawn - 1];
        long weight = bounds[drawn] - start;
        long ticket = random.applyAsLong(bounds[backends.length - 1] - weight);
        return find(ticket < start ? ticket : ticket + weight);
    }

    private int find(long ticket) {
        int found = Arrays.binarySearch(bounds, ticket + 1);
        return found >= 0 ? found : -found - 1;
    }

    private boolean isBetter(int one, int other) {
        double ratio = 1; // without an estimate, connections decide
        if (times[one].isKnown() && times[other].isKnown() && typical.isKnown()) {
            long now = nanoTime.getAsLong();
            ratio = times[one].nanos(typical, now) / times[other].nanos(typical, now);
        }
        return ratio * (backends[one].activeConnections() + 1.0) * backends[other].weight()
                < (backends[other].activeConnections() + 1.0) * backends[one].weight();
    }

    @Override
    public void firstByte(Backend backend, ConnectionInfo connection, long nanos) {
        AnswerTime time = timeOf.get(backend);
        if (time != null) {
            long now = nanoTime.getAsLong();
            long sample = Math.max(nanos, LEAST_NANOS);
            time.averageOrPeak(sample, now);
            typical.average(sample, now);
        }
    }

    @Override
    public void failed(Backend backend, ConnectionInfo connection, long nanos) {
        AnswerTime time = timeOf.get(backend);
        if (time != null) {
            time.averageOrPeak(Math.max(nanos, FAILURE_NANOS), nanoTime.getAsLong());
        }
    }
}
