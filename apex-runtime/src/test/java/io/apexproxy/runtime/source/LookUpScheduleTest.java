package io.apexproxy.runtime.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.runtime.config.PoolConfig.Discovery;
import io.apexproxy.runtime.config.PoolConfig.WhenEmpty;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LookUpScheduleTest {

    /** From 1 s to 30 s. */
    private static final Discovery SETTINGS = FoundSetTest.settings(WhenEmpty.KEEP, Optional.empty());
    private static final double SECOND = Duration.ofSeconds(1).toNanos();

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 1", "5, 5", "30, 30", "3600, 30", ", 30"})
    void validityIsKeptWithinTheLimits(Integer validSeconds, int expected) {
        Optional<Duration> validFor = Optional.ofNullable(validSeconds).map(Duration::ofSeconds);

        for (int seed = 0; seed < 100; seed++) {
            assertThat(LookUpSchedule.afterAnswer(validFor, SETTINGS, new SplittableRandom(seed)) / SECOND)
                    .isBetween(expected * 0.9, expected * 1.1);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 2", "3, 4", "5, 16", "6, 30", "1000000, 30"})
    void delayDoublesWithEachFailure(int failures, int expected) {
        for (int seed = 0; seed < 100; seed++) {
            assertThat(LookUpSchedule.afterFailure(failures, SETTINGS, new SplittableRandom(seed)) / SECOND)
                    .isBetween(expected * 0.9, expected * 1.1);
        }
    }

    @Test
    void delaysOfManyProxiesDiffer() {
        assertThat(new SplittableRandom(1).longs(100)
                .map(seed -> LookUpSchedule.afterAnswer(Optional.empty(), SETTINGS, new SplittableRandom(seed)))
                .distinct().count()).isGreaterThan(90);
    }

    @ParameterizedTest
    @CsvSource({"0, 1000", "900, 100", "1000, 0", "5000, 0"})
    void demandIsPacedFromTheLastBegin(long sinceLastBegin, long expected) {
        long lastBegin = Long.MAX_VALUE - 10; // a clock of System.nanoTime can overflow
        assertThat(LookUpSchedule.onDemand(1_000, lastBegin, lastBegin + sinceLastBegin)).isEqualTo(expected);
    }
}
