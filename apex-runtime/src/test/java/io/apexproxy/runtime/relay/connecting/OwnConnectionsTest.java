package io.apexproxy.runtime.relay.connecting;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OwnConnectionsTest {

    private static final InetSocketAddress CLIENT = address("192.0.2.7", 50_000);
    private static final InetSocketAddress BACKEND = address("127.0.0.1", 8_082);

    private final OwnConnections connections = new OwnConnections();

    private static InetSocketAddress address(String host, int port) {
        return new InetSocketAddress(host, port);
    }

    private OwnConnections.Attempt made(String listener, SocketAddress client, int localPort) {
        OwnConnections.Attempt attempt = connections.open(BACKEND, listener, client).orElseThrow();
        attempt.connected(address("127.0.0.1", localPort), BACKEND);
        return attempt;
    }

    @Test
    void nothingIsRecordedOfConnectionsToOtherPorts() {
        connections.listensOn(UnixDomainSocketAddress.of("/run/apex.sock"));
        connections.listensOn(address("0.0.0.0", 8_081));

        assertThat(connections.open(BACKEND, "web", CLIENT)).isEmpty();
        assertThat(connections.open(UnixDomainSocketAddress.of("/run/app.sock"), "web", CLIENT)).isEmpty();
        assertThat(connections.isEmpty()).isTrue();
    }

    @Test
    void nothingIsFoundOfConnectionsToThatPortOfAnotherMachine() {
        connections.listensOn(BACKEND);
        InetSocketAddress elsewhere = address("192.0.2.1", BACKEND.getPort());
        OwnConnections.Attempt attempt = connections.open(elsewhere, "web", CLIENT).orElseThrow();
        InetSocketAddress local = address("192.0.2.2", 40_000);

        attempt.connected(local, elsewhere);

        assertThat(connections.loop("web", local)).isEmpty();
        assertThat(connections.isEmpty()).isTrue();
        attempt.close();
        assertThat(connections.isEmpty()).isTrue();
    }

    @Test
    void theChainIsFollowedToTheListenerThatOccursTwice() {
        connections.listensOn(BACKEND);
        OwnConnections.Attempt first = made("a", CLIENT, 40_001);
        OwnConnections.Attempt second = made("b", address("127.0.0.1", 40_001), 40_002);

        assertThat(connections.loop("a", CLIENT)).isEmpty();
        assertThat(connections.loop("c", address("127.0.0.1", 40_002))).isEmpty();
        assertThat(connections.loop("b", address("127.0.0.1", 40_001))).isEmpty();
        assertThat(connections.loop("a", address("127.0.0.1", 40_002))).isEqualTo(Optional.of(List.of("a", "b", "a")));
        assertThat(connections.loop("b", address("127.0.0.1", 40_002))).isEqualTo(Optional.of(List.of("b", "b")));

        first.close();
        assertThat(connections.loop("a", address("127.0.0.1", 40_002))).isEmpty();
        second.close();
        second.close();
        assertThat(connections.isEmpty()).isTrue();
    }

    @Test
    void aPortThatIsNoLongerListenedOnCostsNoRecord() {
        connections.listensOn(BACKEND);
        connections.listensOn(address("127.0.0.2", BACKEND.getPort()));
        OwnConnections.Attempt attempt = made("a", CLIENT, 40_001);

        connections.listensNoMoreOn(BACKEND);
        assertThat(connections.mayLeadHere(BACKEND)).as("the other address has the same port").isTrue();

        connections.listensNoMoreOn(address("127.0.0.2", BACKEND.getPort()));
        assertThat(connections.mayLeadHere(BACKEND)).isFalse();
        assertThat(connections.open(BACKEND, "a", CLIENT)).isEmpty();
        assertThat(connections.loop("a", address("127.0.0.1", 40_001))).as("recorded before").isPresent();
        attempt.close();
        assertThat(connections.isEmpty()).isTrue();

        connections.listensOn(BACKEND);
        assertThat(connections.mayLeadHere(BACKEND)).isTrue();
    }

    @Test
    void aConnectionMayBecomeKnownWhileAConnectIsUnderWay() {
        connections.listensOn(BACKEND);
        InetSocketAddress local = address("127.0.0.1", 40_001);
        assertThat(connections.mayBecomeKnown(BACKEND, local)).isFalse();
        OwnConnections.Attempt attempt = connections.open(BACKEND, "a", CLIENT).orElseThrow();

        assertThat(connections.mayBecomeKnown(BACKEND, local)).isTrue();
        assertThat(connections.mayBecomeKnown(address("192.0.2.1", 8_082), CLIENT)).as("another machine").isFalse();

        attempt.connected(local, BACKEND);
        assertThat(connections.mayBecomeKnown(BACKEND, local)).isFalse();
        OwnConnections.Attempt other = connections.open(BACKEND, "a", CLIENT).orElseThrow();
        assertThat(connections.mayBecomeKnown(BACKEND, local)).as("known by now").isFalse();
        assertThat(connections.mayBecomeKnown(BACKEND, address("127.0.0.1", 40_002))).isTrue();
        other.close();
        assertThat(connections.mayBecomeKnown(BACKEND, address("127.0.0.1", 40_002))).isFalse();
    }
}
