package io.apexproxy.route.weighted;

import static java.util.stream.Collectors.collectingAndThen;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.route.Route;
import io.apexproxy.api.route.Router;
import io.apexproxy.api.route.RouterProvider;
import io.apexproxy.api.testkit.FakeConnection;
import io.apexproxy.api.testkit.FakeContext;
import io.apexproxy.api.testkit.MapSettings;
import io.apexproxy.api.testkit.RouterContract;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WeightedRouterTest extends RouterContract {

    private static final int CLIENTS = 20_000;
    private static final double TOLERANCE = 0.01;

    private static final Route A = new Route.ToPool("a");
    private static final Route B = new Route.ToPool("b");
    private static final Route C = new Route.ToPool("c");

    /** The addresses from 10.0.0.0 on, so whole /16 networks. */
    private static final List<FakeConnection> IN_SEQUENCE = clients(FakeConnection::ofClient);

    @Override
    protected RouterProvider provider() {
        return new WeightedProvider();
    }

    @Override
    protected Map<String, Object> settings() {
        return Map.of("pools", Map.of("web-canary", 5, "web-next", 50));
    }

    @Test
    void poolsReceiveTheirSharesOfTheClientsOfANetwork() {
        assertShares(IN_SEQUENCE);
    }

    @Test
    void poolsReceiveTheirSharesOfClientsFromEverywhere() {
        var random = new Random(1);

        assertShares(clients(i -> FakeConnection.from(random.nextInt(1, 224) + "." + random.nextInt(256) + "."
                + random.nextInt(256) + "." + random.nextInt(256))));
    }

    @Test
    void poolsReceiveTheirSharesOfIpv6Networks() {
        assertShares(clients(i -> FakeConnection.from("2001:db8:0:" + Integer.toHexString(i) + "::1")));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 50, 99, 100})
    void singlePoolReceivesItsShareAndTheOthersPass(int percent) {
        var shares = shares(router(Map.of("a", percent)), IN_SEQUENCE);

        assertThat(shares.getOrDefault(A, 0.0)).isCloseTo(percent / 100.0, within(TOLERANCE));
        assertThat(shares.getOrDefault(Route.PASS, 0.0)).isCloseTo(1 - percent / 100.0, within(TOLERANCE));
        if (percent == 100) {
            assertThat(shares).containsOnlyKeys(A);
        }
    }

    @Test
    void poolsWithTheWholeSumLetNoClientPass() {
        assertThat(shares(router(Map.of("a", 40, "b", 60)), IN_SEQUENCE)).containsOnlyKeys(A, B);
    }

    @Test
    void namesOfPoolsAreThoseOfTheSettings() {
        assertThat(router(Map.of("a", 5, "b", 6)).pools()).isEqualTo(Set.of("a", "b"));
    }

    /** A new version of this plugin must not move clients. The decisions are also those of a calculation in Python. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            192.0.2.1       | b
            192.0.2.2       | PASS
            10.0.0.1        | a
            203.0.113.7     | b
            2001:db8::1     | PASS
            2001:db8:0:1::1 | b
            """)
    void decisionsNeverChange(String client, String pool) {
        assertThat(text(router(Map.of("a", 30, "b", 30)).route(FakeConnection.from(client)))).isEqualTo(pool);
    }

    @Test
    void clientIsIdentifiedByItsAddressWithoutThePort() {
        var router = router(Map.of("a", 50));

        assertThat(IN_SEQUENCE).allSatisfy(client -> {
            String address = ((InetSocketAddress) client.client()).getAddress().getHostAddress();
            assertThat(router.route(FakeConnection.from(address, 1))).isEqualTo(router.route(client));
        });
    }

    @Test
    void clientsOfAnIpv6NetworkHaveTheSameRoute() {
        var router = router(Map.of("a", 50));

        assertThat(IntStream.range(0, 100).mapToObj(i -> router.route(FakeConnection.from("2001:db8::" + i))))
                .containsOnly(router.route(FakeConnection.from("2001:db8::ffff:ffff:ffff:ffff")));
    }

    @Test
    void ipv4MappedClientIsAnIpv4Client() throws UnknownHostException {
        var router = router(Map.of("a", 50));

        for (int i = 0; i < 100; i++) {
            byte[] mapped = ByteBuffer.allocate(16).putShort(10, (short) 0xffff).putInt(12, i).array();
            assertThat(router.route(new FakeConnection(new InetSocketAddress(InetAddress.getByAddress(mapped), 1))))
                    .isEqualTo(router.route(FakeConnection.from("0.0.0." + i)));
        }
    }

    @Test
    void clientWithoutAnIpAddressPasses() {
        var all = router(Map.of("a", 100));

        assertThat(all.route(new FakeConnection(UnixDomainSocketAddress.of("")))).isEqualTo(Route.PASS);
    }

    @Test
    void poolsKeepTheirClientsWhenTheirSharesGrow() {
        assertThat(moves(Map.of("a", 5), Map.of("a", 10))).allSatisfy(move -> assertThat(move).isEqualTo("PASS > a"));
        assertThat(moves(Map.of("a", 5, "b", 20), Map.of("a", 10, "b", 40))).contains("PASS > a", "PASS > b")
                .allSatisfy(move -> assertThat(move).isIn("PASS > a", "PASS > b"));
    }

    @Test
    void changeOfAShareMovesFewClientsOfOtherPools() {
        var moved = moves(Map.of("a", 5, "b", 20), Map.of("a", 10, "b", 20)).stream()
                .collect(groupingBy(move -> move, counting()));

        // a gains a twentieth of all clients, also of those of b, which gains as many of the others
        assertThat(moved).containsOnlyKeys("PASS > a", "b > a", "PASS > b");
        assertThat(moved.get("b > a")).isBetween(1L, CLIENTS * 20L / 100 * 8 / 100);
        assertThat(moved.get("PASS > b")).isBetween(1L, CLIENTS * 20L / 100 * 8 / 100);
    }

    @Test
    void removedPoolReturnsItsClientsToTheOthers() {
        assertThat(moves(Map.of("a", 5, "b", 20), Map.of("b", 20))).contains("a > PASS")
                .allSatisfy(move -> assertThat(move).isIn("a > PASS", "a > b", "b > PASS"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            0   | expected a whole number from 1 to 100, found 0
            101 | expected a whole number from 1 to 100, found 101
            """)
    void percentageOutOfRangeIsRejected(int percent, String message) {
        assertThatThrownBy(() -> router(Map.of("a", percent))).isInstanceOf(ConfigException.class)
                .hasMessage("test: pools.a: " + message);
    }

    @Test
    void sumAboveOneHundredIsRejected() {
        assertThatThrownBy(() -> router(Map.of("a", 60, "b", 41))).isInstanceOf(ConfigException.class)
                .hasMessage("test: pools: expected percentages with a sum of at most 100, found 101");
    }

    @Test
    void settingsWithoutPoolsAreRejected() {
        String message = "test: pools: expected pools and their percentages such as { canary = 5 }, found none";

        assertThatThrownBy(() -> router(Map.of())).isInstanceOf(ConfigException.class).hasMessage(message);
        assertThatThrownBy(() -> create(Map.of())).isInstanceOf(ConfigException.class).hasMessage(message);
    }

    private static void assertShares(List<FakeConnection> clients) {
        var shares = shares(router(Map.of("a", 5, "b", 10, "c", 50)), clients);

        assertThat(shares.get(A)).isCloseTo(0.05, within(TOLERANCE));
        assertThat(shares.get(B)).isCloseTo(0.10, within(TOLERANCE));
        assertThat(shares.get(C)).isCloseTo(0.50, within(TOLERANCE));
        assertThat(shares.get(Route.PASS)).isCloseTo(0.35, within(TOLERANCE));
    }

    private static Map<Route, Double> shares(Router router, List<FakeConnection> clients) {
        return clients.stream().collect(groupingBy(router::route, collectingAndThen(counting(),
                count -> (double) count / clients.size())));
    }

    /** Returns the old and the new route of each client whose route changes. */
    private static List<String> moves(Map<String, Object> before, Map<String, Object> after) {
        var old = router(before);
        var changed = router(after);
        return IN_SEQUENCE.stream().filter(client -> !old.route(client).equals(changed.route(client)))
                .map(client -> text(old.route(client)) + " > " + text(changed.route(client))).toList();
    }

    private static String text(Route route) {
        return route instanceof Route.ToPool toPool ? toPool.pool() : "PASS";
    }

    private static Router router(Map<String, Object> pools) {
        return create(Map.of("pools", pools));
    }

    private static Router create(Map<String, Object> settings) {
        try (var context = FakeContext.create()) {
            return new WeightedProvider().create(MapSettings.of(settings), context);
        }
    }

    private static List<FakeConnection> clients(IntFunction<FakeConnection> client) {
        return IntStream.range(0, CLIENTS).mapToObj(client).toList();
    }
}
