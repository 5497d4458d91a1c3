package io.apexproxy.runtime.drain;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.runtime.relay.DrainScan.OpenSession;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DrainProgressTest {

    private static final DrainDeadlines DEADLINES =
            DrainDeadlines.of(List.of(Duration.ofSeconds(5), Duration.ofSeconds(30)), Duration.ZERO);

    private final AtomicInteger connections = new AtomicInteger(2);
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5); // overflows during the test
    private final DrainProgress progress = new DrainProgress(connections::get, now::get);

    private void pass(long seconds) {
        now.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
    }

    private OpenSession session(String client, String backend, long ageSeconds) {
        return new OpenSession(client, backend, "web", now.get() - TimeUnit.SECONDS.toNanos(ageSeconds));
    }

    @Test
    void delayIsCountedDown() {
        progress.acceptUntil(now.get() + TimeUnit.SECONDS.toNanos(10));
        pass(4);

        assertThat(progress.text()).isEqualTo("2 connections open; listeners accept for another 6s (drain_delay)");
    }

    @Test
    void oldestSessionsHaveTheirPresentAge() {
        progress.await(now.get(), DEADLINES, List.of(session("10.0.0.7:1", "app1", 7_200), session("[::1]:2", "", 9)));
        pass(1);

        assertThat(progress.text()).isEqualTo("2 connections left, closed in 4s to 29s; longest: 10.0.0.7:1 to app1"
                + " (listener web, 2h), [::1]:2 (listener web, 10s)");
    }

    @Test
    void connectionsAreCountedAtPresent() {
        progress.await(now.get(), DEADLINES, List.of());
        connections.set(1);
        assertThat(progress.text()).isEqualTo("1 connection left, closed in 5s to 30s");

        connections.set(0);
        assertThat(progress.text()).isEqualTo("0 connections left");
    }

    @Test
    void namesAreEscapedAndCut() {
        progress.await(now.get(), DEADLINES, List.of(session("unix:/a\nb", "x".repeat(100_000), 60)));

        assertThat(progress.text()).contains("unix:/a\\nb to xxx")
                .contains("x… (100000 characters) (listener web, 60s)")
                .hasSizeLessThan(250);
    }

    @Test
    void drainThatHasNotBegunHasTheNumberOnly() {
        assertThat(progress.text()).isEqualTo("2 connections left");
    }
}
