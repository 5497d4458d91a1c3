package io.apexproxy.health.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.api.Backend;
import io.apexproxy.api.health.HealthCheck;
import io.apexproxy.api.health.HealthResult;
import io.apexproxy.api.testkit.FakeBackend;
import io.apexproxy.api.testkit.FakeContext;
import io.apexproxy.api.testkit.MapSettings;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledForJreRange;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests of probes with drivers that answer, fail and block. */
@Timeout(60) // seconds, for a test that hangs
class JdbcCheckTest {

    private static final Duration AMPLE = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(250);
    private static final HealthResult OCCUPIED =
            HealthResult.inconclusive("all threads of the health check were occupied for 250ms");

    @TempDir
    private Path directory;
    private final Backend backend = FakeBackend.of("db1");
    private final List<HealthCheck> checks = new ArrayList<>();
    /** Ends drivers that ignore interrupts. */
    private final CountDownLatch end = new CountDownLatch(1);
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

    private HealthCheck check(FakeDriver driver, Map<String, Object> settings) {
        Map<String, Object> all = new HashMap<>(Map.of("url", "jdbc:fake://{host}:{port}/", "query", "select 1"));
        all.putAll(settings);
        HealthCheck check = new JdbcProvider(() -> new Drivers(List.of(driver), List.of()))
                .create(MapSettings.of(all), context);
        checks.add(check);
        return check;
    }

