package io.apexproxy.runtime.pool.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.runtime.pool.sessions.Surplus.Load;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SurplusTest {

    /** Backends as {@code weight:limit:open}, limit 0 for none. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        // loads | sessions that leave | whether they begin to leave
        "1:0:30 1:0:30 1:0:0 | 10 10 0 | true",
        "1:0:10 1:0:10 1:0:10 | 0 0 0 | false",
        "1:0:11 1:0:10 1:0:9 | 1 0 0 | false",
        "1:0:12 1:0:10 1:0:8 | 2 0 0 | true",
        "1:0:3 1:0:0 | 1 0 | true",
        "1:0:2 1:0:0 | 1 0 | true",
        "1:0:1 1:0:0 | 0 0 | false",
        "1:0:2 1:0:1 | 0 0 | false",
        "3:0:40 1:0:0 | 10 0 | true",
        "3:0:0 1:0:40 | 0 30 | true",
        "256:0:0 1:0:257 | 0 256 | true",
        "1:5:5 1:0:95 1:0:20 | 0 37 0 | true",
        "1:5:5 1:5:5 1:0:90 | 0 0 0 | false",
        "1:10:10 1:10:40 | 0 0 | false",
        "1:0:50 | 0 | false",
        "1:0:0 1:0:0 | 0 0 | false"})
    void surplusIsWhatExceedsTheShare(String loads, String leaving, boolean begins) {
        Surplus surplus = Surplus.of(loads(loads));

        assertThat(surplus.leaving(Integer.MAX_VALUE)).isEqualTo(numbers(leaving));
        assertThat(surplus.isLarge()).isEqualTo(begins);
        assertThat(surplus.isEmpty()).isEqualTo(Arrays.stream(numbers(leaving)).sum() == 0);
    }

    @Test
    void poolWithoutBackendsHasNoSurplus() {
        assertThat(Surplus.of(List.of()).isEmpty()).isTrue();
        assertThat(Surplus.of(List.of()).isLarge()).isFalse();
        assertThat(Surplus.of(List.of()).leaving(5)).isEmpty();
    }

    /** The share is 27, so the surplus is 18 and 8. */
    @ParameterizedTest
    @CsvSource({"0, 0 0 0", "1, 1 0 0", "10, 10 0 0", "12, 11 1 0", "14, 12 2 0", "1000, 18 8 0"})
    void backendWithTheLargestSurplusIsFirst(int allowed, String leaving) {
        assertThat(Surplus.of(loads("1:0:45 1:0:35 1:0:0")).leaving(allowed)).isEqualTo(numbers(leaving));
    }

    private static List<Load> loads(String text) {
        return Arrays.stream(text.trim().split(" ")).map(load -> numbers(load.replace(':', ' ')))
                .map(load -> new Load(load[0], load[1], load[2])).toList();
    }

    private static int[] numbers(String text) {
        return Arrays.stream(text.trim().split(" ")).mapToInt(Integer::parseInt).toArray();
    }
}
