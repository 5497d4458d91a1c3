package io.apexproxy.runtime.engine.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TimersTest {
    private final Timers timers = new Timers();
    private final List<Runnable> due = new ArrayList<>();

    @Test
    void emptyHeapHasNoDueTimer() {
        assertThat(timers.isEmpty()).isTrue();
        assertThat(timers.runDue(System.nanoTime(), due::add)).isFalse();
    }

    @Test
    void waitIsRoundedUpToWholeMilliseconds() {
        timers.add(System.nanoTime() + 10_000_000_000L, () -> {});

        assertThat(timers.millisToFirst(System.nanoTime())).isBetween(1L, 10_000L);
        assertThat(timers.runDue(System.nanoTime(), due::add)).isFalse();
        assertThat(timers.isEmpty()).isFalse();
    }

    @Test
    void dueTimersRunInOrder() {
        long now = System.nanoTime();
        Runnable first = () -> {};
        Runnable second = () -> {};
        timers.add(now - 1, second);
        timers.add(now - 2, first);

        assertThat(timers.millisToFirst(System.nanoTime())).isZero();
        assertThat(timers.runDue(System.nanoTime(), due::add)).isTrue();
        assertThat(due).containsExactly(first, second);
        assertThat(timers.isEmpty()).isTrue();
    }

    @Test
    void longestDelayDoesNotOverflow() {
        timers.add(Timers.deadline(Long.MAX_VALUE), () -> {});

        assertThat(timers.millisToFirst(System.nanoTime())).isGreaterThan(365L * 24 * 3600 * 1000);
        assertThat(timers.runDue(System.nanoTime(), due::add)).isFalse();
    }
}
