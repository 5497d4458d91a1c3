package io.apexproxy.dist.promise;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.HttpBackend;
import io.apexproxy.test.FreePorts;
import io.apexproxy.test.TestServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Tests of health checks. All backends are probed concurrently at the start and then at separate intervals. A listener
 * opens when all first probes have ended, or earlier with a healthy backend. Each change of a verdict is logged once.
 */
class HealthIT extends Scenario {

    /** Expects the greeting {@code !}, with a timeout longer than any test. */
    private static final String PATIENT = "expect = \"!\"\ntimeout = \"5m\"\n" + Config.OFTEN;

    @Test
    @Tag(QUICK)
    void allBackendsAreProbedAtTheSameTime() {
        int backends = 10;
        var allBackends = new CountDownLatch(backends);
        List<TestServer> servers = Stream.generate(() -> TestServer.serving(socket -> {
            allBackends.countDown();
            allBackends.await(); // no backend greets before all have been probed
            TestServer.send(socket, "!");
            TestServer.readToEnd(socket);
        })).limit(backends).toList();
        String[] addresses = servers.stream().map(TestServer::address).toArray(String[]::new);
        try (var proxy = start(Config.withBackends(addresses).health(PATIENT))) {
            for (String address : addresses) {
                proxy.awaitLine("Health check " + address + " => alive: true");
            }
        } finally {
            servers.forEach(TestServer::close);
        }
    }

    @Test
    @Tag(QUICK)
    void slowBackendDoesNotKeepTheListenerClosed() {
        var greeting = new CountDownLatch(1);
        try (var slow = TestServer.echoAfter(greeting); var quick = TestServer.greeting("!");
                var proxy = start(Config.withBackends(slow.address(), quick.address()).health(PATIENT))) {
            for (int i = 0; i < 4; i++) {
                try (var client = proxy.client()) {
                    assertThat(client.read(1)).isEqualTo("!");
                }
            }
            assertThat(proxy.backend(slow.address(), "connections_total")).isZero();

            greeting.countDown();

            proxy.awaitLine("Health check " + slow.address() + " => alive: true");
            eventually(() -> {
                proxy.client().close();
                return proxy.backend(slow.address(), "connections_total") > 0;
            });
        }
    }

    @Test
    @Tag(QUICK)
    void earlyClientWaitsForTheFirstHealthyBackend() {
        int port = FreePorts.next();
        var greeting = new CountDownLatch(1);
        try (var slow = TestServer.echoAfter(greeting);
                var proxy = start(Config.withBackends(slow.address()).port(port).health(PATIENT))) {
            eventually(() -> proxy.admin().get("/health/ready").body().contains("no verdict yet"));
            try (var early = Client.to(port)) {
                assertThat(early.send("?").isSilent()).isTrue();
                assertThat(proxy.lines("Proxy listening")).isEmpty();

                greeting.countDown();

                assertThat(early.read(1)).isEqualTo("?");
                assertThat(proxy.port()).isEqualTo(port);
            }
        }
    }

    @Test
    void listenerDoesNotWaitForOtherPools() {
        int port = FreePorts.next();
        var greeting = new CountDownLatch(1);
        try (var slow = TestServer.echoAfter(greeting); var quick = TestServer.echo();
                var proxy = start(Config.withBackends(slow.address()).health(PATIENT).and("""
                        [listeners.quick]
                        listen_addr = "127.0.0.1:%d"
                        pool = "quick"
                        [pools.quick]
                        backends = ["%s"]
                        """.formatted(port, quick.address())))) {
            proxy.awaitLine("Proxy listening on 127.0.0.1:" + port);
            try (var client = Client.to(port)) {
                assertThat(client.echo("hello")).isEqualTo("hello");
            }
            assertThat(proxy.logged("Proxy listening")).isOne();

            greeting.countDown();

            eventually(() -> proxy.logged("Proxy listening") == 2);
        }
    }

