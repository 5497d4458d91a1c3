package io.apexproxy.runtime;

import static io.apexproxy.runtime.ReloadFixture.ask;
import static io.apexproxy.runtime.ReloadFixture.pool;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests of the wildcard addresses of IPv4 and IPv6 as separate addresses on one port. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "other systems do not distribute connections in this way")
class WildcardTest {

    private static final int CLIENTS = 50;

    @AutoClose
    private final ReloadFixture apex = new ReloadFixture();
    private final NamedServer a = apex.server("a");
    private final NamedServer b = apex.server("b");
    private int port;

    @BeforeEach
    void choosePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getByName("::1"))) {
            port = probe.getLocalPort();
        } catch (IOException e) {
            assumeTrue(false, "this machine has no IPv6: " + e.getMessage());
        }
    }

    private String listener(String name, String pool, String addresses) {
        return "[listeners." + name + "]\nlisten_addr = " + addresses.replace(":P", ":" + port)
                + "\npool = \"" + pool + "\"\n";
    }

    private String ipv4(String pool) {
        return listener("four", pool, "\"0.0.0.0:P\"");
    }

    private String ipv6(String pool) {
        return listener("six", pool, "\"[::]:P\"");
    }

    /** Pool web leads to a, pool other to b. */
    private String pools() {
        return pool(a) + pool(b).replace("pools.web", "pools.other");
    }

    private void assertAnswers(String host, String name) {
        InetSocketAddress address = new InetSocketAddress(host, port);
        assertThat(Stream.generate(() -> ask(address)).limit(CLIENTS)).containsOnly(name);
    }

    @ParameterizedTest(name = "{0} threads, IPv6 first: {1}")
    @CsvSource({"1, false", "4, false", "4, true"})
    void clientsOfEachVersionReachTheListenerOfThatVersion(int threads, boolean ipv6First) {
        String root = "threads = " + threads + "\n";
        apex.start(root + (ipv6First ? ipv6("other") + ipv4("web") : ipv4("web") + ipv6("other")) + pools());

        assertAnswers("127.0.0.1", "a");
        assertAnswers("::1", "b");
    }

    @Test
    void oneListenerCanHaveBothWildcards() {
        apex.start(listener("both", "web", "[\"0.0.0.0:P\", \"[::]:P\"]") + pools());

        assertAnswers("127.0.0.1", "a");
        assertAnswers("::1", "a");
    }

    @Test
    void reloadAddsAndRemovesEitherWildcard() {
        apex.start(ipv4("web") + pools());
        assertThat(ask(new InetSocketAddress("::1", port))).contains("refused");

        apex.reload(ipv4("web") + ipv6("other") + pools());
        assertAnswers("127.0.0.1", "a");
        assertAnswers("::1", "b");

        apex.reload(ipv6("other") + pools()); // without the other, it also accepts IPv4 clients
        assertAnswers("127.0.0.1", "b");
        assertAnswers("::1", "b");

        apex.reload(ipv4("web") + ipv6("other") + pools());
        assertAnswers("127.0.0.1", "a");
        assertAnswers("::1", "b");

        apex.reload(ipv4("web") + pools());
        assertAnswers("127.0.0.1", "a");
        assertThat(ask(new InetSocketAddress("::1", port))).contains("refused");
        assertThat(apex.log.lines()).noneMatch(line -> line.startsWith("ERROR"));
    }

    @Test
    void reloadChangesOneAddressToBothWildcards() {
        apex.start(listener("six", "web", "\"[::1]:P\"") + pools());

        apex.reload(listener("six", "web", "[\"[::]:P\", \"0.0.0.0:P\"]") + pools());

        assertAnswers("127.0.0.1", "a");
        assertAnswers("::1", "a");
    }

    /** Another instance of Apex sets SO_REUSEPORT, so that the kernel alone reports no conflict. */
    @ParameterizedTest(name = "{0}, SO_REUSEPORT {1}")
    @CsvSource({"::1, false", "::1, true", "::, false", "::, true", "0.0.0.0, false", "0.0.0.0, true",
        "127.0.0.1, true"})
    void startFailsIfAnotherProcessUsesThePort(String host, boolean reusePort) throws IOException {
        try (ServerSocketChannel other = open(host, reusePort)) {
            assertThat(other.isOpen()).isTrue();

            assertThatThrownBy(() -> apex.start(ipv4("web") + ipv6("other") + pools()))
                    .hasMessageEndingWith(":" + port + " is in use by another process");
        }
    }

    @ParameterizedTest(name = "SO_REUSEPORT {0}")
    @CsvSource({"false", "true"})
    void reloadFailsIfAnotherProcessUsesThePort(boolean reusePort) throws IOException {
        apex.start(ipv4("web") + pools());
        try (ServerSocketChannel other = open("::1", reusePort)) {
            assertThat(other.isOpen()).isTrue();

            apex.reload(ipv4("web") + ipv6("other") + pools());

            assertThat(apex.log.lines()).anyMatch(line -> line.startsWith("ERROR Configuration not changed")
                    && line.endsWith(":5:15: listeners.six.listen_addr: [::]:" + port
                            + " is in use by another process"));
            assertAnswers("127.0.0.1", "a");
        }
        apex.proxy().reload();
        assertAnswers("::1", "b");
    }

    private ServerSocketChannel open(String host, boolean reusePort) throws IOException {
        ServerSocketChannel other = ServerSocketChannel.open(
                host.indexOf(':') < 0 ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6);
        other.setOption(StandardSocketOptions.SO_REUSEPORT, reusePort);
        return other.bind(new InetSocketAddress(host, port));
    }
}
