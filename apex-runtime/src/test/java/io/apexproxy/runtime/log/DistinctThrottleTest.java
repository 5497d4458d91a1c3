package io.apexproxy.runtime.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DistinctThrottleTest {

    private final AtomicLong seconds = new AtomicLong(1);
    private final DistinctThrottle throttle = new DistinctThrottle(() -> TimeUnit.SECONDS.toNanos(seconds.get()));

    @Test
    void repeatedFaultDoesNotHideAnotherFault() {
        assertThat(throttle.permits("failed", new IllegalStateException("one"))).isTrue();
        assertThat(throttle.permits("failed", new IllegalStateException("one"))).isFalse();
        assertThat(throttle.permits("failed", new IllegalStateException("two"))).isTrue();
        assertThat(throttle.permits("failed", new IllegalArgumentException("one"))).isTrue();
        assertThat(throttle.permits("returned null")).isTrue();
        assertThat(throttle.permits("returned null")).isFalse();
    }

    @Test
    void faultIsPermittedAgainAfterThePeriod() {
        throttle.permits("one");
        seconds.addAndGet(3);
        throttle.permits("two");
        seconds.addAndGet(2);

        assertThat(throttle.permits("one")).isTrue();
        assertThat(throttle.permits("two")).isFalse();
    }

    @Test
    void distinctFaultsAreLimitedPerPeriod() {
        long permitted = IntStream.range(0, 1_000).filter(i -> throttle.permits("fault " + i)).count();

        assertThat(permitted).isEqualTo(DistinctThrottle.MAX_LINES);
        seconds.addAndGet(5);
        assertThat(throttle.permits("fault 1000")).isTrue();
    }
}
