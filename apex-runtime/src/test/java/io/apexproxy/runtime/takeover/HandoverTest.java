package io.apexproxy.runtime.takeover;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.runtime.config.address.Address;
import io.apexproxy.runtime.config.address.HostPort;
import io.apexproxy.runtime.config.address.UnixPath;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HandoverTest {

    private static final Handover HANDOVER = new Handover(Optional.of(Handover.Addresses.of(List.of(
            new InetSocketAddress("127.0.0.1", 8081), UnixDomainSocketAddress.of("/run/a.sock")))), Map.of());

    private static Address port(String host, int port) {
        return new HostPort(host, port);
    }

    @Test
    void addressesOfAPortAreShared() {
        assertThat(HANDOVER.includes(port("127.0.0.1", 8081))).isTrue();
        assertThat(HANDOVER.includes(port("0.0.0.0", 8081))).isTrue();
        assertThat(HANDOVER.includes(port("127.0.0.1", 8082))).isFalse();
        assertThat(HANDOVER.includes(port("127.0.0.1", 0))).isFalse();
        assertThat(HANDOVER.includes(new UnixPath(Path.of("/run/a.sock")))).isTrue();
        assertThat(HANDOVER.includes(new UnixPath(Path.of("/run/b.sock")))).isFalse();
    }

    @Test
    void unknownPredecessorCanListenOnAnyAddress() {
        assertThat(Handover.UNKNOWN.includes(port("127.0.0.1", 8082))).isTrue();
        assertThat(Handover.NONE.includes(port("127.0.0.1", 8081))).isFalse();
    }
}
