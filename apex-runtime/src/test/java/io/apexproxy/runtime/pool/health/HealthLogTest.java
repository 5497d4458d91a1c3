package io.apexproxy.runtime.pool.health;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.apexproxy.runtime.config.BackendConfig;
import io.apexproxy.runtime.config.address.HostPort;
import io.apexproxy.runtime.pool.backend.BackendState;
import io.apexproxy.runtime.pool.backend.Verdict;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class HealthLogTest {

    private final Logger logger = (Logger) LoggerFactory.getLogger("apex.health");
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
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
            new SplittableRandom()));

    @BeforeEach
    void capture() {
        logger.setLevel(Level.INFO);
        lines.start();
        logger.addAppender(lines);
    }

    @AfterEach
    void release() {
        logger.detachAppender(lines);
        logger.setLevel(null);
        control.shutdownNow();
    }

    private void change(int index, Verdict verdict) {
        BackendState backend = new BackendState(null, "b" + index, new InetSocketAddress("127.0.0.1", 9000),
                new BackendConfig("b" + index, new HostPort("127.0.0.1", 9000), 1, 0), 1);
        backend.setVerdict(verdict);
        log.log(backend);
    }

    private List<String> logged() {
        return lines.list.stream().map(line -> line.getLevel() + " " + line.getFormattedMessage()).toList();
    }

    @Test
    void changeToDownIsWarningWithNameOfPool() {
        change(1, Verdict.down("connect failed: Connection refused"));
        change(1, Verdict.up());

        assertThat(logged()).containsExactly(
                "WARN pools.web: Health check b1 => alive: false (connect failed: Connection refused)",
                "INFO pools.web: Health check b1 => alive: true");
    }

    @Test
    void manyVerdictsWithinOneSecondAreTenLinesAndSummary() {
        for (int index = 0; index < 120; index++) {
            change(index, Verdict.up());
        }
        assertThat(logged()).hasSize(10);
        assertThat(scheduled).hasSize(1);

        scheduled.remove(0).run();

        assertThat(logged()).hasSize(11).last().isEqualTo("INFO pools.web: Health check: 110 more backends are up");
    }

    @Test
    void verdictsOfNextSecondAreLoggedOneByOneAgain() {
        for (int index = 0; index < 12; index++) {
            change(index, Verdict.down("refused"));
        }
        now += TimeUnit.SECONDS.toNanos(1);
        change(12, Verdict.down("refused"));
        scheduled.remove(0).run();

        assertThat(logged().subList(10, 12)).containsExactly(
                "WARN pools.web: Health check: 2 more backends went down and 0 up within 1 s",
                "WARN pools.web: Health check b12 => alive: false (refused)");
        assertThat(logged()).hasSize(12);
    }
}
