package io.apexproxy.runtime.stats;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LaneCounterTest {

    @Test
    void sumIncludesAllLanes() {
        LaneCounter counter = new LaneCounter(3);
        counter.add(0, 1);
        counter.add(1, 20);
        counter.add(2, 300);
        counter.add(0, 4_000);

        assertThat(counter.sum()).isEqualTo(4_321);
    }

    @Test
    void sumOfACounterIncludesAllLanes() {
        LaneCounter counters = new LaneCounter(3, 17);

        counters.add(0, 0, 1);
        counters.add(1, 0, 2);
        counters.add(2, 16, 4);
        counters.add(1, 16, 8);

        assertThat(counters.sum(0)).isEqualTo(3);
        assertThat(counters.sum(1)).isZero();
        assertThat(counters.sum(16)).isEqualTo(12);
    }

    @Test
    void concurrentAdditionsToDifferentLanesAreNotLost() throws InterruptedException {
        int lanes = 4;
        int additions = 1_000_000;
        LaneCounter counter = new LaneCounter(lanes);
        List<Thread> threads = new ArrayList<>();
        for (int lane = 0; lane < lanes; lane++) {
            int own = lane;
            threads.add(new Thread(() -> {
                for (int i = 0; i < additions; i++) {
                    counter.add(own, 1);
                }
            }));
        }
        threads.forEach(Thread::start);
        long before = 0;
        for (int i = 0; i < 1_000; i++) {
            long now = counter.sum();
            assertThat(now).isGreaterThanOrEqualTo(before);
            before = now;
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(counter.sum()).isEqualTo((long) lanes * additions);
    }
}
