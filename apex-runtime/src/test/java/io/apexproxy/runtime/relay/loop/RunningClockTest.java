package io.apexproxy.runtime.relay.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RunningClockTest {

    /** Close to the overflow of {@code nanoTime}, whose origin is undefined. */
    private static final long START = Long.MAX_VALUE - seconds(1);

    private final RunningClock clock = new RunningClock(START);

    @Test
    void clockStartsAtZero() {
        assertThat(clock.at(START)).isZero();
    }

    @Test
    void stepsOfALoopUnderLoadCountFully() {
        long elapsed = 0;
        for (int step = 0; step <= 2_000; step += 10) {
            elapsed += TimeUnit.MILLISECONDS.toNanos(step);
            assertThat(clock.at(START + elapsed)).isEqualTo(elapsed);
        }
    }

    @Test
    void stepOfTwoSecondsCountsFully() {
        assertThat(clock.at(START + seconds(2))).isEqualTo(seconds(2));
        assertThat(clock.at(START + seconds(4))).isEqualTo(seconds(4));
    }

    @Test
    void gapOfTwentySecondsCountsTwo() {
        clock.at(START + seconds(1));

        assertThat(clock.at(START + seconds(21))).isEqualTo(seconds(3));
        assertThat(clock.at(START + seconds(22))).isEqualTo(seconds(4));
    }

    @Test
    void readingsAtTheSameTimeAreEqual() {
        long first = clock.at(START + 17);

        assertThat(clock.at(START + 17)).isEqualTo(first);
    }

    @Test
    void heartbeatIsAtMostHalfOfTheLargestStep() {
        assertThat(TimeUnit.MILLISECONDS.toNanos(RunningClock.HEARTBEAT_MILLIS))
                .isLessThanOrEqualTo(RunningClock.MAX_STEP_NANOS / 2);
    }

    private static long seconds(long count) {
        return TimeUnit.SECONDS.toNanos(count);
    }
}
