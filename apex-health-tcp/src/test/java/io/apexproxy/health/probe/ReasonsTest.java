package io.apexproxy.health.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.NoRouteToHostException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ReasonsTest {

    @Test
    void messageOfTheSystemStartsInLowerCase() {
        assertThat(Reasons.of(new NoRouteToHostException("No route to host"))).isEqualTo("no route to host");
        assertThat(Reasons.of(new NoRouteToHostException())).isEqualTo("NoRouteToHostException");
    }

    @Test
    void durationsHaveTheFormOfTheConfiguration() {
        assertThat(Reasons.format(Duration.ofSeconds(2))).isEqualTo("2s");
        assertThat(Reasons.format(Duration.ofMillis(1500))).isEqualTo("1500ms");
    }
}
