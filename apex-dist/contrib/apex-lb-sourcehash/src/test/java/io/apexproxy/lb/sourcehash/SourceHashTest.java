package io.apexproxy.lb.sourcehash;

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

class SourceHashTest extends LoadBalancerContract {

    private static final int CLIENTS = 20_000;

    /** Ten backends with similar names, as in practice. */
    private final List<Backend> ten = IntStream.range(0, 10)
            .<Backend>mapToObj(i -> FakeBackend.of("10.0.0." + i + ":9000")).toList();

    @Override
    protected LoadBalancerProvider provider() {
        return new SourceHashProvider();
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

        assertThat(moved(over(ten), over(reversed))).isZero();
    }

    @Test
    void removedBackendMovesFewClientsOfOthers() {
        // given the clients of the fourth of ten backends
        var remaining = new ArrayList<>(ten);
        Backend removed = remaining.remove(3);
        var before = over(ten);
        long clientsOfRemoved = clients().filter(client -> before.pick(client) == removed).count();

        // when this backend is removed
        long moved = moved(before, over(remaining));

        // then its clients, a tenth of all, move, and less than one in thirty of the others
        assertThat(clientsOfRemoved).isBetween(CLIENTS * 9L / 100, CLIENTS * 11L / 100);
        assertThat(moved - clientsOfRemoved).isBetween(0L, (CLIENTS - clientsOfRemoved) / 30);
    }

    @Test
    void returningBackendReceivesItsClients() {
        var without = ten.subList(0, 9);
        var before = over(ten);
        over(without);

        assertThat(moved(before, over(ten))).isZero();
    }

    @Test
    void slotsAreAssignedByWeight() {
        FakeBackend light = FakeBackend.of("light", 1);
        FakeBackend heavy = FakeBackend.of("heavy", 3);

        var picker = over(List.of(light, heavy));

        assertThat(clients().filter(client -> picker.pick(client) == heavy).count())
                .isBetween(CLIENTS * 74L / 100, CLIENTS * 76L / 100);
    }

    @Test
    void weightRatioOfAMillionIsAccepted() {
        FakeBackend light = FakeBackend.of("light", 1);
        FakeBackend heavy = FakeBackend.of("heavy", 1_000_000);

        assertThat(clients().map(over(List.of(light, heavy))::pick)).contains(heavy);
    }

    @Test
    void thousandBackendsAllReceiveClients() {
        List<Backend> thousand = IntStream.range(0, 1_000).<Backend>mapToObj(i -> FakeBackend.of("b" + i)).toList();

        assertThat(clients().map(over(thousand)::pick).distinct()).hasSize(1_000);
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
    void prefixOutOfRangeIsRejected() {
        assertThatThrownBy(() -> over(ten, Map.of("prefix_v4", 33))).isInstanceOf(ConfigException.class);
        assertThatThrownBy(() -> over(ten, Map.of("prefix_v6", 0))).isInstanceOf(ConfigException.class);
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

    private static long moved(BackendPicker before, BackendPicker after) {
        return clients().filter(client -> before.pick(client) != after.pick(client)).count();
    }

    private static Stream<ConnectionInfo> clients() {
        return IntStream.range(0, CLIENTS).mapToObj(FakeConnection::ofClient);
    }
}
