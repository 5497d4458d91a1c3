package io.apexproxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.api.PluginContext;
import io.apexproxy.api.Settings;
import io.apexproxy.api.balance.LoadBalancer;
import io.apexproxy.api.balance.LoadBalancerProvider;
import io.apexproxy.api.health.HealthCheck;
import io.apexproxy.api.health.HealthCheckProvider;
import io.apexproxy.api.health.HealthResult;
import io.apexproxy.test.Bytes;
import io.apexproxy.test.LogCapture;
import io.apexproxy.test.TestServer;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Texts of plugins at run time are cleaned, and all distinct faults of a plugin are logged. */
class FaultyMessagesTest {

    private static final String FORGED = "x\n2026-01-01 ERROR apex: forged\u001b[2J\u202e";

    private record Alternating(AtomicInteger calls) implements LoadBalancerProvider {
        @Override
        public String name() {
            return "alternating";
        }

        @Override
        public LoadBalancer create(Settings settings, PluginContext context) {
            return healthy -> connection -> {
                throw new IllegalStateException(calls.getAndIncrement() % 2 == 0 ? "first fault" : "second fault");
            };
        }
    }

    private record Forging() implements HealthCheckProvider {
        @Override
        public String name() {
            return "forging";
        }

        @Override
        public HealthCheck create(Settings settings, PluginContext context) {
            return (backend, timeout) -> CompletableFuture.completedFuture(
                    HealthResult.unhealthy(FORGED + "y".repeat(100_000)));
        }
    }

    @Test
    void twoDistinctFaultsOfLoadBalancerAreLogged() throws IOException {
        try (var log = LogCapture.ofApex(); var backend = TestServer.echo();
                var proxy = TestProxy.threads(1).provider(new Alternating(new AtomicInteger()))
                        .pool("load_balancer = \"alternating\"").over(backend)) {
            for (int i = 0; i < 10; i++) {
                try (var client = proxy.connect()) {
                    assertThat(Bytes.ping(client)).isEqualTo('p');
                }
            }
            await().until(() -> log.traces().stream().anyMatch(trace -> trace.contains("first fault"))
                    && log.traces().stream().anyMatch(trace -> trace.contains("second fault")));
            assertThat(log.count("pick() failed")).isLessThan(10);
        }
    }

    @Test
    void reasonOfHealthCheckIsCleanInLogAndStatus() throws IOException {
        try (var log = LogCapture.ofApex(); var backend = TestServer.echo();
                var proxy = TestProxy.threads(1).provider(new Forging())
                        .healthCheck("\"forging\"").over(backend)) {
            await().until(() -> proxy.backend(0).state().equals("down"));

            assertThat(proxy.backend(0).reason()).startsWith("x\\n2026-01-01 ERROR apex: forged\\u001B[2J\\u202E")
                    .hasSizeLessThan(300).endsWith("characters)");
            assertThat(log.lines()).allSatisfy(line -> assertThat(line).doesNotContain("\n", "\u001b", "\u202e"));
        }
    }
}
