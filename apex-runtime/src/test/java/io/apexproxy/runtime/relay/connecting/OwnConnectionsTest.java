package io.apexproxy.runtime.relay.connecting;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class OwnConnectionsTest {

    private static final InetSocketAddress CLIENT = address("192.0.2.7", 50_000);
    private static final InetSocketAddress BACKEND = address("127.0.0.1", 8_082);

    private final OwnConnections connections = new OwnConnections();

    private static InetSocketAddress address(String host, int port) {
        return new InetSocketAddress(host, port);
    }

    private OwnConnections.Attempt connect(String listener, SocketAddress client, int localPort) {
        OwnConnections.Attempt attempt = connections.open(BACKEND, listener, client).orElseThrow();
        attempt.connected(address("127.0.0.1", localPort), BACKEND);
        return attempt;
    }

    @Test
    void connectionToAnotherPortIsNotRecorded() {
        connections.addListenAddress(UnixDomainSocketAddress.of("/run/apex.sock"));
        connections.addListenAddress(address("0.0.0.0", 8_081));

        assertThat(connections.open(BACKEND, "web", CLIENT)).isEmpty();
        assertThat(connections.open(UnixDomainSocketAddress.of("/run/app.sock"), "web", CLIENT)).isEmpty();
        assertThat(connections.isEmpty()).isTrue();
    }

    @Test
    void connectionToTheSamePortOfAnotherMachineIsForgotten() {
        connections.addListenAddress(BACKEND);
        InetSocketAddress elsewhere = address("192.0.2.1", BACKEND.getPort());
        OwnConnections.Attempt attempt = connections.open(elsewhere, "web", CLIENT).orElseThrow();
        InetSocketAddress local = address("192.0.2.2", 40_000);

        attempt.connected(local, elsewhere);

        assertThat(connections.findLoop("web", local)).isEmpty();
        assertThat(connections.isEmpty()).isTrue();
        attempt.close();
        assertThat(connections.isEmpty()).isTrue();
    }

    @Test
    void findLoopReturnsTheChainToTheRepeatedListener() {
        connections.addListenAddress(BACKEND);
        OwnConnections.Attempt first = connect("a", CLIENT, 40_001);
        OwnConnections.Attempt second = connect("b", address("127.0.0.1", 40_001), 40_002);

        assertThat(connections.findLoop("a", CLIENT)).isEmpty();
        assertThat(connections.findLoop("c", address("127.0.0.1", 40_002))).isEmpty();
        assertThat(connections.findLoop("b", address("127.0.0.1", 40_001))).isEmpty();
        assertThat(connections.findLoop("a", address("127.0.0.1", 40_002))).contains(List.of("a", "b", "a"));
        assertThat(connections.findLoop("b", address("127.0.0.1", 40_002))).contains(List.of("b", "b"));

        first.close();
        assertThat(connections.findLoop("a", address("127.0.0.1", 40_002))).isEmpty();
        second.close();
        second.close();
        assertThat(connections.isEmpty()).isTrue();
    }

    @Test
    void connectionsToARemovedListenAddressAreNoLongerRecorded() {
        connections.addListenAddress(BACKEND);
        connections.addListenAddress(address("127.0.0.2", BACKEND.getPort()));
        OwnConnections.Attempt attempt = connect("a", CLIENT, 40_001);

        connections.removeListenAddress(BACKEND);
        assertThat(connections.canLeadToThisProcess(BACKEND)).as("the other address has the same port").isTrue();

        connections.removeListenAddress(address("127.0.0.2", BACKEND.getPort()));
        assertThat(connections.canLeadToThisProcess(BACKEND)).isFalse();
        assertThat(connections.open(BACKEND, "a", CLIENT)).isEmpty();
        assertThat(connections.findLoop("a", address("127.0.0.1", 40_001))).as("recorded before").isPresent();
        attempt.close();
        assertThat(connections.isEmpty()).isTrue();

        connections.addListenAddress(BACKEND);
        assertThat(connections.canLeadToThisProcess(BACKEND)).isTrue();
    }

    @Test
    void connectionCanBelongToAnAttemptWhoseConnectIsPending() {
        connections.addListenAddress(BACKEND);
        InetSocketAddress local = address("127.0.0.1", 40_001);
        assertThat(connections.canBeUnfinished(BACKEND, local)).isFalse();
        OwnConnections.Attempt attempt = connections.open(BACKEND, "a", CLIENT).orElseThrow();

        assertThat(connections.canBeUnfinished(BACKEND, local)).isTrue();
        assertThat(connections.canBeUnfinished(address("192.0.2.1", 8_082), CLIENT)).as("another machine").isFalse();

        attempt.connected(local, BACKEND);
        assertThat(connections.canBeUnfinished(BACKEND, local)).isFalse();
        OwnConnections.Attempt other = connections.open(BACKEND, "a", CLIENT).orElseThrow();
        assertThat(connections.canBeUnfinished(BACKEND, local)).as("already recorded").isFalse();
        assertThat(connections.canBeUnfinished(BACKEND, address("127.0.0.1", 40_002))).isTrue();
        other.close();
        assertThat(connections.canBeUnfinished(BACKEND, address("127.0.0.1", 40_002))).isFalse();
    }
}
