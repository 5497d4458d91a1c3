package io.apexproxy.lb.peakewma;

import io.apexproxy.api.Backend;
import io.apexproxy.api.balance.BackendPicker;
import io.apexproxy.api.balance.LoadBalancer;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;

/** The balancer that expects an answer from the estimates of earlier ones. Estimates survive a change of the set. */
final class PeakEwma implements LoadBalancer {

    private final LongSupplier nanoTime;
    private final LongUnaryOperator random;
    private final AnswerTime typical;
    private final double decayNanos;
    /** Weak, so that a removed backend is not kept. */
    private final Map<Backend, AnswerTime> times = Collections.synchronizedMap(new WeakHashMap<>());

    /**
     * Creates a balancer.
     *
     * @param decayNanos the time in which an estimate loses the share 1 - 1/e of its weight
     * @param nanoTime the clock
     * @param random returns a random number from 0 up to, but without, its argument
     */
    PeakEwma(long decayNanos, LongSupplier nanoTime, LongUnaryOperator random) {
        this.decayNanos = decayNanos;
        this.nanoTime = nanoTime;
        this.random = random;
        this.typical = new AnswerTime(decayNanos);
    }

    @Override
    public BackendPicker over(List<Backend> healthy) {
        Map<Backend, AnswerTime> present = new HashMap<>();
        for (Backend backend : healthy) {
            present.put(backend, times.computeIfAbsent(backend, added -> new AnswerTime(decayNanos)));
        }
        return new PeakEwmaPicker(healthy, Map.copyOf(present), typical, nanoTime, random);
    }
}
