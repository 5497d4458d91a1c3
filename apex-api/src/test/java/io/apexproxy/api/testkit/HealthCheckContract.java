package io.apexproxy.api.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.api.Backend;
import io.apexproxy.api.Settings;
import io.apexproxy.api.health.HealthCheck;
import io.apexproxy.api.health.HealthCheckProvider;
import io.apexproxy.api.health.HealthResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The contract of health checks that open a connection without blocking. */
@Timeout(60) // seconds, for a test that hangs
public abstract class HealthCheckContract extends ProviderContract<HealthCheckProvider> {

    /** Long enough for every probe that does not hang. */
    protected static final Duration AMPLE = Duration.ofSeconds(20);
    protected static final Duration SHORT = Duration.ofMillis(250);

    /** More than the number of descriptors that the JVM itself opens in the meantime. */
    private static final int LATE_PROBES = 100;

    private final FakeContext context = FakeContext.create();
    private final Set<HealthCheck> open = new HashSet<>();

    /** Called by the constructors of subclasses. */
    protected HealthCheckContract() {
        super(HealthCheckProvider.class);
    }

    /** Returns the script of a healthy server for a check with {@link #settings}. */
    protected abstract FakeServer.Script healthyServer();

    @Override
    final HealthCheck create(Settings settings) {
        return provider().create(settings, context);
    }

    /** Creates a check and closes it after the test. */
    protected final HealthCheck check(Map<String, Object> settings) {
        HealthCheck check = create(MapSettings.of(settings));
        open.add(check);
        return check;
    }

    /** Closes a check before the end of the test, and then its connections, as the runtime does. */
    protected final void close(HealthCheck check) {
        open.remove(check);
        check.close();
        context.disconnect();
    }

    /** Starts a probe. */
    protected static CompletableFuture<HealthResult> start(HealthCheck check, Backend backend, Duration timeout) {
        return check.probe(backend, timeout).toCompletableFuture();
    }

    /** Probes a backend and waits for the result. */
    protected static HealthResult probe(HealthCheck check, Backend backend, Duration timeout) throws Exception {
        return result(start(check, backend, timeout));
    }

    /** Returns the result of a probe. As for the runtime, a checked exception is the reason of an unhealthy one. */
    private static HealthResult result(CompletableFuture<HealthResult> probe) throws Exception {
        try {
            return probe.get(AMPLE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException || e.getCause() instanceof Error) {
                throw e;
            }
            return HealthResult.unhealthy(String.valueOf(e.getCause().getMessage()));
        }
    }

    @AfterEach
    void stop() {
        open.forEach(HealthCheck::close);
        context.close();
    }

    @Test
    void healthyBackendIsHealthyAndConnectionEnds() throws Exception {
        try (var server = FakeServer.running(healthyServer())) {
            assertThat(probe(check(settings()), server.backend(), AMPLE)).isEqualTo(HealthResult.healthy());
            assertThat(server.ending()).isNotEqualTo("none");
        }
    }

    @Test
    void refusingBackendIsUnhealthy() throws Exception {
        try (var refused = new RefusedPort()) {
            assertThat(probe(check(settings()), refused.backend(), AMPLE))
                    .isEqualTo(HealthResult.unhealthy("connection refused"));
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX) // elsewhere a full backlog refuses
    void unresponsiveBackendTimesOut() throws Exception {
        try (var blackHole = new BlackHole()) {
            assertThat(probe(check(settings()), blackHole.backend(), SHORT))
                    .isEqualTo(HealthResult.unhealthy("timed out after 250ms"));
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX) // /proc
    void concurrentProbesDoNotDelayEachOtherAndLeakNothing() throws Exception {
        var descriptors = openDescriptors();
        var threads = Thread.getAllStackTraces().keySet();
        try (var server = FakeServer.running(healthyServer()); var blackHole = new BlackHole()) {
            // given a check with 50 probes of backends that do not respond
            var check = check(settings());
            var unresponsive = IntStream.range(0, 50).mapToObj(i -> start(check, blackHole.backend(), AMPLE)).toList();

            // when 300 others are probed
            var probes = IntStream.range(0, 300).mapToObj(i -> start(check, server.backend(), AMPLE)).toList();

            // then these probes complete
            for (var probe : probes) {
                assertThat(result(probe)).isEqualTo(HealthResult.healthy());
            }
            assertThat(unresponsive).as("probes of backends that do not respond").noneMatch(CompletableFuture::isDone);
            close(check);
        }
        context.close();
        await().pollInSameThread().atMost(AMPLE).untilAsserted(() -> {
            assertThat(openDescriptors()).isLessThanOrEqualTo(descriptors);
            assertThat(Thread.getAllStackTraces().keySet()).isSubsetOf(threads);
        });
    }

    @Test
    @EnabledOnOs(OS.LINUX) // /proc
    void probeAfterCloseHasResultAndLeaksNothing() throws Exception {
        // given a check that is closed before its executor calls it
        var check = check(settings());
        close(check);
        try (var refused = new RefusedPort()) {
            var descriptors = openDescriptors();

            for (int i = 0; i < LATE_PROBES; i++) {
                assertThat(probe(check, refused.backend(), AMPLE)).isNotEqualTo(HealthResult.healthy());
            }

            assertThat(openDescriptors()).isLessThan(descriptors + LATE_PROBES);
        }
    }

    private static long openDescriptors() throws IOException {
        try (var entries = Files.list(Path.of("/proc/self/fd"))) {
            return entries.count();
        }
    }
}
