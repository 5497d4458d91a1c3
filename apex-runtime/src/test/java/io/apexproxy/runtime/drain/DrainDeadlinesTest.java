package io.apexproxy.runtime.drain;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class DrainDeadlinesTest {

    private static final Duration FALLBACK = ofSeconds(30);
    private static final DrainDeadlines THREE =
            DrainDeadlines.of(List.of(ofMinutes(10), ofSeconds(5), ofSeconds(60), ofSeconds(5)), FALLBACK);

    @Test
    void lastDeadlineIsTheLongestTimeout() {
        assertThat(THREE.last()).isEqualTo(ofMinutes(10));
        assertThat(THREE.timeouts()).containsExactly(ofSeconds(5), ofSeconds(60), ofMinutes(10));
    }

    @Test
    void timeoutOfTheProcessIsTheOnlyDeadlineWithoutListeners() {
        DrainDeadlines deadlines = DrainDeadlines.of(List.of(), FALLBACK);

        assertThat(deadlines.last()).isEqualTo(FALLBACK);
        assertThat(deadlines).hasToString("30s");
    }

    @Test
    void deadlineIsFoundOnce() {
        assertThat(THREE.hasDeadline(Duration.ZERO, ofMillis(4_999))).isFalse();
        assertThat(THREE.hasDeadline(ofMillis(4_999), ofSeconds(5))).isTrue();
        assertThat(THREE.hasDeadline(ofSeconds(5), ofMillis(59_999))).isFalse();
        assertThat(THREE.hasDeadline(ofSeconds(59), ofSeconds(61))).isTrue();
    }

    @Test
    void timeLeftOmitsExpiredDeadlines() {
        assertThat(THREE.left(Duration.ZERO)).isEqualTo("5s to 10m");
        assertThat(THREE.left(ofSeconds(4))).isEqualTo("1s to 9m");
        assertThat(THREE.left(ofSeconds(5))).isEqualTo("55s to 9m");
        assertThat(THREE.left(ofSeconds(500))).isEqualTo("100s");
        assertThat(THREE.left(ofMinutes(11))).isEqualTo("0s");
    }

    @Test
    void textHasTheUnitsOfTheConfiguration() {
        assertThat(THREE).hasToString("5s to 600s");
        assertThat(DrainDeadlines.of(List.of(ofMillis(500)), FALLBACK)).hasToString("500ms");
    }
}
