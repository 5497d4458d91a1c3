package io.apexproxy.dist.promise;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.api.testkit.BlackHole;
import io.apexproxy.dist.harness.HttpBackend;
import io.apexproxy.test.TestServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Tests of the failover to another backend if a connect fails or times out. The failure also counts as a failed probe
 * of the backend and triggers a probe.
 */
class FailoverIT extends Scenario {

    @Test
    @Tag(QUICK)
    void failsOverWhenBackendRefuses() {
        try (var dead = HttpBackend.started(); var alive = HttpBackend.started();
                var proxy = start(Config.withBackends(dead.address(), alive.address()).health(Config.ONCE))) {
            proxy.awaitAnswersOf(dead.address(), alive.address());
            dead.stop();

            assertThat(proxy.answers(20)).containsOnly(alive.address());

            assertThat(proxy.backend(dead.address(), "connect_errors_total")).isPositive();
            assertThat(proxy.ended("connect-failed")).isZero();
            assertThat(proxy.backend(dead.address(), "connections_active")).isZero();
            proxy.awaitLine("attempts=2");
        }
    }

    @Test
    @Tag(QUICK)
    void failsOverWhenConnectTimesOut() throws IOException {
        try (var hole = new BlackHole(); var alive = HttpBackend.started();
                var proxy = start(Config.withBackends(hole.address(), alive.address())
                        .pool("connect_timeout = \"500ms\"").health(probingPortOf(alive.address())))) {
            awaitBothUp(proxy, hole.address(), alive.address());

            List<String> answers = new ArrayList<>();
            eventually(() -> { // until the silent backend is picked
                answers.addAll(proxy.answers(4));
                return proxy.backend(hole.address(), "connect_errors_total") > 0;
            });

            assertThat(answers).containsOnly(alive.address());
            assertThat(proxy.ended("connect-timeout")).isZero();
            proxy.awaitLine("attempts=2");
        }
    }

    @Test
    void threeRefusedConnectsMarkABackendDown() {
        try (var dead = HttpBackend.started(); var alive = HttpBackend.started();
                var proxy = start(Config.withBackends(dead.address(), alive.address())
                        .health(probingPortOf(alive.address())))) { // all probes succeed
            proxy.awaitAnswersOf(dead.address(), alive.address());
            dead.stop();

            assertThat(proxy.answers(20)).containsOnly(alive.address());

            assertThat(proxy.awaitLine("Health check " + dead.address() + " => alive: false")).contains("efused");
        }
    }

    @Test
    void failedConnectTriggersAProbe() {
        try (var dead = HttpBackend.started(); var alive = HttpBackend.started();
                var probed = TestServer.greeting("");
                var proxy = start(Config.withBackends(dead.address(), alive.address())
                        .health(probingPortOf(probed.address()) + "\nreset = false"))) {
            proxy.awaitAnswersOf(dead.address(), alive.address());
            eventually(() -> probed.accepted() >= 2);
            int before = probed.accepted(); // later regular probes are hours away
            dead.stop();

            proxy.answers(2);

            eventually(() -> probed.accepted() > before);
        }
    }

    @Test
    void clientIsClosedWhenEveryBackendRefuses() {
        try (var one = HttpBackend.started(); var two = HttpBackend.started();
                var proxy = start(Config.withBackends(one.address(), two.address()).health(Config.ONCE))) {
            proxy.awaitAnswersOf(one.address(), two.address());
            one.stop();
            two.stop();

            try (var client = proxy.client()) {
                assertThat(client.readAll()).isEmpty();
            }

            assertThat(proxy.awaitCause("connect-failed")).contains("attempts=2");
            assertThat(proxy.backend(one.address(), "connect_errors_total")).isOne();
            assertThat(proxy.backend(two.address(), "connect_errors_total")).isOne();
        }
    }

    @Test
    @Tag(QUICK)
    void noFailoverAfterABackendIsConnected() {
        var asked = new AtomicInteger();
        TestServer.Script leaving = socket -> {
            if (!TestServer.sendsNothing(socket)) {
                asked.incrementAndGet();
            }
        };
        try (var one = TestServer.serving(leaving); var two = TestServer.serving(leaving);
                var proxy = start(Config.withBackends(one.address(), two.address()).health(Config.ONCE))) {
            awaitBothUp(proxy, one.address(), two.address());

            try (var client = proxy.client()) {
                assertThat(client.send("?").readAll()).isEmpty();
            }

            assertThat(proxy.awaitCause("backend-closed")).contains("attempts=1");
            assertThat(asked).hasValue(1);
        }
    }

    @Test
    @Tag(QUICK)
    void stoppedBackendFailsNoRequestAndServesAfterRestart() {
        try (var one = HttpBackend.started(); var two = HttpBackend.started();
                var proxy = start(Config.withBackends(one.address(), two.address()))) {
            proxy.awaitAnswersOf(one.address(), two.address());

            two.stop();
            assertThat(proxy.answers(4)).containsOnly(one.address());
            proxy.awaitLine("Health check " + two.address() + " => alive: false");
            assertThat(proxy.answers(4)).containsOnly(one.address());

            two.start();
            eventually(() -> proxy.answers(2).contains(two.address()));
        }
    }

    /** Returns a health check that probes this port for all backends, so that a stopped backend appears healthy. */
    private static String probingPortOf(String address) {
        return Config.ONCE + "\nport = " + address.substring(address.indexOf(':') + 1);
    }

    private static void awaitBothUp(Proxy proxy, String... backends) {
        for (String backend : backends) {
            proxy.awaitLine("Health check " + backend + " => alive: true");
        }
        eventually(() -> Stream.of(backends).allMatch(backend -> proxy.backend(backend, "up") == 1));
    }
}
