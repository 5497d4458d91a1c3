package io.apexproxy.dist.promise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.apexproxy.dist.harness.Namespaces;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests on a system without IPv6: Apex serves over IPv4, and reports IPv6 addresses in the configuration.
 *
 * <p>Apex runs in a network namespace. Client and backend use Unix-domain sockets; TCP connects two listeners.
 */
@EnabledOnOs(value = OS.LINUX, disabledReason = "requires network namespaces")
class WithoutIpv6IT extends Scenario {

    private static final int FAILURE = 1;
    /** Disables IPv6 before the interface is up, so that it never has an IPv6 address. */
    private static final List<String> WITHOUT_IPV6 = Namespaces.withNetwork("""
            echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6
            echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6
            ip link set lo up""");

    @BeforeEach
    void requireNetworks() {
        assumeTrue(Namespaces.isPossible(WITHOUT_IPV6), "unshare (util-linux) and ip (iproute2) make networks");
    }

    @Test
    @Timeout(value = 2, unit = TimeUnit.MINUTES) // channels have no timeouts
    void relaysOverIpv4() throws IOException {
        apex.configure(new Config("", "listen_addr = \"unix:" + file("apex") + '"', "", Config.OFTEN,
                List.of(Config.quoted("127.0.0.1:7001")), """
                        [listeners.inner]
                        listen_addr = "127.0.0.1:7001"
                        pool = "inner"
                        [pools.inner]
                        backends = ["unix:%s"]
                        """.formatted(file("backend"))).toml());
        try (var backend = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(address("backend"));
                var proxy = startBy(WITHOUT_IPV6)) {
            Thread echo = new Thread(() -> echo(backend), "echo");
            echo.setDaemon(true);
            echo.start();
            proxy.awaitLine("Proxy listening on unix:");

            eventually(this::isServed);
        }
    }

    @Test
    void defaultListensOnIpv4() {
        apex.configure("backend_addrs = [\"127.0.0.1:9000\"]\n");

        try (var proxy = startBy(WITHOUT_IPV6)) {
            proxy.awaitLine("Proxy listening on 127.0.0.1:8081");
            assertThat(proxy.process().isAlive()).isTrue();
        }
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"\"[::1]:8081\"", "\"[::]:8081\"", "[\"0.0.0.0:8081\", \"[::]:8081\"]"})
    void ipv6AddressIsReportedWithItsOrigin(String address) {
        apex.configure("listen_addr = " + address + "\nbackend_addrs = [\"127.0.0.1:9000\"]\n");

        try (var proxy = startBy(WITHOUT_IPV6)) {
            assertThat(proxy.process().errors().lines()).singleElement().asString()
                    .contains("config.toml:1:" + (15 + address.indexOf("\"[")) + ": listen_addr", ": [::")
                    .contains("IPv6").doesNotContain("Exception");
            assertThat(proxy.process().exitStatus()).isEqualTo(FAILURE);
        }
    }

    @Test
    void ipv6AdminAddressIsReportedWithItsOrigin() {
        apex.configure("backend_addrs = [\"127.0.0.1:9000\"]\n[admin]\nlisten_addr = \"[::1]:9901\"\n");

        try (var proxy = startBy(WITHOUT_IPV6)) {
            assertThat(proxy.process().errors().lines()).singleElement().asString()
                    .contains("config.toml:3:15: admin.listen_addr: [::1]:9901 ")
                    .contains("IPv6").doesNotContain("Exception");
            assertThat(proxy.process().exitStatus()).isEqualTo(FAILURE);
        }
    }

    private boolean isServed() throws IOException {
        try (SocketChannel client = SocketChannel.open(address("apex"))) {
            client.write(ByteBuffer.wrap(new byte[] {'?'}));
            return client.read(ByteBuffer.allocate(1)) == 1;
        } catch (IOException e) { // no backend is healthy yet
            assertThat(e).hasMessageMatching("Broken pipe|Connection reset.*");
            return false;
        }
    }

    /** Serves one connection after another. A probe closes without sending a byte. */
    private static void echo(ServerSocketChannel backend) {
        ByteBuffer buffer = ByteBuffer.allocate(1);
        while (backend.isOpen()) {
            try (SocketChannel client = backend.accept()) {
                while (client.read(buffer.clear()) > 0) {
                    client.write(buffer.flip());
                }
            } catch (IOException e) {
                // a client has closed, or the test is over
            }
        }
    }

    private UnixDomainSocketAddress address(String name) {
        return UnixDomainSocketAddress.of(file(name));
    }

    private Path file(String name) {
        return directory.resolve(name + ".sock");
    }
}
