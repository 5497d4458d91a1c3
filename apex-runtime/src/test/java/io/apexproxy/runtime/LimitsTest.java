package io.apexproxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.runtime.engine.select.SelectTransport;
import io.apexproxy.runtime.pool.health.ProbeLimit;
import io.apexproxy.runtime.pool.health.TestProbes;
import io.apexproxy.runtime.pool.names.SystemNameResolver;
import io.apexproxy.runtime.relay.Relay;
import io.apexproxy.runtime.relay.accept.InheritedSockets;
import io.apexproxy.runtime.snapshot.Snapshot.LimitView;
import io.apexproxy.test.LogCapture;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.junit.jupiter.api.Test;

/** The limit of probes. The limits of connections are in {@link TroubleTest}. */
class LimitsTest {

    private static final long BUFFER_MEMORY = 1 << 20;
    private static final int MAX_PROBES = 16;

    @Test
    void waitingProbesReachTheLimit() throws IOException {
        ScheduledThreadPoolExecutor control = new ScheduledThreadPoolExecutor(1);
        try (Relay relay = new Relay(SelectTransport.newProvider(), 1, BUFFER_MEMORY, 0, 1000);
                SystemNameResolver names = new SystemNameResolver();
                LogCapture log = LogCapture.ofApex()) {
            Deployment deployment =
                    new Deployment(relay, InheritedSockets.NONE, control, names, MAX_PROBES, () -> false,
                            Optional.empty());
            Limits limits = new Limits(deployment, relay);
            ProbeLimit probes = deployment.probes();
            assertThat(limits.views()).contains(new LimitView("probes", "", 0, probes.max(), 0, false));
            TestProbes.exhaust(probes, 3);

            limits.run();
            limits.run();

            assertThat(limits.views()).contains(new LimitView("probes", "", probes.max(), probes.max(), 3, true));
            assertThat(log.lines()).filteredOn(line -> line.startsWith("WARN health checks: ")).singleElement()
                    .asString().contains("limit of " + probes.max() + " concurrent probes reached", "3 probes wait");
        } finally {
            control.shutdownNow();
        }
    }
}
