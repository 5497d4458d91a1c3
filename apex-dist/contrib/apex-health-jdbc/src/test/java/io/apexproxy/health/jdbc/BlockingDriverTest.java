package io.apexproxy.health.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.api.Backend;
import io.apexproxy.api.health.HealthCheck;
import io.apexproxy.api.health.HealthResult;
import io.apexproxy.api.testkit.FakeBackend;
import java.net.InetSocketAddress;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledForJreRange;
import org.junit.jupiter.api.condition.EnabledForJreRange;

/** Tests of probes with drivers that block, and of the threads that call drivers. */
class BlockingDriverTest extends CheckFixture {

    private static final Duration SHORT = Duration.ofMillis(250);
    private static final HealthResult OCCUPIED =
            HealthResult.inconclusive("all threads of the health check were occupied for 250ms");

    /** The fake blocks as a driver that reads from a socket: an interrupt has no effect, an abort has. */
    @Test
    void queryThatBlocksIsAbortedInTime() {
        FakeConnection connection = new FakeConnection(sql -> {
            awaitUninterruptibly();
            throw new SQLException("aborted");
        }, () -> {}, end::countDown);
        HealthCheck check = check(new FakeDriver((url, properties) -> connection.open()), Map.of());

        assertThat(probe(check, backend, SHORT)).hasToString(
                "unhealthy: timed out after 250ms: connected, but the query has not ended");

        await().atMost(AMPLE).until(() -> connection.closed.get() == 1);
        assertThat(connection.aborted).hasValue(1);
    }

    @Test
    void connectThatBlocksIsInterruptedInTime() {
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        HealthCheck check = check(new FakeDriver((url, properties) -> {
            try {
                end.await();
            } catch (InterruptedException e) {
                interrupted.complete(true);
            }
            throw new SQLException("interrupted");
        }), Map.of());

        assertThat(probe(check, backend, SHORT)).hasToString("unhealthy: timed out after 250ms");
        assertThat(interrupted).succeedsWithin(AMPLE).isEqualTo(true);
    }

    @Test
    void driverThatDoesNotReturnHasOneConnectionPerBackend() {
        BlockingQueue<FakeConnection> opened = new LinkedBlockingQueue<>();
        HealthCheck check = check(new FakeDriver((url, properties) -> {
            if (url.contains("127.0.0.1")) {
                awaitUninterruptibly();
            }
            FakeConnection connection = new FakeConnection(sql -> Optional.empty());
            opened.add(connection);
            return connection.open();
        }), Map.of());
        Backend other = FakeBackend.at(new InetSocketAddress("127.0.0.2", 9000));

        // given a probe that has timed out
        assertThat(probe(check, backend, SHORT)).hasToString("unhealthy: timed out after 250ms");

        // then there is no second one, and other backends are probed
        assertThat(probe(check, backend, SHORT))
                .isEqualTo(HealthResult.unhealthy("the driver has not returned from an earlier probe"));
        assertThat(probe(check, other, AMPLE)).isEqualTo(HealthResult.healthy());
        assertThat(opened.remove().closed).hasValue(1);

        // when the driver returns, then its connection is aborted and the backend is probed again
        end.countDown();
        await().atMost(AMPLE).until(() -> probe(check, backend, AMPLE).equals(HealthResult.healthy()));
        assertThat(opened.remove().aborted).hasValue(1);
    }

    @Test
    void abortThatFailsChangesNothing() {
        FakeConnection connection = new FakeConnection(sql -> {
            awaitUninterruptibly();
            return Optional.empty();
        }, () -> {}, () -> {
            throw new SQLException("secret");
        });
        HealthCheck check = check(new FakeDriver((url, properties) -> connection.open()), Map.of());

        assertThat(probe(check, backend, SHORT)).isInstanceOf(HealthResult.Unhealthy.class);
        await().atMost(AMPLE).until(() -> connection.aborted.get() == 1);
    }

    @Test
    void closeEndsProbesAtOnce() {
        CountDownLatch begun = new CountDownLatch(1);
        HealthCheck check = check(new FakeDriver((url, properties) -> {
            begun.countDown();
            awaitUninterruptibly();
            throw new SQLException("ended");
        }), Map.of());
        var probe = check.probe(backend, AMPLE).toCompletableFuture();
        await().atMost(AMPLE).until(() -> begun.getCount() == 0);

        check.close();

        assertThat(probe).isCompletedWithValue(HealthResult.inconclusive("health check closed"));
        assertThat(probe(check, FakeBackend.of("db2"), AMPLE))
                .isEqualTo(HealthResult.inconclusive("health check closed"));
    }

    private Thread threadOfDriver() {
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        probe(check(new FakeDriver((url, properties) -> {
            thread.complete(Thread.currentThread());
            return new FakeConnection(sql -> Optional.empty()).open();
        }), Map.of()), backend, AMPLE);
        return thread.join();
    }

    @Test
    void driverRunsOnADaemonThreadWithItsClassLoader() {
        assertThat(threadOfDriver()).matches(Thread::isDaemon);
        CompletableFuture<ClassLoader> loader = new CompletableFuture<>();
        probe(check(new FakeDriver((url, properties) -> {
            loader.complete(Thread.currentThread().getContextClassLoader());
            throw new SQLException();
        }), Map.of()), backend, AMPLE);

        assertThat(loader).isCompletedWithValue(FakeDriver.class.getClassLoader());
    }

    /** Compiled for Java 17, which has no method that tells it. */
    @Test
    @EnabledForJreRange(minVersion = 24)
    void driverRunsOnAVirtualThread() throws Exception {
        assertThat(Thread.class.getMethod("isVirtual").invoke(threadOfDriver())).isEqualTo(true);
    }

    /** More than the processors of any machine, so that they would occupy all carrier threads. */
    @Test
    @EnabledForJreRange(minVersion = 24)
    void driversThatBlockWithAMonitorDelayNoOthers() {
        int blocked = 4 * Runtime.getRuntime().availableProcessors();
        HealthCheck check = check(new FakeDriver((url, properties) -> {
            if (url.contains("127.0.0.1")) {
                synchronized (properties) {
                    awaitUninterruptibly();
                }
            }
            return new FakeConnection(sql -> Optional.empty()).open();
        }), Map.of());
        for (int i = 0; i < blocked; i++) {
            check.probe(FakeBackend.of("db" + i), AMPLE);
        }

        assertThat(probe(check, FakeBackend.at(new InetSocketAddress("127.0.0.2", 9000)), AMPLE))
                .isEqualTo(HealthResult.healthy());
    }

    @Test
    @DisabledForJreRange(minVersion = 24)
    void threadsAreBounded() {
        HealthCheck check = check(new FakeDriver((url, properties) -> {
            awaitUninterruptibly();
            return new FakeConnection(sql -> Optional.empty()).open();
        }), Map.of());
        for (int i = 0; i < DriverThreads.MAX_PLATFORM_THREADS; i++) {
            check.probe(FakeBackend.of("db" + i), AMPLE);
        }

        assertThat(probe(check, backend, SHORT)).isEqualTo(OCCUPIED);
        assertThat(probe(check, backend, SHORT)).isEqualTo(OCCUPIED); // the first one does not wait any more
        end.countDown();
        assertThat(probe(check, backend, AMPLE)).isEqualTo(HealthResult.healthy());
    }
}
