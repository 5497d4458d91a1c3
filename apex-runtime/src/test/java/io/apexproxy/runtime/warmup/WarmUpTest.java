package io.apexproxy.runtime.warmup;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.lb.roundrobin.RoundRobinProvider;
import io.apexproxy.runtime.engine.select.SelectTransport;
import io.apexproxy.runtime.plugin.ProviderRegistry;
import io.apexproxy.runtime.pool.health.NoHealthCheckProvider;
import io.apexproxy.test.LogCapture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WarmUpTest {

    @Test
    void relaysConnectionsAndLeavesNothing() throws InterruptedException {
        try (LogCapture log = LogCapture.ofApex()) {
            WarmUp.run(SelectTransport.newProvider(),
                    ProviderRegistry.of(new RoundRobinProvider(), new NoHealthCheckProvider()));

            assertThat(log.messages()).singleElement().asString()
                    .matches("Warm-up: [1-9][0-9]* connections in [0-9]+ ms");
        }
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith("apex-warm-up")) {
                thread.join(); // ends, or the time limit of the test fails
            }
        }
    }

    @Test
    void failureIsLoggedAndHasNoOtherEffect() {
        try (LogCapture log = LogCapture.ofApex()) {
            WarmUp.run(SelectTransport.newProvider(), ProviderRegistry.of(new NoHealthCheckProvider()));

            assertThat(log.messages()).singleElement().asString()
                    .startsWith("The warm-up failed, so the first connections take longer [")
                    .contains("'round-robin'");
        }
    }
}
