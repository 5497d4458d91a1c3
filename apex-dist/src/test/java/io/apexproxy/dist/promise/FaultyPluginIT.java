package io.apexproxy.dist.promise;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.dist.harness.Http;
import io.apexproxy.dist.harness.HttpBackend;
import io.apexproxy.test.FreePorts;
import io.apexproxy.test.PluginJar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Tests of plugins that throw, return null or hang. The failure affects only the pool of the plugin and is logged, but
 * not for every connection. Backends are then picked round-robin, and no connection is lost.
 */
class FaultyPluginIT extends Scenario {

    private static final int CONNECTIONS = 60;
    /** Half of the connections, except for picks before a picker for both backends. */
    private static final int FEWEST = CONNECTIONS / 2 - 2;

    @TempDir
    static Path workshop;

    private static Path plugin;

    private HttpBackend one;
    private HttpBackend two;
    private int otherPort;

    @BeforeAll
    static void buildPlugin() {
        plugin = FaultyPlugin.writeTo(workshop.resolve("faulty.jar"));
    }

    @BeforeEach
    void installPluginAndStartBackends() throws IOException {
        Files.copy(plugin, apex.home().resolve("plugins/faulty.jar"));
        one = HttpBackend.started();
        two = HttpBackend.started();
        otherPort = FreePorts.next();
    }

    @AfterEach
    void stopBackends() {
        one.close();
        two.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            pick-throws          | pick() failed
            pick-runs-into-error | pick() failed
            pick-returns-null    | pick() returned null
            pick-returns-another | pick() returned a stranger
            over-throws          | over() failed
            over-returns-null    | over() returned null
            over-hangs           | over() has not returned for 1000 ms
            """)
    void failingLoadBalancerIsReplacedByRoundRobinAndLoggedOnce(String fault, String message) {
        long began = System.nanoTime();
        try (var proxy = start(config().pool("load_balancer = { provider = \"faulty\", fault = \"" + fault + "\" }"))) {
            int port = awaitBothListeners(proxy);
            double earlier = awaitRotation(proxy, port);

            List<String> answers = Stream.generate(() -> Http.get(port).orElse("none")).limit(CONNECTIONS).toList();

            assertThat(answers).containsOnly(one.address(), two.address());
            assertThat(answers.stream().filter(one.address()::equals)).hasSizeBetween(FEWEST, CONNECTIONS - FEWEST);
            assertThat(proxy.awaitLine("pools.web.load_balancer: " + message)).contains("ERROR", "using round robin");
            long errors = proxy.logged("ERROR");
            long fiveSeconds = 1 + (System.nanoTime() - began) / 5_000_000_000L;
            assertThat(errors).isLessThanOrEqualTo(1 + fiveSeconds);
            assertOtherPoolIsUnaffected(proxy, earlier);
        }
    }

    @ParameterizedTest
    @Tag(QUICK)
    @CsvSource(delimiter = '|', textBlock = """
            throws        | thrown by the test
            returns-null  | the health check returned null
            hangs         | timed out after 1s
            answers-null  | the health check's result is null
            never-answers | timed out after 1s
            """)
    void failingHealthCheckMarksItsBackendDown(String fault, String reason) {
        try (var proxy = start(config().health("provider = \"faulty\"\nfault = \"%s\"\nfor = \"%s\"\n"
                .formatted(fault, two.address()) + "interval = \"200ms\"\ntimeout = \"1s\""))) {
            int port = awaitBothListeners(proxy);

            assertThat(proxy.awaitLine("Health check " + two.address() + " => alive: false")).contains(reason);

            assertThat(Stream.generate(() -> Http.get(port).orElse("none")).limit(CONNECTIONS))
                    .containsOnly(one.address());
            assertThat(proxy.lines("ERROR")).isEmpty();
            assertOtherPoolIsUnaffected(proxy, 0);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            create-throws | create() threw java.lang.IllegalStateException: thrown by the test
            create-hangs  | create() has not returned for 10 s
            """)
    void pluginThatFailsToStartRejectsTheReload(String fault, String message) {
        try (var proxy = start(config())) {
            int port = awaitBothListeners(proxy);

            apex.configure(config().pool("load_balancer = { provider = \"faulty\", fault = \"" + fault + "\" }")
                    .toml());
            assertThat(proxy.awaitLine("pools.web.load_balancer: load balancer 'faulty'")).contains(message);
            assertThat(Http.get(port)).isPresent();

            proxy.change(config().pool("connect_attempts = 2"));
            assertThat(Http.get(port)).isPresent();
            assertThat(proxy.logged("ERROR")).isOne();
        }
    }

