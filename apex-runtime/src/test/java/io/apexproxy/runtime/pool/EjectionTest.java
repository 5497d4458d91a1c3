package io.apexproxy.runtime.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class EjectionTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Ejection ejection = new Ejection();

    @Test
    void failuresInARowEject() {
        assertThat(ejection.isDue(0, 3)).isFalse();
        assertThat(ejection.isDue(0, 3)).isFalse();
        assertThat(ejection.isDue(0, 3)).isTrue();
        assertThat(ejection.streak()).isEqualTo(3);
    }

    @Test
    void bytesOfTheBackendBeginANewStreak() {
        ejection.isDue(0, 3);
        ejection.isDue(0, 3);

        assertThat(ejection.isDue(1, 3)).isFalse();
        assertThat(ejection.streak()).isEqualTo(1);
    }

    @Test
    void firstFailureEjectsWithThresholdOfOne() {
        assertThat(ejection.isDue(12_345, 1)).isTrue();
    }

    @Test
    void repeatedEjectionsGrowUpToTheCap() {
        long now = 0;
        for (int i = 1; i <= 12; i++) {
            long duration = ejection.begin(now);
            assertThat(duration).isEqualTo(Math.min(10L, i) * 30 * SECOND);
            now += duration + SECOND;
        }
    }

    @Test
    void timeInRotationShortensTheNextEjection() {
        long now = ejection.begin(0);
        now += ejection.begin(now);
        now += ejection.begin(now);

        assertThat(ejection.begin(now + 61 * SECOND)).isEqualTo(60 * SECOND);
    }

    @Test
    void longTimeInRotationForgetsAllEjections() {
        long now = ejection.begin(0);

        assertThat(ejection.begin(now + 86_400 * SECOND)).isEqualTo(30 * SECOND);
    }

    @Test
    void ejectionBeginsANewStreak() {
        ejection.isDue(0, 2);
        ejection.isDue(0, 2);
        ejection.begin(0);

        assertThat(ejection.isDue(0, 2)).isFalse();
    }
}
