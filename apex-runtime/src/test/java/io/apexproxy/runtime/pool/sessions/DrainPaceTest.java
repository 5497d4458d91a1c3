package io.apexproxy.runtime.pool.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DrainPaceTest {

    @ParameterizedTest
    @CsvSource({
        // initial, open, elapsed ms, total ms, excess
        "10, 10, 0, 1000, 0",
        "10, 10, 99, 1000, 0",
        "10, 10, 100, 1000, 1",
        "10, 10, 500, 1000, 5",
        "10, 9, 500, 1000, 4",
        "10, 5, 500, 1000, 0",
        "10, 1, 500, 1000, 0",
        "10, 1, 999, 1000, 0",
        "10, 1, 1000, 1000, 1",
        "10, 3, 5000, 1000, 3",
        "1, 1, 999, 1000, 0",
        "1, 1, 1000, 1000, 1",
        "7, 7, 0, 0, 7",
        "10, 14, 500, 1000, 9",
        "2147483647, 2147483647, 0, 1000, 0"})
    void sessionsAboveTheLineAreInExcess(int initial, int open, long elapsedMillis, long totalMillis, int excess) {
        assertThat(DrainPace.excess(initial, open, nanos(elapsedMillis), nanos(totalMillis))).isEqualTo(excess);
    }

    @Test
    void closesAreSpreadEvenly() {
        long total = nanos(30_000);
        int open = 1_000;
        int most = 0;
        int closed = 0;
        for (long elapsed = 0; elapsed <= total; elapsed += DrainPace.stepNanos(elapsed, total)) {
            int excess = DrainPace.excess(1_000, open, elapsed, total);
            most = Math.max(most, excess);
            open -= excess;
            closed += excess;
        }
        assertThat(open).isZero();
        assertThat(closed).isEqualTo(1_000);
        assertThat(most).isEqualTo(10);
    }

    @ParameterizedTest
    @CsvSource({"0, 1000, 100", "0, 30000, 300", "0, 3600000, 1000", "30000, 30000, 1000", "0, 0, 1000"})
    void stepIsAHundredthWithinBounds(long elapsedMillis, long totalMillis, long stepMillis) {
        assertThat(DrainPace.stepNanos(nanos(elapsedMillis), nanos(totalMillis))).isEqualTo(nanos(stepMillis));
    }

    private static long nanos(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }
}
