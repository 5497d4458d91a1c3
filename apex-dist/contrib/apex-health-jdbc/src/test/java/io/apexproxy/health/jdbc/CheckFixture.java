package io.apexproxy.health.jdbc;

import io.apexproxy.api.Backend;
import io.apexproxy.api.health.HealthCheck;
import io.apexproxy.api.health.HealthResult;
import io.apexproxy.api.testkit.FakeBackend;
import io.apexproxy.api.testkit.FakeContext;
import io.apexproxy.api.testkit.MapSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Checks with a fake driver, which the end of a test closes. */
@Timeout(60) // seconds, for a test that hangs
abstract class CheckFixture {

    /** Long enough for every probe that does not hang. */
    static final Duration AMPLE = Duration.ofSeconds(20);

    @TempDir
    Path directory;
    final Backend backend = FakeBackend.of("db1");
    private final List<HealthCheck> checks = new ArrayList<>();
    /** Ends drivers that ignore interrupts. */
    final CountDownLatch end = new CountDownLatch(1);
    private FakeContext context;

    @BeforeEach
    void create() {
        context = FakeContext.in(directory);
    }

    @AfterEach
    void stop() {
        end.countDown();
        checks.forEach(HealthCheck::close);
        context.close();
    }

    final HealthCheck check(FakeDriver driver, Map<String, Object> settings) {
        Map<String, Object> all = new HashMap<>(Map.of("url", "jdbc:fake://{host}:{port}/", "query", "select 1"));
        all.putAll(settings);
        HealthCheck check = new JdbcProvider(() -> new Drivers(List.of(driver), List.of()))
                .create(MapSettings.of(all), context);
        checks.add(check);
        return check;
    }

    static HealthResult probe(HealthCheck check, Backend backend, Duration timeout) {
        return check.probe(backend, timeout).toCompletableFuture().orTimeout(AMPLE.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    /** Blocks until the end of the test, whatever interrupts it. */
    final void awaitUninterruptibly() {
        boolean isInterrupted = false;
        while (end.getCount() > 0) {
            try {
                end.await();
            } catch (InterruptedException e) {
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
