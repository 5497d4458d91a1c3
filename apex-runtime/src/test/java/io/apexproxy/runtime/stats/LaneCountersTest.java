package io.apexproxy.runtime.stats;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LaneCountersTest {

    @Test
    void sumOfACounterIncludesAllLanes() {
        LaneCounters counters = new LaneCounters(3, 17);

        counters.add(0, 0, 1);
        counters.add(1, 0, 2);
        counters.add(2, 16, 4);
        counters.add(1, 16, 8);

        assertThat(counters.sum(0)).isEqualTo(3);
        assertThat(counters.sum(1)).isZero();
        assertThat(counters.sum(16)).isEqualTo(12);
    }
}
