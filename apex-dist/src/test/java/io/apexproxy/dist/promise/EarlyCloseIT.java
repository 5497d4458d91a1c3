package io.apexproxy.dist.promise;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.test.TestServer;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests of outlier detection: a backend that accepts connections, and ends them without an answer. */
class EarlyCloseIT extends Scenario {

    private static final String EARLY_CLOSE = "early_close = \"1s\"";

    private static TestServer greetingUnless(AtomicBoolean broken) {
        return TestServer.serving(socket -> {
            if (!broken.get()) {
                TestServer.send(socket, "!");
                TestServer.readToEnd(socket);
            }
        });
    }

    @Test
    @Tag(QUICK)
    void clientThatHasSentNothingGetsAnotherBackend() {
        var broken = new AtomicBoolean(true);
        try (var outlier = greetingUnless(broken); var working = TestServer.greeting("!");
                var proxy = start(Config.withBackends(outlier.address(), working.address()).pool(EARLY_CLOSE))) {
            eventually(() -> proxy.admin().backendsUp().equals(List.of(true, true)));
            for (int i = 0; i < 20; i++) {
                try (var client = proxy.client()) {
                    assertThat(client.read(1)).isEqualTo("!");
                }
            }

            proxy.awaitLine("WARN  apex.pool: pools.web: " + outlier.address()
                    + " ejected for 30s after 3 failed connections in a row: closed before its first byte");
            assertThat(proxy.metric("apex_backend_state{backend=\"%s\",pool=\"web\",state=\"ejected\"}"
                    .formatted(outlier.address()))).isEqualTo(1);
            assertThat(proxy.backend(outlier.address(), "ejections_total")).isEqualTo(1);
            assertThat(proxy.backend(outlier.address(), "early_closes_total")).isGreaterThanOrEqualTo(3);
            assertThat(proxy.admin().get("/status").body()).contains("3 failed connections in a row: closed");
        }
    }

    @Test
    @Tag(QUICK)
    void reloadKeepsAnEjectionUnlessItRemovesTheSetting() {
        var broken = new AtomicBoolean(true);
        try (var outlier = greetingUnless(broken); var working = TestServer.greeting("!")) {
            Config config = Config.withBackends(outlier.address(), working.address());
            try (var proxy = start(config.pool(EARLY_CLOSE))) {
                eventually(() -> proxy.admin().backendsUp().equals(List.of(true, true)));
                for (int i = 0; i < 20; i++) {
                    try (var client = proxy.client()) {
                        client.read(1);
                    }
                }
                proxy.awaitLine("pools.web: " + outlier.address() + " ejected for 30s");

                proxy.change(config.pool(EARLY_CLOSE + "\nconnect_timeout = \"5s\""));
                assertThat(proxy.backend(outlier.address(), "up")).isZero();

                proxy.change(config.pool("connect_timeout = \"5s\""));
                eventually(() -> proxy.admin().backendsUp().equals(List.of(true, true)));
            }
        }
    }

    @Test
    @Tag(QUICK)
    void backendThatEndsConnectionsAfterARequestIsEjected() {
        try (var outlier = TestServer.serving(socket -> socket.getInputStream().read());
                var working = TestServer.echo();
                var proxy = start(Config.withBackends(outlier.address(), working.address()).pool(EARLY_CLOSE))) {
            eventually(() -> proxy.admin().backendsUp().equals(List.of(true, true)));
            assertThat(failures(proxy)).isGreaterThanOrEqualTo(3);

            proxy.awaitLine("pools.web: " + outlier.address() + " ejected for 30s");
            eventually(() -> proxy.backend(outlier.address(), "up") == 0);
            assertThat(failures(proxy)).isZero();
        }
    }

    /** Returns how many of 20 clients that send a request get no answer. */
    private static int failures(Proxy proxy) {
        int failures = 0;
        for (int i = 0; i < 20; i++) {
            try (var client = proxy.client()) {
                failures += client.echo("?").isEmpty() ? 1 : 0;
            }
        }
        return failures;
    }

    @Test
    @Tag(QUICK)
    void firstBytesOfAWorkingBackendArrive() {
        try (var backend = TestServer.greeting("hello");
                var proxy = start(Config.withBackends(backend.address()).pool(EARLY_CLOSE));
                var client = proxy.client()) {
            assertThat(client.read(5)).isEqualTo("hello");
        }
    }

    @Test
    @Tag(QUICK)
    void clientCanBeSilentForLongerThanEarlyClose() {
        try (var backend = TestServer.echo();
                var proxy = start(Config.withBackends(backend.address()).pool("early_close = \"200ms\""));
                var client = proxy.client()) {
            assertThat(client.isSilent()).isTrue();
            assertThat(client.echo("after early_close")).isEqualTo("after early_close");
        }
    }

    @Test
    @Tag(QUICK)
    void clientThatSendsDuringEarlyCloseIsServed() {
        try (var backend = TestServer.echo();
                var proxy = start(Config.withBackends(backend.address()).pool("early_close = \"1m\""));
                var client = proxy.client()) {
            assertThat(client.isSilent()).isTrue();
            assertThat(client.echo("in between")).isEqualTo("in between");
        }
    }

    @Test
    @Tag(QUICK)
    void withoutTheSettingTheClientIsClosed() {
        var broken = new AtomicBoolean(true);
        try (var outlier = greetingUnless(broken); var proxy = start(Config.withBackends(outlier.address()))) {
            try (var client = proxy.client()) {
                assertThat(client.read(1)).isEmpty();
            }
            assertThat(proxy.awaitCause("backend-closed")).contains("attempts=1");
            assertThat(proxy.backend(outlier.address(), "early_closes_total")).isZero();
        }
    }

    @Test
    void clientIsClosedIfAllBackendsAreBroken() {
        var broken = new AtomicBoolean(true);
        try (var first = greetingUnless(broken); var second = greetingUnless(broken);
                var proxy = start(Config.withBackends(first.address(), second.address()).pool(EARLY_CLOSE))) {
            eventually(() -> proxy.admin().backendsUp().equals(List.of(true, true)));
            try (var client = proxy.client()) {
                assertThat(client.read(1)).isEmpty();
            }
            assertThat(proxy.awaitCause("backend-closed")).contains("attempts=2");
        }
    }
}
