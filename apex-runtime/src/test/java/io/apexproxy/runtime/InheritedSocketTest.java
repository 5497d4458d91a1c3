package io.apexproxy.runtime;

import static io.apexproxy.runtime.ReloadFixture.ask;
import static io.apexproxy.runtime.ReloadFixture.pool;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.apexproxy.api.ConfigException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Tests of a proxy that starts with a listening socket. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "other systems use one event loop")
class InheritedSocketTest {

    private static final String USES = "uses the listening socket";
    private static final String UNUSED = "that is standard input has no listener any more";

    @AutoClose
    private final ReloadFixture apex = new ReloadFixture();
    private final NamedServer a = apex.server("a");
    @AutoClose
    private ServerSocketChannel channel;

    private int inherit(SocketAddress address, StandardProtocolFamily family) throws IOException {
        channel = ServerSocketChannel.open(family).bind(address);
        apex.inherit(channel);
        return channel.getLocalAddress() instanceof InetSocketAddress bound ? bound.getPort() : 0;
    }

    private int inherit() throws IOException {
        return inherit(new InetSocketAddress("127.0.0.1", 0), StandardProtocolFamily.INET);
    }

    private int inheritIpv6Wildcard() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getByName("::1"))) {
            assertThat(probe.isBound()).isTrue();
        } catch (IOException e) {
            assumeTrue(false, "this machine has no IPv6: " + e.getMessage());
        }
        return inherit(new InetSocketAddress("::", 0), StandardProtocolFamily.INET6);
    }

    private String listener(String addresses) {
        return "threads = 2\n[listeners.web]\nlisten_addr = " + addresses + "\npool = \"web\"\n" + pool(a);
    }

    private static String at(String host, int port) {
        return "\"" + host + ":" + port + "\"";
    }

    private static InetSocketAddress local(int port) {
        return new InetSocketAddress("127.0.0.1", port);
    }

    @Test
    void listenerServesTheSocketOfItsAddress() throws IOException {
        int port = inherit();

        apex.start(listener(at("127.0.0.1", port)));

        assertThat(ask(local(port))).isEqualTo("a");
        assertThat(apex.log.count("listeners.web: 127.0.0.1:" + port + " " + USES)).isOne();
    }

    @Test
    void socketStaysOpenWithItsQueueWhenTheProxyCloses() throws IOException {
        int port = inherit();
        apex.start(listener(at("127.0.0.1", port)));

        apex.proxy().shutdown();

        assertThat(channel.isOpen()).isTrue();
        try (SocketChannel client = SocketChannel.open(local(port)); SocketChannel next = channel.accept()) {
            assertThat(next.getRemoteAddress()).isEqualTo(client.getLocalAddress());
        }
    }

    @Test
    void addressThatNoListenerHasIsAnError() throws IOException {
        int port = inherit();

        assertThatThrownBy(() -> apex.start(listener(at("127.0.0.1", apex.freePort()))))
                .isInstanceOf(ConfigException.class)
                .hasMessageMatching("standard input: is a listening socket for 127\\.0\\.0\\.1:" + port
                        + ", but no listener has this address \\(web on 127\\.0\\.0\\.1:\\d+\\): change listen_addr of"
                        + " a listener, or ListenStream= of the socket unit");
    }

    @Test
    void addressOfTheAdminEndpointIsAnError() throws IOException {
        int port = inherit();

        assertThatThrownBy(() -> apex.start("admin.listen_addr = " + at("127.0.0.1", port) + "\n"
                + listener(at("127.0.0.1", apex.freePort()))))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("the address of the admin endpoint, but only listeners can use");
    }

    @Test
    void eachListenerServesTheSocketOfItsAddress() throws IOException {
        int port = inherit();
        try (ServerSocketChannel second = ServerSocketChannel.open().bind(new InetSocketAddress("127.0.0.1", 0))) {
            apex.inherit(second);
            int other = second.socket().getLocalPort();
            apex.start(listener("[" + at("127.0.0.1", port) + ", " + at("127.0.0.1", other) + "]"));
            assertThat(ask(local(port))).isEqualTo("a");
            assertThat(ask(local(other))).isEqualTo("a");

            apex.reload(listener(at("127.0.0.1", other)));

            assertThat(ask(local(other))).isEqualTo("a");
            assertThat(apex.log.count("the listening socket 127.0.0.1:" + port + " " + UNUSED)).isOne();
            assertThat(apex.log.count(UNUSED)).isOne();
            apex.proxy().close(); // before the socket
        }
    }

    @Test
    void reloadKeepsTheSocket() throws IOException {
        int port = inherit();
        apex.start(listener(at("127.0.0.1", port)));
        try (Conversation open = new Conversation(local(port))) {
            assertThat(open.ask()).isEqualTo("a");

            apex.reload(listener(at("127.0.0.1", port)).replace("web]", "web]\nmax_connections = 9"));

            assertThat(open.ask()).isEqualTo("a");
            assertThat(ask(local(port))).isEqualTo("a");
        }
        assertThat(apex.log.count(USES)).isOne();
    }

    @Test
    void clientsWaitWhileNoListenerHasTheAddress() throws IOException {
        int port = inherit();
        int other = apex.freePort();
        apex.start(listener(at("127.0.0.1", port)));

        apex.reload(listener(at("127.0.0.1", other)));

        assertThat(apex.log.count("the listening socket 127.0.0.1:" + port + " " + UNUSED)).isOne();
        assertThat(ask(local(other))).isEqualTo("a");
        try (Conversation waiting = new Conversation(local(port))) {
            apex.reload(listener(at("127.0.0.1", port)));

            assertThat(waiting.ask()).isEqualTo("a");
        }
        assertThat(apex.log.count(USES)).isEqualTo(2);
    }

    @Test
    void rejectedReloadReleasesTheSocket() throws IOException {
        int port = inherit();
        int other = apex.freePort();
        apex.start(listener(at("127.0.0.1", port)));
        apex.reload(listener(at("127.0.0.1", other)));
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            apex.reload(listener("[" + at("127.0.0.1", port) + ", " + at("127.0.0.1", taken.getLocalPort()) + "]"));

            assertThat(apex.log.count("is in use by another process")).isOne();
        }

        apex.reload(listener(at("127.0.0.1", port)));

        assertThat(ask(local(port))).isEqualTo("a");
    }

    @Test
    void ipv6WildcardServesTheIpv4Wildcard() throws IOException {
        int port = inheritIpv6Wildcard();

        apex.start(listener(at("0.0.0.0", port)));

        assertThat(ask(local(port))).isEqualTo("a");
        assertThat(apex.log.count("0.0.0.0:" + port + " " + USES + " [::]:" + port)).isOne();
    }

    @Test
    void ipv4WildcardDoesNotServeTheIpv6Wildcard() throws IOException {
        int port = inherit(new InetSocketAddress("0.0.0.0", 0), StandardProtocolFamily.INET);

        assertThatThrownBy(() -> apex.start(listener(at("[::]", port)))).isInstanceOf(ConfigException.class)
                .hasMessageContaining("a listening socket for 0.0.0.0:" + port);
    }

    @Test
    void changeToTheOtherWildcardKeepsTheSocket() throws IOException {
        int port = inheritIpv6Wildcard();
        apex.start(listener(at("0.0.0.0", port)));
        try (Conversation open = new Conversation(local(port))) {
            assertThat(open.ask()).isEqualTo("a");

            apex.reload(listener(at("[::]", port)));

            assertThat(open.ask()).isEqualTo("a");
            assertThat(ask(new InetSocketAddress("::1", port))).isEqualTo("a");
            assertThat(ask(local(port))).isEqualTo("a");
        }
        assertThat(apex.log.count(UNUSED)).isZero();
    }

    @Test
    void bothWildcardsNextToTheSocketAreAnError() throws IOException {
        int port = inheritIpv6Wildcard();

        assertThatThrownBy(() -> apex.start(listener("[" + at("0.0.0.0", port) + ", " + at("[::]", port) + "]")))
                .hasMessageContaining("0.0.0.0:" + port + " is in use by the socket [::]:" + port + " that is standard"
                        + " input");
    }

    @Test
    void fileOfAUnixDomainSocketIsLeftAlone() throws IOException {
        Path file = apex.directory().resolve("web.sock");
        inherit(UnixDomainSocketAddress.of(file), StandardProtocolFamily.UNIX);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
        String unix = listener("\"unix:" + file + "\"");
        apex.start(unix);

        assertServes(file);
        apex.reload(listener(at("127.0.0.1", apex.freePort())));
        assertThat(Files.exists(file, LinkOption.NOFOLLOW_LINKS)).isTrue();
        apex.reload(unix);
        assertServes(file);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-rw-rw-");

        Files.delete(file);
        apex.reload(unix.replace("threads = 2", "threads = 2\ndrain_timeout = \"1s\""));
        assertThat(apex.log.count("was removed")).isZero();
        apex.proxy().close();
        assertThat(file).doesNotExist();
    }

    private static void assertServes(Path file) throws IOException {
        try (SocketChannel client = UnixServer.connect(file)) {
            client.write(StandardCharsets.US_ASCII.encode("?\n"));
            assertThat(Channels.newInputStream(client).read()).isEqualTo('a');
        }
    }
}
