package io.apexproxy.lb.random;

import io.apexproxy.api.balance.LoadBalancer;
import java.util.Random;

/** Creates the load balancer {@code random} with reproducible draws. */
public final class SeededRandom {

    private SeededRandom() {
    }

    /** Creates a balancer with a number of draws, as the setting {@code choices}. */
    public static LoadBalancer drawing(int choices, Random random) {
        return healthy -> new RandomPicker(healthy, choices, random::nextLong);
    }
}
