package io.apexproxy.runtime.pool.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ConnectionAgeTest {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final long NOW = 17; // as of nanoTime(): any number
    private static final double NANOS = HOUR.toNanos();

    private final ConnectionAge hour = ConnectionAge.OFF.changed(HOUR, NOW);

    /** Returns the ages at which connections end, in parts of the setting, in ascending order. */
    private static double[] ends(ConnectionAge age, long accepted) {
        return LongStream.range(0, 10_000).mapToDouble(number -> (age.dueNanos(accepted, number) - accepted) / NANOS)
                .sorted().toArray();
    }

    @Test
    void isOffWithoutASetting() {
        assertThat(ConnectionAge.OFF.isOn()).isFalse();
        assertThat(ConnectionAge.OFF.changed(Duration.ZERO, NOW)).isSameAs(ConnectionAge.OFF);
        assertThat(hour.isOn()).isTrue();
        assertThat(hour.changed(Duration.ZERO, NOW).isOn()).isFalse();
    }

    @Test
    void connectionsEndEvenlyBetween90And110Percent() {
        double[] ends = ends(hour, NOW);

        for (int i = 0; i < ends.length; i++) {
            assertThat(ends[i]).isBetween(0.9, 1.1).isBetween(0.895 + 0.2 * i / ends.length,
                    0.905 + 0.2 * i / ends.length);
        }
    }

    @Test
    void connectionKeepsItsDueTime() {
        assertThat(hour.dueNanos(5, 3)).isEqualTo(hour.dueNanos(5, 3));
    }

    @Test
    void olderConnectionsEndSpreadAfterAChange() {
        long accepted = NOW - 5 * HOUR.toNanos();

        double[] ends = ends(hour, accepted);

        assertThat(ends[0]).isBetween(5.0, 5.01);
        assertThat(ends[ends.length / 2]).isBetween(5.09, 5.11);
        assertThat(ends[ends.length - 1]).isBetween(5.19, 5.2);
    }

    @Test
    void sameSettingKeepsTheTimeOfItsChange() {
        assertThat(hour.changed(HOUR, NOW + 1)).isSameAs(hour);
        assertThat(hour.changed(HOUR.plusSeconds(1), NOW + 1).changedNanos()).isEqualTo(NOW + 1);
    }

    @Test
    void timesCanPassTheOverflowOfTheClock() {
        long accepted = Long.MAX_VALUE - 10;
        ConnectionAge age = ConnectionAge.OFF.changed(HOUR, Long.MAX_VALUE - 20);

        assertThat(Arrays.stream(ends(age, accepted)).boxed()).allMatch(end -> end >= 0.9 && end <= 1.1);
    }
}
