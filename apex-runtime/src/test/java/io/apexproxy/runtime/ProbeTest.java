package io.apexproxy.runtime;

import static io.apexproxy.runtime.ReloadFixture.WEB;
import static io.apexproxy.runtime.ReloadFixture.impatient;
import static io.apexproxy.runtime.ReloadFixture.pool;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.api.Backend;
import io.apexproxy.api.health.HealthResult;
import io.apexproxy.runtime.snapshot.Snapshot;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The start of probes, and the results of probes that fail, block or are not possible. */
class ProbeTest {

    @AutoClose
    private final ReloadFixture apex = new ReloadFixture();
    private final NamedServer a = apex.server("a");
    private final NamedServer b = apex.server("b");

    private String state(NamedServer server) {
        return apex.backend(server).state();
    }

    @Test
    void inconclusiveProbeChangesNoVerdict() {
        apex.start(WEB + pool(a));
        Snapshot.BackendView before = apex.backend(a);
        apex.health.say(a, HealthResult.inconclusive("no descriptors"));

        int probes = apex.health.probes(a);
        await().until(() -> apex.health.probes(a) > probes + 4);

        assertThat(apex.backend(a).since()).isEqualTo(before.since());
        assertThat(apex.log.count("was not possible: no descriptors; verdict unchanged")).isOne();
    }

    static Stream<Function<Backend, CompletionStage<HealthResult>>> misbehaviour() {
        return Stream.of(
                any -> null,
                any -> CompletableFuture.completedFuture(null),
                any -> CompletableFuture.failedFuture(new IOException("thrown by the test")),
                any -> new CompletableFuture<>(),
                any -> {
                    throw new IllegalStateException("thrown by the test");
                },
                any -> {
                    throw new NoClassDefFoundError("thrown by the test");
                });
    }

    @ParameterizedTest
    @MethodSource("misbehaviour")
    void misbehavingProbeFailsAndAffectsNoOtherBackend(Function<Backend, CompletionStage<HealthResult>> probe) {
        apex.startWithAll(WEB + impatient(pool(a, b)));
        apex.health.on(a, probe);

        await().until(() -> state(a).equals("down"));

        apex.awaitOnly("b"); // also after a late probe of b
        apex.health.up(a);
        await().until(() -> state(a).equals("up"));
    }

    static Stream<Function<Backend, CompletionStage<HealthResult>>> shortages() {
        String text = "unable to create native thread: possibly out of memory or process/resource limits reached";
        return Stream.of(
                any -> {
                    throw new OutOfMemoryError(text);
                },
                any -> CompletableFuture.failedFuture(new OutOfMemoryError(text)),
                any -> CompletableFuture.failedFuture(new IOException("cannot connect",
                        new SocketException("Too many open files"))),
                any -> CompletableFuture.failedFuture(new IOException("Cannot allocate memory")));
    }

    @ParameterizedTest
    @MethodSource("shortages")
    void localResourceShortageChangesNoVerdict(Function<Backend, CompletionStage<HealthResult>> probe) {
        apex.start(WEB + pool(a));
        Snapshot.BackendView before = apex.backend(a);
        apex.health.on(a, probe);

        int probes = apex.health.probes(a);
        await().until(() -> apex.health.probes(a) > probes + 4);

        assertThat(apex.backend(a).since()).isEqualTo(before.since());
        assertThat(apex.log.count("was not possible: ")).isPositive();
    }

