package io.apexproxy.lb.rendezvous;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apexproxy.api.Backend;
import io.apexproxy.api.ConfigException;
import io.apexproxy.api.ConnectionInfo;
import io.apexproxy.api.balance.BackendPicker;
import io.apexproxy.api.balance.LoadBalancerProvider;
import io.apexproxy.api.testkit.FakeBackend;
import io.apexproxy.api.testkit.FakeConnection;
import io.apexproxy.api.testkit.FakeContext;
import io.apexproxy.api.testkit.LoadBalancerContract;
import io.apexproxy.api.testkit.MapSettings;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RendezvousTest extends LoadBalancerContract {

    private static final int CLIENTS = 20_000;
    /** More standard deviations than a share of a random choice differs from its weight. */
    private static final double SIGMAS = 4;

    /** Ten backends with similar names, as in practice. */
    private final List<Backend> ten = IntStream.range(0, 10)
            .<Backend>mapToObj(i -> FakeBackend.of("10.0.0." + i + ":9000")).toList();

    @Override
    protected LoadBalancerProvider provider() {
        return new RendezvousProvider();
    }

    @Test
    void portOfTheClientIsIgnored() {
        var picker = over(ten);

        assertThat(IntStream.range(1_024, 2_024).mapToObj(port -> picker.pick(FakeConnection.from("192.0.2.7", port))))
                .containsOnly(picker.pick(FakeConnection.from("192.0.2.7")));
    }

    @Test
    void orderOfTheConfigurationIsIgnored() {
        var reversed = new ArrayList<>(ten);
        Collections.reverse(reversed);

        assertThat(moved(over(ten), over(reversed))).isEmpty();
    }

    @Test
    void removedBackendMovesItsOwnClientsOnly() {
        var remaining = new ArrayList<>(ten);
        Backend removed = remaining.remove(3);
        var before = over(ten);

        var moved = moved(before, over(remaining));

        assertThat(moved).allMatch(client -> before.pick(client) == removed);
        assertShare(moved.size(), 1 / 10.0);
    }

    @Test
    void addedBackendReceivesItsShareAndMovesNoOtherClients() {
        var more = new ArrayList<>(ten);
        FakeBackend added = FakeBackend.of("10.0.0.10:9000", 3);
        more.add(added);
        var after = over(more);

        var moved = moved(over(ten), after);

        assertThat(moved).allMatch(client -> after.pick(client) == added);
        assertShare(moved.size(), 3 / 13.0);
    }

    @Test
    void greaterWeightMovesClientsToItsBackendOnly() {
        FakeBackend changed = (FakeBackend) ten.get(5);
        var before = over(ten);
        changed.weight(2);
        var after = over(ten);

        var moved = moved(before, after);

        assertThat(moved).allMatch(client -> after.pick(client) == changed);
        assertShare(moved.size(), 2 / 11.0 - 1 / 10.0);
    }

    @Test
    void sharesAreThoseOfTheWeights() {
        int[] weights = {1, 2, 2, 5, 10, 80};
        List<Backend> backends = IntStream.range(0, weights.length)
                .<Backend>mapToObj(i -> FakeBackend.of("app" + i, weights[i])).toList();

        var picker = over(backends);

        for (Backend backend : backends) {
            assertShare(clients().filter(client -> picker.pick(client) == backend).count(), backend.weight() / 100.0);
        }
    }

    @Test
    void weightRatioOfAMillionIsAccepted() {
        FakeBackend light = FakeBackend.of("light", 1);
        FakeBackend heavy = FakeBackend.of("heavy", 1_000_000);

        assertThat(clients().map(over(List.of(light, heavy))::pick)).contains(heavy);
    }

    @Test
    void thousandBackendsReceiveEqualShares() {
        List<Backend> thousand = IntStream.range(0, 1_000).<Backend>mapToObj(i -> FakeBackend.of("b" + i)).toList();

        assertThat(clients().map(over(thousand)::pick).distinct()).hasSize(1_000);
    }

    /** The expected backends are those of the first version. Another hash would move clients at an upgrade. */
    @Test
    void clientsStayAtTheirBackendsInLaterVersions() {
        var picker = over(ten);

        assertThat(Stream.of("192.0.2.1", "192.0.2.2", "198.51.100.77", "2001:db8::1", "2001:db8:0:1::1")
                .map(client -> pick(picker, client).name()))
                .containsExactly("10.0.0.1:9000", "10.0.0.7:9000", "10.0.0.5:9000", "10.0.0.7:9000", "10.0.0.5:9000");
    }

    @Test
    void clientsWithTheSamePrefixShareABackend() {
        var picker = over(ten, Map.of("prefix_v4", 20, "prefix_v6", 48));

        assertThat(pick(picker, "10.1.31.255")).isSameAs(pick(picker, "10.1.16.1"));
        assertThat(pick(picker, "2001:db8:1:2::3")).isSameAs(pick(picker, "2001:db8:1:ffff::ffff"));
        assertThat(IntStream.range(0, 16).mapToObj(network -> pick(picker, "10.1." + network * 16 + ".1")).distinct())
                .hasSizeGreaterThan(3);
        assertThat(IntStream.range(0, 16).mapToObj(network -> pick(picker, "2001:db8:" + network + "::1")).distinct())
                .hasSizeGreaterThan(3);
    }

    @Test
    void defaultPrefixesAre32And64Bits() {
        var picker = over(ten);

        assertThat(pick(picker, "2001:db8::1")).isSameAs(pick(picker, "2001:db8::2"));
        assertThat(clients().limit(256).map(picker::pick).distinct()).hasSize(10);
    }

    @Test
    void ipv4MappedClientIsAnIpv4Client() {
        var picker = over(ten);

        assertThat(pick(picker, "::ffff:192.0.2.1")).isSameAs(pick(picker, "192.0.2.1"));
    }

    @Test
    void settingsOutOfRangeAreRejected() {
        for (Map<String, Object> settings : List.<Map<String, Object>>of(Map.of("prefix_v4", 33),
                Map.of("prefix_v6", 0), Map.of("balance_factor", 100), Map.of("balance_factor", -1))) {
            assertThatThrownBy(() -> over(ten, settings)).isInstanceOf(ConfigException.class);
        }
        assertThatThrownBy(() -> over(ten, Map.of("balance_factor", 25)))
                .hasMessageContaining("expected 0, or percent of the average load from 101 to 10000 such as 125");
    }

    private static void assertShare(long clients, double share) {
        double deviation = Math.sqrt(CLIENTS * share * (1 - share));
        assertThat(clients).isBetween((long) (CLIENTS * share - SIGMAS * deviation),
                (long) (CLIENTS * share + SIGMAS * deviation));
    }

    private BackendPicker over(List<Backend> backends) {
        return over(backends, Map.of());
    }

    private BackendPicker over(List<Backend> backends, Map<String, Object> settings) {
        try (var context = FakeContext.create()) {
            return provider().create(MapSettings.of(settings), context).over(backends);
        }
    }

    private static Backend pick(BackendPicker picker, String client) {
        return picker.pick(FakeConnection.from(client));
    }

    private static List<ConnectionInfo> moved(BackendPicker before, BackendPicker after) {
        return clients().filter(client -> before.pick(client) != after.pick(client)).toList();
    }

    private static Stream<ConnectionInfo> clients() {
        return IntStream.range(0, CLIENTS).mapToObj(FakeConnection::ofClient);
    }
}
