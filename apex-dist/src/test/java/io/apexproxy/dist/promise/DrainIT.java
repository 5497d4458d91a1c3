package io.apexproxy.dist.promise;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.Http;
import io.apexproxy.dist.harness.HttpBackend;
import io.apexproxy.test.FreePorts;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Tests of a stop that can be watched. With {@code drain_delay}, the readiness is false before the listeners close.
 * Listeners have their own {@code drain_timeout}. The log, the readiness and {@code apex status} show the longest
 * connections.
 */
class DrainIT extends Scenario {

    private static final String LONGER_THAN_ANY_TEST = "\"10m\"";
    private static final Duration DELAY = Duration.ofSeconds(3);

    @AutoClose
    private final HttpBackend backend = HttpBackend.started();

    private Config config(String settings) {
        return Config.withBackends(backend.address()).settings(settings);
    }

    /** Returns the setting of a control socket of this test. */
    private String controlSocket() {
        return "\ncontrol_socket = \"" + directory.resolve("s") + '"';
    }

    private static String readiness(Proxy proxy) {
        var response = proxy.admin().get("/health/ready");
        return response.statusCode() + " " + response.body().strip();
    }

    @Test
    @Tag(QUICK)
    void newConnectionsAreServedDuringTheDelayAndRefusedAfterwards() {
        try (var proxy = start(config("drain_delay = \"" + DELAY.toSeconds() + "s\"\ndrain_timeout = "
                + LONGER_THAN_ANY_TEST)); var open = Http.Connection.to(proxy.port())) {
            int port = proxy.port();
            assertThat(open.get()).isEqualTo(backend.address());
            assertThat(readiness(proxy)).isEqualTo("200 ready");
            assertThat(proxy.metric("apex_ready")).isEqualTo(1);

            long signalled = System.nanoTime();
            proxy.process().signal("TERM");
            eventually(() -> readiness(proxy)
                    .startsWith("503 draining: 1 connection open; listeners accept for another "));
            assertThat(proxy.metric("apex_ready")).isZero();
            int served = 0;
            while (Http.get(port).isPresent()) {
                served++;
            }

            assertThat(System.nanoTime() - signalled).isGreaterThanOrEqualTo(DELAY.toNanos());
            assertThat(served).isGreaterThan(10);
            proxy.awaitLine(
                    "INFO  apex: Draining: accepts for another 3s (drain_delay), so that load balancers in front "
                            + "see that it is not ready; 1 connection open");
            proxy.awaitLine(", timeout 600s");
            eventually(() -> readiness(proxy).startsWith("503 draining: 1 connection left, closed in "));
            assertThat(open.get()).isEqualTo(backend.address());
        }
    }

    @Test
    @Tag(QUICK)
    void secondSignalDuringTheDelayEndsAtOnce() {
        try (var proxy = start(config("drain_delay = " + LONGER_THAN_ANY_TEST));
                var open = Http.Connection.to(proxy.port())) {
            open.get();
            proxy.process().signal("TERM");
            proxy.awaitLine("Draining: accepts for another 600s (drain_delay)");
            assertThat(proxy.process().isAlive()).isTrue();

            proxy.process().signal("TERM");

            assertThat(proxy.process().exitStatus()).isZero();
            assertThat(proxy.process().completeOutput()).contains("apex.access: shutdown").doesNotContain("timeout");
        }
    }

    @Test
    @Tag(QUICK)
    void reloadDuringTheDelayIsRejected() {
        int port = FreePorts.next();
        try (var proxy = start(config("drain_delay = " + LONGER_THAN_ANY_TEST + controlSocket()))) {
            proxy.port();
            proxy.process().signal("TERM");
            proxy.awaitLine("Draining: accepts for another");

            apex.configure(config(controlSocket()).port(port).toml());

            try (ApexProcess reload = apex.start("reload")) {
                assertThat(reload.exitStatus()).isEqualTo(1);
                assertThat(reload.errors()).contains("Apex stops");
            }
            assertThat(Http.get(port)).isEmpty();
            assertThat(proxy.answers(2)).containsOnly(backend.address());
        }
    }

    @Test
    @Tag(QUICK)
    void eachListenerHasItsOwnTimeout() {
        int api = FreePorts.next();
        int other = FreePorts.next(); // two ports, because the listeners open in any order
        Config config = config("drain_timeout = \"1s\"").port(other).and("""
                [listeners.api]
                listen_addr = "127.0.0.1:%d"
                pool = "web"
                drain_timeout = %s
                """.formatted(api, LONGER_THAN_ANY_TEST));
        try (var proxy = start(config)) {
            eventually(() -> proxy.ports().size() == 2);
            try (var web = Client.to(other); var longer = Http.Connection.to(api)) {
                assertThat(longer.get()).isEqualTo(backend.address());
                eventually(() -> proxy.metric("apex_connections_active") == 2);

                proxy.process().signal("TERM");

                assertThat(web.readAll()).isEmpty(); // it ends
                proxy.awaitLine("Draining: 2 connections, timeout 1s to 600s");
                proxy.awaitLine("Drain timeout of listener web: closing 1 connection");
                assertThat(proxy.awaitCause("drained")).contains("listener=web");
                assertThat(longer.get()).isEqualTo(backend.address());
                assertThat(proxy.process().isAlive()).isTrue();
            }
            assertThat(proxy.process().exitStatus()).isZero();
            assertThat(proxy.process().completeOutput()).contains("apex: Drained");
        }
    }

    @Test
    @Tag(QUICK)
    void longestConnectionsAreShown() {
        Config plain = config("drain_timeout = " + LONGER_THAN_ANY_TEST + controlSocket());
        Config config = new Config(plain.settings(), plain.listener(), "", plain.health(),
                List.of("{ address = \"%s\", name = \"app1\" }".formatted(backend.address())), "");
        try (var proxy = start(config); var first = Http.Connection.to(proxy.port());
                var second = Http.Connection.to(proxy.port()); var third = Http.Connection.to(proxy.port());
                var fourth = Http.Connection.to(proxy.port())) {
            for (var connection : List.of(first, second, third, fourth)) {
                connection.get();
            }
            String longest = " left, closed in \\d+[sm]; longest: "
                    + "(127\\.0\\.0\\.1:\\d+ to app1 \\(listener web, \\d+s\\)(, )?){3}";

            proxy.process().signal("TERM");

            eventually(() -> readiness(proxy).matches("503 draining: 4 connections" + longest));
            assertThat(proxy.awaitLine("Draining: 4 connections left")).matches(".*4 connections" + longest);
            assertThat(proxy.admin().get("/status").body()).contains("; longest: 127.0.0.1:");
            try (ApexProcess status = apex.start("status")) {
                assertThat(status.exitStatus()).isZero();
                assertThat(status.completeOutput().lines().findFirst().orElseThrow())
                        .matches("apex .*, draining \\(4 connections" + longest + "\\), .*");
            }
        }
    }
}
