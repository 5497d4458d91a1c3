package io.apexproxy.runtime.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.runtime.config.address.HostPort;
import io.apexproxy.runtime.engine.select.SelectTransport;
import io.apexproxy.runtime.relay.accept.ListenSocket;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RelayTest {

    private static final HostPort ANY_PORT = new HostPort("127.0.0.1", 0);

    @Test
    void portBelongsToThisProcessUntilItsSocketIsClosedOrDrained() throws IOException {
        try (Relay relay = new Relay(SelectTransport.newProvider(), 2, 1 << 20, 0, 1000)) {
            ListenSocket closed = relay.bind(ANY_PORT, Set.of(), false);
            ListenSocket drained = relay.bind(ANY_PORT, Set.of(), false);
            assertThat(relay.ownConnections().canLeadToThisProcess(closed.bound())).isTrue();
            assertThat(relay.ownConnections().canLeadToThisProcess(drained.bound())).isTrue();

            closed.close();
            closed.close();
            assertThat(relay.ownConnections().canLeadToThisProcess(closed.bound())).isFalse();
            assertThat(relay.ownConnections().canLeadToThisProcess(drained.bound())).isTrue();

            drained.drain(Duration.ofSeconds(1));
            drained.close();
            assertThat(relay.ownConnections().canLeadToThisProcess(drained.bound())).isFalse();
        }
    }
}
