package io.apexproxy.runtime.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LogThrottleTest {

    @Test
    void permitsOneLinePerPeriod() {
        LogThrottle throttle = new LogThrottle(Duration.ofDays(1));

        assertThat(throttle.permits()).isTrue();
        assertThat(throttle.permits()).isFalse();
    }

    @Test
    void permitsTheNextLineAfterThePeriod() {
        LogThrottle throttle = new LogThrottle(Duration.ZERO);

        assertThat(throttle.permits()).isTrue();
        assertThat(throttle.permits()).isTrue();
    }
}