    @Test
    void pluginThatHangsWhileLoadingIsSkippedAndTheReloadApplied() {
        try (var proxy = start(config())) {
            int port = awaitBothListeners(proxy);
            PluginJar.module("com.example.hanging", "hanging").provider("hanging",
                    "public Plugin() throws InterruptedException { Thread.currentThread().join(); }")
                    .writeTo(apex.home().resolve("plugins/hanging.jar"));

            proxy.change(config().pool("connect_attempts = 2"));

            assertThat(proxy.awaitLine("plugins/hanging.jar: ")).contains("WARN", "not listed within 10 s");
            assertThat(Http.get(port)).isPresent();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            throws       | load() threw java.lang.IllegalStateException: thrown by the test
            returns-null | load() returned null
            hangs        | load() has not returned for 10 s
            """)
    void configurationStaysInForceWhenItsSourceFails(String fault, String message) {
        apex.configure("""
                [config_source]
                provider = "faulty"
                fault = "%s"
                backend = "%s"
                """.formatted(fault, one.address()));
        try (var proxy = new Proxy(apex, apex.start())) {
            assertThat(proxy.answers(1)).containsOnly(one.address());

            proxy.process().signal("HUP");

            assertThat(proxy.awaitLine("config_source: configuration source 'faulty'")).contains(message);
            assertThat(proxy.answers(2)).containsOnly(one.address());
            proxy.process().signal("TERM");
            assertThat(proxy.process().exitStatus()).isZero();
        }
    }

    @Test
    void pluginThatHangsInCloseDelaysNoReloadAndNoExit() {
        String hanging = "load_balancer = { provider = \"faulty\", fault = \"close-hangs\" }";
        try (var proxy = start(config().pool(hanging))) {
            int port = awaitBothListeners(proxy);

            proxy.change(config());
            assertThat(Http.get(port)).isPresent();

            proxy.change(config().pool(hanging));
            proxy.process().signal("TERM");
            assertThat(proxy.process().exitStatus()).isZero();
        }
    }

    private Config config() {
        return Config.withBackends(one.address(), two.address()).and("""
                [listeners.other]
                listen_addr = "127.0.0.1:%d"
                pool = "other"
                [pools.other]
                backends = ["%s", "%s"]
                """.formatted(otherPort, one.address(), two.address()));
    }

    /** Waits for both listeners; returns the port of the listener whose pool has the plugin. */
    private int awaitBothListeners(Proxy proxy) {
        eventually(() -> proxy.ports().size() == 2);
        eventually(() -> proxy.logged("alive: ") >= 4);
        return proxy.ports().stream().filter(port -> port != otherPort).findFirst().orElseThrow();
    }

    /**
     * Waits until connections are served by both backends, because the picker is created after the verdicts.
     *
     * @return the number of connections made; all have ended
     */
    private double awaitRotation(Proxy proxy, int port) {
        Http.awaitAnswers(port, one.address(), two.address());
        eventually(() -> proxy.connections() == 0);
        return proxy.ended("client-closed");
    }

    /**
     * Asserts that the other pool works and that no connection is lost.
     *
     * @param earlier number of connections made before those under test
     */
    private void assertOtherPoolIsUnaffected(Proxy proxy, double earlier) {
        assertThat(Stream.generate(() -> Http.get(otherPort).orElse("none")).limit(CONNECTIONS)
                .filter(one.address()::equals)).hasSizeBetween(FEWEST, CONNECTIONS - FEWEST);
        eventually(() -> proxy.ended("client-closed") == earlier + 2 * CONNECTIONS);
        eventually(() -> proxy.connections() == 0);
        eventually(() -> proxy.backend(one.address(), "connections_active") == 0);
        assertThat(proxy.ended("internal-error")).isZero();
        assertThat(proxy.lines("pools.other")).allMatch(line -> line.contains("alive: true"));
    }
}
