package io.apexproxy.lb.peakewma;

import io.apexproxy.api.balance.LoadBalancer;
import java.time.Duration;
import java.util.Random;
import java.util.function.LongSupplier;

/** Creates the load balancer {@code peak-ewma} with virtual time and reproducible draws. */
public final class SimulatedPeakEwma {

    private SimulatedPeakEwma() {
    }

    /** Creates a balancer with a decay, as the setting of that name. */
    public static LoadBalancer decaying(Duration decay, LongSupplier nanoTime, Random random) {
        return new PeakEwma(decay.toNanos(), nanoTime, random::nextLong);
    }
}