    private static HealthResult probe(HealthCheck check, Backend backend, Duration timeout) {
        return check.probe(backend, timeout).toCompletableFuture().orTimeout(AMPLE.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    private String reason(FakeDriver driver) {
        return ((HealthResult.Unhealthy) probe(check(driver, Map.of("expect", true)), backend, AMPLE)).reason();
    }

    static Stream<Arguments> results() {
        return Stream.of(
                Arguments.of(true, true, "healthy"),
                Arguments.of(true, 1L, "healthy"),
                Arguments.of(true, false, "unhealthy: expected true, got false"),
                Arguments.of(true, 2, "unhealthy: expected true, got 2"),
                Arguments.of(true, null, "unhealthy: expected true, got null"),
                Arguments.of(true, Double.NaN, "unhealthy: expected true, got NaN"),
                Arguments.of(false, (short) 0, "healthy"),
                Arguments.of(3, 3.00, "healthy"),
                Arguments.of(3, 4, "unhealthy: expected 3, got 4"),
                Arguments.of("3.50", 3.5f, "healthy"),
                Arguments.of("PRIMARY", "PRIMARY", "healthy"),
                Arguments.of("PRIMARY", Path.of("PRIMARY"), "healthy"),
                Arguments.of("PRIMARY", "STANDBY\n\u001b[2J",
                        "unhealthy: expected PRIMARY, got STANDBY\\u000a\\u001b[2J"),
                Arguments.of("PRIMARY", 1, "unhealthy: expected PRIMARY, got 1"),
                Arguments.of("PRIMARY", "x".repeat(100),
                        "unhealthy: expected PRIMARY, got " + "x".repeat(60) + "..."));
    }

    @ParameterizedTest
    @MethodSource("results")
    void firstColumnOfTheFirstRowDecides(Object expected, Object found, String result) {
        FakeDriver driver = FakeDriver.answering(sql -> Optional.of(Arrays.asList(found, "another row")));

        assertThat(probe(check(driver, Map.of("expect", expected)), backend, AMPLE)).hasToString(result);
    }

    @Test
    void expectedResultNeedsARow() {
        assertThat(reason(FakeDriver.answering(sql -> Optional.of(List.of())))).isEqualTo("expected true, got no row");
        assertThat(reason(FakeDriver.answering(sql -> Optional.empty()))).isEqualTo("expected true, got no rows");
    }

    @Test
    void withoutExpectationTheQueryHasToSucceed() {
        BlockingQueue<String> statements = new LinkedBlockingQueue<>();
        FakeConnection connection = new FakeConnection(sql -> {
            statements.add(sql);
            return Optional.empty();
        });
        HealthCheck check = check(new FakeDriver((url, properties) -> connection.open()), Map.of("query", "do it"));

        assertThat(probe(check, backend, AMPLE)).isEqualTo(HealthResult.healthy());

        assertThat(statements).containsExactly("do it");
        assertThat(connection.closed).hasValue(1);
    }

    @Test
    void errorIsTheReasonInOneShortLine() {
        assertThat(reason(FakeDriver.answering(sql -> {
            throw new SQLException("ERROR: \u001b[31mno\nsuch table " + "x".repeat(1000), "42P01");
        }))).isEqualTo("ERROR: \\u001b[31mno\\u000asuch table " + "x".repeat(124) + "... (SQLSTATE 42P01)");
    }

    @Test
    void defectsOfADriverAreTheReason() {
        assertThat(reason(FakeDriver.answering(sql -> {
            throw new IllegalStateException("1");
        }))).isEqualTo("IllegalStateException: 1");
        assertThat(reason(new FakeDriver((url, properties) -> {
            throw new NoClassDefFoundError("com/sun/jna/Library");
        }))).isEqualTo("NoClassDefFoundError: com/sun/jna/Library");
        assertThat(reason(new FakeDriver((url, properties) -> {
            throw new SQLException((String) null);
        }))).isEqualTo("SQLException");
        assertThat(reason(new FakeDriver((url, properties) -> null))).isEqualTo("the driver does not accept the url");
    }

    /** The runtime then knows whether this machine is the cause. */
    @Test
    void failedConnectionIsTheExceptionOfTheProbe() {
        assertThat(failure(new ConnectException("Connection refused"))).isExactlyInstanceOf(IOException.class)
                .hasMessage("connection refused").hasNoCause();
        assertThat(failure(new SocketException("Too many open files"))).hasMessage("too many open files");
        assertThat(failure(new BindException("Cannot assign"))).isExactlyInstanceOf(BindException.class);
        assertThat(failure(new OutOfMemoryError("Java heap space"))).isInstanceOf(OutOfMemoryError.class);
        assertThat(failure(new IOException("the password is secret"))).hasMessageContaining("not shown");
    }

    private Throwable failure(Throwable cause) {
        HealthCheck check = check(new FakeDriver((url, properties) -> {
            throw new SQLException("The connection attempt failed: secret", "08001", new SQLException(cause));
        }), Map.of("properties", Map.of("sslpassword", "secret")));
        return check.probe(backend, AMPLE).toCompletableFuture().handle((result, failure) -> failure).join();
    }

    @Test
    void passwordIsReadForEachProbeAndNeverShown() throws Exception {
        Path file = Files.writeString(directory.resolve("password"), "first secret\r\n# the rest is ignored\n");
        HealthCheck check = check(new FakeDriver((url, properties) -> {
            throw new SQLException(url + " " + properties.getProperty("user") + " "
                    + (properties.getProperty("password").equals("second") ? "changed"
                            : properties.getProperty("password")));
        }), Map.of("user", "apex", "password_file", "password"));

        assertThat(probe(check, backend, AMPLE))
                .isEqualTo(HealthResult.unhealthy("a text that contains a secret, not shown"));
        Files.writeString(file, "second");
        assertThat(probe(check, backend, AMPLE)).hasToString("unhealthy: jdbc:fake://127.0.0.1:9000/ apex changed");
        Files.delete(file);
        assertThat(probe(check, backend, AMPLE))
                .isEqualTo(HealthResult.inconclusive("password_file: there is no such file"));
    }

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

    /** Blocks until the end of the test, whatever interrupts it. */
    private void awaitUninterruptibly() {
        boolean wasInterrupted = false;
        while (end.getCount() > 0) {
            wasInterrupted |= Thread.interrupted();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
        if (wasInterrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
