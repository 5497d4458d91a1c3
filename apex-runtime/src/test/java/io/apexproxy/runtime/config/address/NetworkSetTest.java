package io.apexproxy.runtime.config.address;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkSetTest {

    private static final NetworkSet NETWORKS = set("10.0.0.0/8", "10.6.0.0/16", "9.255.255.255", "192.0.2.6/31",
            "255.255.255.255", "::1", "2001:db8::/32", "2001:db8:6::/48", "fe80::/10", "2001:db9:0:0:8000::/65");

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0,                    true",
        "10.6.255.255,                true",
        "10.255.255.255,              true",
        "11.0.0.0,                    false",
        "9.255.255.255,               true",
        "9.255.255.254,               false",
        "0.0.0.0,                     false",
        "127.255.255.255,             false",
        "128.0.0.0,                   false",
        "192.0.2.5,                   false",
        "192.0.2.6,                   true",
        "192.0.2.7,                   true",
        "192.0.2.8,                   false",
        "255.255.255.254,             false",
        "255.255.255.255,             true",
        "::,                          false",
        "::1,                         true",
        "::2,                         false",
        "::a00:0,                     false",
        "a00::,                       false",
        "2001:db7:ffff::,             false",
        "2001:db8::,                  true",
        "2001:db8:6::1,               true",
        "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff, true",
        "2001:db9::,                  false",
        "2001:db9::7fff:ffff:ffff:ffff, false",
        "2001:db9::8000:0:0:0,        true",
        "2001:db9:0:1::,              false",
        "febf:ffff::,                 true",
        "fec0::,                      false",
        "ffff::,                      false",
    })
    void setContainsTheAddressesOfItsNetworks(String address, boolean contained) {
        assertThat(NETWORKS.contains(client(address))).isEqualTo(contained);
    }

    @Test
    void mappedAddressIsAnIpv4Address() throws UnknownHostException {
        byte[] mapped = new byte[16];
        mapped[10] = (byte) 0xff;
        mapped[11] = (byte) 0xff;
        mapped[12] = 10;
        InetAddress address = Inet6Address.getByAddress(null, mapped, -1); // the JDK converts in other methods

        assertThat(address).isInstanceOf(Inet6Address.class);
        assertThat(NETWORKS.contains(new InetSocketAddress(address, 1))).isTrue();
        assertThat(set("::/0").contains(new InetSocketAddress(address, 1))).isFalse();
    }

    @Test
    void zoneIsIgnored() throws UnknownHostException {
        byte[] bytes = InetAddress.getByName("fe80::1").getAddress();

        assertThat(NETWORKS.contains(new InetSocketAddress(Inet6Address.getByAddress(null, bytes, 1), 1))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/run/app.sock"})
    void unixDomainSocketNeedsItsOwnEntry(String path) {
        SocketAddress client = UnixDomainSocketAddress.of(path);

        assertThat(NETWORKS.contains(client)).isFalse();
        assertThat(set("0.0.0.0/0", "::/0").contains(client)).isFalse();
        assertThat(set("unix:").contains(client)).isTrue();
        assertThat(set("unix:").contains(client("0.0.0.0"))).isFalse();
    }

    @Test
    void unresolvedNameIsInNoSet() {
        assertThat(set("0.0.0.0/0", "::/0", "unix:").contains(InetSocketAddress.createUnresolved("a.example", 1)))
                .isFalse();
    }

    @Test
    void emptySetContainsNothing() {
        assertThat(set().isEmpty()).isTrue();
        assertThat(set().contains(client("127.0.0.1"))).isFalse();
        assertThat(set().contains(client("::1"))).isFalse();
        assertThat(Stream.of("10.0.0.0/8", "::1", "unix:").map(NetworkSetTest::set)).noneMatch(NetworkSet::isEmpty);
    }

    @Test
    void setsAreEqualByContent() {
        NetworkSet networks = set("10.0.0.0/8", "2001:db8::/32", "unix:");

        assertThat(set("unix:", "2001:db8:1::/48", "2001:db8::/32", "10.0.0.1", "10.0.0.0/8"))
                .isEqualTo(networks).hasSameHashCodeAs(networks).hasToString(networks.toString());
        assertThat(Stream.of(set("10.0.0.0/9", "2001:db8::/32", "unix:"), set("10.0.0.0/8", "2001:db8::/33", "unix:"),
                set("10.0.0.0/8", "2001:db8::/32"), set("10.0.0.0/8", "unix:"), set())).doesNotContain(networks);
    }

    @Test
    void textShowsTheFirstNetworks() {
        assertThat(set("unix:", "::1", "10.0.0.0/8")).hasToString("[10.0.0.0/8, ::1, unix:]");
        assertThat(set("10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5", "10.0.0.6"))
                .hasToString("[10.0.0.1, 10.0.0.2, 10.0.0.3, 10.0.0.4, 10.0.0.5, … (6 networks)]");
    }

    /** Few distinct bits, so that networks are nested, adjacent and hit. */
    @ParameterizedTest
    @ValueSource(ints = {4, 16})
    void searchFindsTheSameAsAComparisonWithEachNetwork(int bytes) throws UnknownHostException {
        Random random = new Random(18);
        for (int i = 0; i < 2_000; i++) {
            List<Network> networks = Stream.generate(() -> network(random, bytes)).limit(random.nextInt(12)).toList();
            NetworkSet set = new NetworkSet(networks);
            for (int j = 0; j < 20; j++) {
                InetAddress address = InetAddress.getByAddress(sparse(random, bytes));
                Network single = new Network(AddressBits.of(address), 8 * address.getAddress().length);

                assertThat(set.contains(new InetSocketAddress(address, 1)))
                        .isEqualTo(networks.stream().anyMatch(network -> network.covers(single)));
            }
        }
    }

    private static Network network(Random random, int bytes) {
        try {
            InetAddress address = InetAddress.getByAddress(sparse(random, bytes));
            int prefix = random.nextInt(8 * address.getAddress().length + 1);
            return new Network(AddressBits.of(address).masked(prefix), prefix);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] sparse(Random random, int bytes) {
        byte[] address = new byte[bytes];
        for (int i = 0; i < 3; i++) {
            address[random.nextInt(bytes)] = (byte) (random.nextInt(4) << 6 | random.nextInt(2));
        }
        return address;
    }

    private static NetworkSet set(String... networks) {
        return new NetworkSet(Stream.of(networks).map(Networks::parse).toList());
    }

    private static SocketAddress client(String literal) {
        return new InetSocketAddress(literal, 1234);
    }
}
