package io.apexproxy.runtime.pool.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Delays with a clock and random numbers set by the test. All times are in milliseconds. */
class ProbeScheduleTest {

    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private long now;
    private double drawn;
    private int draws;
    private final ProbeSchedule schedule = new ProbeSchedule(() -> now, new Draws());

    @ParameterizedTest(name = "started at {0}, answered after {1}, drawn {2} -> {3}")
    @CsvSource(textBlock = """
             1003,   20, 0.52,  497
             1003,   20, 0,       0
             1003,    2, 0,       8
             1003,    2, 0.005,   8
             1003,   20, 0.999, 977
             1003,  700, 0.52,    0
            -1003,   20, 0.52,  493
            """)
    void secondProbesAreSpreadOverTheInterval(long start, long elapsed, double draw, long delay) {
        probe(start, elapsed);
        drawn = draw;

        assertThat(schedule.afterResult(INTERVAL, true)).isEqualTo(nanos(delay));
    }

    @ParameterizedTest(name = "started at {0}, answered after {1}, drawn {2} -> {3}")
    @CsvSource(textBlock = """
             1003,   20, 0.52,  977
             1003,   20, 0,     877
             1003,   20, 0.999, 1077
             1003,   20, 0.5,   977
             1003,  990, 0.52,    7
             1003, 5000, 0.52,    0
            -1003,   20, 0.52,  983
            """)
    void laterProbesVaryByOneTenthAndStartInSteps(long start, long elapsed, double draw, long delay) {
        schedule.start();
        probe(start, elapsed);
        drawn = draw;

        assertThat(schedule.afterResult(INTERVAL, true)).isEqualTo(nanos(delay));
    }

    @ParameterizedTest(name = "start {0}, answered after {1} -> {2}")
    @CsvSource({"1, 20, 980", "2, 20, 980", "2, 1000, 0", "2, 5000, 0"})
    void probesAreNeitherSpreadNorRoundedWhileTheVerdictIsChanging(int starts, long elapsed, long delay) {
        for (int i = 0; i < starts; i++) {
            probe(1003, elapsed);
        }
        drawn = 0.77;

        assertThat(schedule.afterResult(INTERVAL, false)).isEqualTo(nanos(delay));
    }

    @Test
    void eachResultDrawsOneNumber() {
        schedule.start();
        schedule.afterResult(INTERVAL, true);
        schedule.afterResult(INTERVAL, false);
        schedule.start();
        schedule.afterResult(INTERVAL, true);
        schedule.afterResult(INTERVAL, false);

        assertThat(draws).isEqualTo(4);
    }

    @ParameterizedTest(name = "{0} after the start -> {1}")
    @CsvSource({"0, 100", "30, 70", "100, 0", "5000, 0"})
    void failedConnectStartsProbe100MillisecondsAfterTheLastStart(long elapsed, long delay) {
        probe(1003, elapsed);

        assertThat(schedule.afterFailedConnect()).isEqualTo(nanos(delay));
    }

    @ParameterizedTest(name = "drawn {0} -> {1}")
    @CsvSource({"0, 0", "0.25, 250", "0.75, 750"})
    void changeOfIntervalSpreadsProbesOverNewInterval(double draw, long delay) {
        probe(1003, 600);
        drawn = draw;

        assertThat(schedule.afterChange(INTERVAL)).isEqualTo(nanos(delay));
    }

    @Test
    void elapsedTimeIsMeasuredFromTheLastStart() {
        probe(1003, 600);
        probe(2003, 20);

        assertThat(schedule.elapsedNanos()).isEqualTo(nanos(20));
    }

    private void probe(long start, long elapsed) {
        now = nanos(start);
        schedule.start();
        now = nanos(start + elapsed);
    }

    private static long nanos(long millis) {
        return Duration.ofMillis(millis).toNanos();
    }

    private final class Draws implements RandomGenerator {
        @Override
        public double nextDouble() {
            draws++;
            return drawn;
        }

        @Override
        public long nextLong() {
            throw new UnsupportedOperationException("expected draws of doubles only");
        }
    }
}
