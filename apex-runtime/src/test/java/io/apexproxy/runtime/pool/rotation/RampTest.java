package io.apexproxy.runtime.pool.rotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RampTest {

    private static final long DURATION = 1_000;
    private static final int PICKS = 10_000;

    @ParameterizedTest
    @CsvSource({"0, 0.1", "50, 0.1", "100, 0.1", "250, 0.25", "500, 0.5", "900, 0.9", "1000, 1", "5000, 1"})
    void partOfTheFullShareRisesLinearly(long elapsed, double part) {
        double fullShare = 0.25;
        Ramp ramp = new Ramp(7, DURATION, fullShare);

        assertThat(shareOfPicks(ramp, 7 + elapsed, 1)).isCloseTo(part * fullShare, within(0.001));
    }

    @Test
    void shareIsExactAlsoIfTheBalancerPicksTheBackendRarely() {
        Ramp ramp = new Ramp(0, DURATION, 0.25);

        assertThat(shareOfPicks(ramp, 500, 4)).isCloseTo(0.125, within(0.001));
    }

    @Test
    void backendThatWasNotPickedForLongGetsNoBurst() {
        Ramp ramp = new Ramp(0, DURATION, 0.5);

        int admitted = 0;
        for (int i = 0; i < 50; i++) {
            admitted += ramp.admits(1_000_000 + i, 500) ? 1 : 0;
        }

        assertThat(admitted).isEqualTo(22); // 10 of credit, and a quarter of the other picks
    }

    @Test
    void pickThatIsCountedLateDoesNotReduceTheCredit() {
        Ramp ramp = new Ramp(0, DURATION, 1);
        assertThat(ramp.admits(2, DURATION)).isTrue();

        assertThat(ramp.admits(1, DURATION)).isTrue();
        assertThat(ramp.admits(1, DURATION)).isFalse();
    }

    @Test
    void endOfTheSlowStartIsKnown() {
        Ramp ramp = new Ramp(100, DURATION, 1);

        assertThat(ramp.nanosLeft(400)).isEqualTo(700);
        assertThat(ramp.nanosLeft(1_100)).isZero();
        assertThat(ramp.nanosLeft(9_999)).isZero();
    }

    /** Returns the share of all picks that a ramp admits if the balancer picks its backend every {@code step} picks. */
    private static double shareOfPicks(Ramp ramp, long now, int step) {
        int admitted = 0;
        for (int pick = 1; pick <= PICKS; pick++) {
            if (pick % step == 0 && ramp.admits(pick, now)) {
                admitted++;
            }
        }
        return (double) admitted / PICKS;
    }
}