    @ParameterizedTest
    @MethodSource("failures")
    void reasonIsTheMessageAndForUncheckedExceptionsAlsoTheName(Throwable failure, String reason) {
        apex.start(WEB + pool(a, b));
        apex.health.on(a, any -> CompletableFuture.failedFuture(failure));

        await().until(() -> state(a).equals("down"));

        assertThat(apex.backend(a).reason()).isEqualTo(reason);
    }

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(new IOException("certificate expired"), "certificate expired"),
                Arguments.of(new IOException(), "IOException"),
                Arguments.of(new ExecutionException(new IOException("connection refused")), "connection refused"),
                Arguments.of(new ArrayIndexOutOfBoundsException("1"), "ArrayIndexOutOfBoundsException: 1"),
                Arguments.of(new NoClassDefFoundError("com/example/Missing"),
                        "NoClassDefFoundError: com/example/Missing"));
    }

    @Test
    void blockedProbeIsInterruptedAfterTimeoutAndDelaysNoOtherProbe() {
        AtomicInteger interrupted = new AtomicInteger();
        apex.health.on(a, any -> {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.incrementAndGet();
            }
            return CompletableFuture.completedFuture(HealthResult.healthy());
        });

        apex.start(WEB + impatient(pool(a, b)));

        apex.awaitOnly("b");
        await().until(() -> interrupted.get() >= 2);
        assertThat(state(a)).isEqualTo("down");
        assertThat(apex.backend(a).reason()).isEqualTo("timed out after 500ms");
        assertThat(apex.health.probes(b)).isGreaterThan(apex.health.probes(a));
    }

    @Test
    void blockedProbeIsNotCalledAgainAndProbeWithoutThreadIsInconclusive() {
        CountDownLatch end = new CountDownLatch(1);
        List<NamedServer> servers = new ArrayList<>();
        for (int i = 0; i < 17; i++) { // one more than an instance has threads
            servers.add(apex.server("s" + i));
        }
        apex.start(WEB + impatient(pool(servers.toArray())));
        await().until(() -> apex.backends().stream().allMatch(backend -> backend.state().equals("up")));
        servers.forEach(server -> apex.health.on(server, any -> {
            while (end.getCount() > 0) {
                try {
                    end.await();
                } catch (InterruptedException e) {
                    // a plugin that ignores interrupts
                }
            }
            return CompletableFuture.completedFuture(HealthResult.healthy());
        }));

        await().until(() -> apex.backends().stream().filter(backend -> backend.state().equals("down")).count() == 16);
        await().until(() -> apex.log.count("all threads of the health check were occupied") >= 1);
        assertThat(apex.backends()).filteredOn(backend -> backend.state().equals("up")).hasSize(1);

        end.countDown();
        await().until(() -> apex.backends().stream().allMatch(backend -> backend.state().equals("up")));
    }

    @Test
    void blockedProbeIsInterruptedWhenItsBackendIsRemoved() throws InterruptedException {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        apex.health.on(a, any -> {
            inside.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
            return CompletableFuture.completedFuture(HealthResult.healthy());
        });
        apex.start(WEB + pool(a, b));
        inside.await();

        apex.reload(WEB + pool(b));

        await().until(() -> interrupted.getCount() == 0);
    }

    @Test
    void probesOfNewHealthCheckSpreadOverItsInterval() {
        Duration interval = Duration.ofSeconds(2);
        List<String> addresses = IntStream.range(1, 21).mapToObj(port -> "127.0.0.1:" + port).toList();
        String one = WEB + pool(addresses.toArray()).replace("\"200ms\"", "\"2s\"");
        apex.start(one);
        await().until(() -> apex.backends().stream().allMatch(backend -> backend.state().equals("up")));
        Map<String, List<Long>> starts = new ConcurrentHashMap<>();
        addresses.forEach(address -> apex.health.on(address, any -> {
            starts.computeIfAbsent(address, key -> new CopyOnWriteArrayList<>()).add(System.nanoTime());
            return CompletableFuture.completedFuture(HealthResult.healthy());
        }));

        starts.clear();
        apex.reload(one.replace("provider = \"scripted\"", "provider = \"scripted\", variant = \"two\""));
        await().until(() -> starts.size() == addresses.size()
                && starts.values().stream().allMatch(each -> each.size() >= 2));

        LongSummaryStatistics second = starts.values().stream().mapToLong(each -> each.get(1)).summaryStatistics();
        assertThat(second.getMax() - second.getMin()).isGreaterThan(interval.toNanos() / 2);
    }

    @Test
    void listenerOpensWithFirstHealthyBackendAndSlowBackendDelaysNothing() {
        apex.health.on(a, any -> new CompletableFuture<>());

        long started = System.nanoTime();
        apex.start(WEB + pool(a, b));

        assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(20));
        assertThat(apex.ask(3)).containsOnly("b");
        int probes = apex.health.probes(b);
        await().until(() -> apex.health.probes(b) > probes + 5);
        assertThat(apex.health.probes(a)).isOne();
    }
}
