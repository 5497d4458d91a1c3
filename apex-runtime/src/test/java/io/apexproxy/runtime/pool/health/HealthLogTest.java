package io.apexproxy.runtime.pool.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.runtime.config.BackendConfig;
import io.apexproxy.runtime.config.ProxyVersion;
import io.apexproxy.runtime.config.address.HostPort;
import io.apexproxy.runtime.pool.backend.BackendState;
import io.apexproxy.runtime.pool.backend.Verdict;
import io.apexproxy.test.LogCapture;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HealthLogTest {

    private final LogCapture captured = LogCapture.of("apex.health");
    private final List<Runnable> scheduled = new ArrayList<>();
    private final ScheduledThreadPoolExecutor control = new ScheduledThreadPoolExecutor(1) {
        @Override
        public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
            scheduled.add(task);
            return null;
        }
    };
    private long now;
    private final HealthLog log = new HealthLog("web", new HealthContext(control, null, () -> now,
            new SplittableRandom(), LastVerdicts.NONE));

    @AfterEach
    void release() {
        captured.close();
        control.shutdownNow();
    }

    private void change(int index, Verdict verdict) {
        BackendState backend = new BackendState(null, "b" + index, new InetSocketAddress("127.0.0.1", 9000),
                new BackendConfig("b" + index, new HostPort("127.0.0.1", 9000), 1, 0), ProxyVersion.OFF,
                Optional::empty, 1);
        backend.setVerdict(verdict);
        log.log(backend);
    }

    @Test
    void changeToDownIsWarningWithNameOfPool() {
        change(1, Verdict.down("connect failed: Connection refused"));
        change(1, Verdict.up());

        assertThat(captured.lines()).containsExactly(
                "WARN pools.web: Health check b1 => alive: false (connect failed: Connection refused)",
                "INFO pools.web: Health check b1 => alive: true");
    }

    @Test
    void manyVerdictsWithinOneSecondAreTenLinesAndSummary() {
        for (int index = 0; index < 120; index++) {
            change(index, Verdict.up());
        }
        assertThat(captured.lines()).hasSize(10);
        assertThat(scheduled).hasSize(1);

        scheduled.remove(0).run();

        assertThat(captured.lines()).hasSize(11).last()
                .isEqualTo("INFO pools.web: Health check: 110 more backends are up");
    }

    @Test
    void verdictsOfNextSecondAreLoggedOneByOneAgain() {
        for (int index = 0; index < 12; index++) {
            change(index, Verdict.down("refused"));
        }
        now += TimeUnit.SECONDS.toNanos(1);
        change(12, Verdict.down("refused"));
        scheduled.remove(0).run();

        assertThat(captured.lines().subList(10, 12)).containsExactly(
                "WARN pools.web: Health check: 2 more backends went down and 0 up within 1 s",
                "WARN pools.web: Health check b12 => alive: false (refused)");
        assertThat(captured.lines()).hasSize(12);
    }
}
