package io.apexproxy.runtime.pool.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.runtime.pool.backend.Verdict;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Tables of observations and states. Observations: {@code H} successful probe, {@code F} failed probe, {@code C} failed
 * connect, {@code M} successful connect. States: {@code ?} unknown, {@code U} up, {@code D} down.
 */
class HealthCounterTest {

    private final HealthCounter counter = new HealthCounter();
    private int rise = 2;
    private int fall = 3;
    private long successes;

    @ParameterizedTest(name = "{0} {1} -> {2}: {3}")
    @CsvSource(textBlock = """
            ?, H,         U,         one probe sets the first verdict
            ?, F,         D,         one probe sets the first verdict
            ?, C,         D,         one failed connect sets the first verdict
            ?, HC,        UU,        one failed connect does not change a verdict
            ?, HFF,       UUU,       fewer than fall
            U, FF,        UU,        fewer than fall
            U, FFF,       UUD,       fall probes
            U, FFHFF,     UUUUU,     a success resets the failed probes
            U, FFHFFF,    UUUUUD,    a success resets the failed probes
            U, CCC,       UUD,       fall connects
            U, FCF,       UUD,       probes and connects are added up
            U, CFC,       UUD,       probes and connects are added up
            U, CHCHC,     UUUUD,     a successful probe does not reset failed connects
            U, CCMC,      UUUU,      a successful connect resets failed connects
            U, CCMCCC,    UUUUUD,    a successful connect resets failed connects
            U, CMCMCMC,   UUUUUUU,   a successful connect resets failed connects
            U, FMFC,      UUUD,      a successful connect does not reset failed probes
            D, H,         D,         fewer than rise
            D, HH,        DU,        rise probes
            D, HFH,       DDD,       a failed probe resets the successes
            D, HFHH,      DDDU,      a failed probe resets the successes
            D, HCH,       DDD,       a failed connect resets the successes
            D, HCHH,      DDDU,      a failed connect resets the successes
            D, HMH,       DDU,       a successful connect is not counted
            U, FFFHHFF,   UUDDUUU,   counts begin at 0 after a change
            U, CCCHHCC,   UUDDUUU,   counts begin at 0 after a change
            D, CCHHCC,    DDDUUU,    failed connects before a change to up do not count after it
            """)
    void statesFollowObservations(String before, String observations, String after, String rule) {
        assertThat(observe(before, observations)).isEqualTo(after);
    }

    @ParameterizedTest(name = "rise {0} fall {1}: {2} {3} -> {4}")
    @CsvSource(textBlock = """
            1, 1, U, FHCH,   DUDU
            1, 1, ?, FHCH,   DUDU
            1, 2, U, FCHFF,  UDUUD
            3, 1, D, HHFHHH, DDDDDU
            """)
    void riseAndFallAreTheLengthsOfStreaks(int rise, int fall, String before, String observations, String after) {
        this.rise = rise;
        this.fall = fall;

        assertThat(observe(before, observations)).isEqualTo(after);
    }

    @ParameterizedTest(name = "{0} {1} -> {2}")
    @CsvSource(textBlock = """
            U, H,   false
            U, F,   true
            U, FH,  false
            U, FFF, false
            U, C,   false
            U, FC,  true
            D, F,   false
            D, H,   true
            D, HF,  false
            D, HC,  false
            D, HH,  false
            ?, H,   false
            ?, F,   false
            """)
    void isChangingWhileProbesContradictTheVerdict(String before, String observations, boolean isChanging) {
        observe(before, observations);

        assertThat(counter.isChanging()).isEqualTo(isChanging);
    }

    private String observe(String before, String observations) {
        Verdict.State now = switch (before) {
            case "U" -> Verdict.State.UP;
            case "D" -> Verdict.State.DOWN;
            default -> Verdict.State.UNKNOWN;
        };
        StringBuilder states = new StringBuilder();
        for (int i = 0; i < observations.length(); i++) {
            now = observe(now, observations.charAt(i));
            states.append(now == Verdict.State.UP ? 'U' : now == Verdict.State.DOWN ? 'D' : '?');
        }
        return states.toString();
    }

    private Verdict.State observe(Verdict.State now, char observation) {
        return switch (observation) {
            case 'H' -> counter.probeSucceeded(now, rise);
            case 'F' -> counter.probeFailed(now, fall);
            case 'C' -> counter.connectFailed(now, successes, fall);
            case 'M' -> {
                successes++;
                yield now;
            }
            default -> throw new IllegalArgumentException("observation " + observation);
        };
    }
}