    @Test
    void listenerOpensWhenAllFirstProbesHaveFailed() {
        try (var slow = TestServer.silent(); var gone = HttpBackend.started()) {
            gone.stop();
            try (var proxy = start(Config.withBackends(slow.address(), gone.address())
                    // far more than a refused connect takes, also on a busy machine
                    .health("expect = \"!\"\ntimeout = \"5s\"")); var client = proxy.client()) {
                assertThat(client.readAll()).isEmpty();
                proxy.awaitLine("Health check " + slow.address() + " => alive: false (timed out after 5s");
                assertThat(proxy.awaitLine("Health check " + gone.address() + " => alive: false")).contains("efused");
            }
        }
    }

    @Test
    @Tag(QUICK)
    void slowBackendHasOneProbeInFlightAndDelaysNoOther() {
        try (var slow = TestServer.stalled(); var quick = TestServer.greeting("!");
                var proxy = start(Config.withBackends(slow.address(), quick.address()).health(PATIENT))) {
            proxy.port();

            eventually(() -> quick.accepted() > 10);

            assertThat(slow.accepted()).isOne();
        }
    }

    @Test
    @Tag(QUICK)
    void everyVerdictChangeIsLoggedWithItsReason() {
        try (var backend = HttpBackend.started(); var other = TestServer.greeting("");
                var proxy = start(Config.withBackends(backend.address(), other.address()).health(Config.VISIBLE))) {
            String verdict = "Health check " + backend.address() + " => alive: ";
            proxy.awaitLine(verdict + "true");

            backend.stop();
            assertThat(proxy.awaitLine(verdict + "false")).contains("WARN").containsPattern("\\(.*refused.*\\)$");
            awaitProbes(other, 5);
            backend.start();
            eventually(() -> proxy.logged(verdict + "true") == 2);
            awaitProbes(other, 5);

            assertThat(proxy.lines(verdict)).hasSize(3);
            assertThat(proxy.logged("Health check " + other.address())).isOne();
        }
    }

    @Test
    void verboseLogsEveryProbe() {
        try (var backend = TestServer.greeting("");
                var proxy = new Proxy(apex,
                        apex.configure(Config.withBackends(backend.address()).toml()).start("--verbose"))) {
            eventually(() -> proxy.lines("Health check " + backend.address() + " answered ").size() >= 3);

            assertThat(proxy.awaitLine("Health check " + backend.address() + " answered ")).contains("DEBUG");
        }
    }

    @Test
    @Tag(QUICK)
    void visibleProbeClosesWithoutResetWhenTheBackendHasSentBytes() throws Exception {
        var goodbye = new CompletableFuture<Integer>();
        try (var backend = TestServer.serving(socket -> {
            TestServer.send(socket, "220 an unexpected greeting\r\n");
            try {
                goodbye.complete(socket.getInputStream().read());
            } catch (IOException e) { // a reset
                goodbye.completeExceptionally(e);
            }
        }); var proxy = start(Config.withBackends(backend.address()).health(Config.VISIBLE))) {
            proxy.awaitLine("alive: true");

            assertThat(goodbye.get(ApexProcess.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo(-1);
        }
    }

    @Test
    void laterProbesAreSpreadOverTheInterval() {
        int backends = 20;
        Duration interval = Duration.ofSeconds(2);
        Map<Integer, Long> second = new ConcurrentHashMap<>();
        Map<Integer, Long> first = new ConcurrentHashMap<>();
        List<TestServer> servers = Stream.generate(() -> TestServer.serving(socket -> {
            int port = socket.getLocalPort();
            if (first.putIfAbsent(port, System.nanoTime()) != null) {
                second.putIfAbsent(port, System.nanoTime());
            }
            TestServer.readToEnd(socket);
        })).limit(backends).toList();
        try (var proxy = start(Config.withBackends(servers.stream().map(TestServer::address).toArray(String[]::new))
                .health("interval = \"2s\"\nreset = false"))) {
            proxy.port();
            eventually(() -> second.size() == backends);

            long[] starts = second.values().stream().mapToLong(Long::longValue).sorted().toArray();
            assertThat(Duration.ofNanos(starts[backends - 1] - starts[0])).isGreaterThan(interval.dividedBy(4));
        } finally {
            servers.forEach(TestServer::close);
        }
    }

    private static void awaitProbes(TestServer server, int count) {
        int before = server.accepted();
        eventually(() -> server.accepted() >= before + count);
    }
}
