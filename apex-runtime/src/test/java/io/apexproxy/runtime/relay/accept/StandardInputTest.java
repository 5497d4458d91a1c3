package io.apexproxy.runtime.relay.accept;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.test.LogCapture;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Tests of the kinds of standard input. */
class StandardInputTest {

    private static final InetSocketAddress ANY_PORT = new InetSocketAddress("127.0.0.1", 0);

    @TempDir
    Path directory;

    @AutoClose
    private final LogCapture log = LogCapture.ofApex();

    @Test
    void standardInputOfTheTestsIsNoSocket() {
        assertThat(StandardInput.listeningSocket()).isEmpty();
        assertThat(log.lines()).isEmpty();
    }

    @Test
    void listeningSocketIsFound() throws IOException {
        try (var channel = ServerSocketChannel.open().bind(ANY_PORT)) {
            var found = StandardInput.listeningSocket(channel);

            assertThat(found.orElseThrow()).hasToString("127.0.0.1:" + channel.socket().getLocalPort());
            assertThat(log.lines()).isEmpty();
        }
    }

    @Test
    void connectionIsIgnoredWithAWarning() throws IOException {
        try (var server = ServerSocketChannel.open().bind(ANY_PORT);
                var client = SocketChannel.open(server.getLocalAddress()); var connection = server.accept()) {
            assertThat(client.isConnected()).isTrue();

            assertThat(StandardInput.listeningSocket(connection)).isEmpty();

            assertThat(log.lines()).singleElement().asString().contains("WARN", "for 127.0.0.1:"
                    + server.socket().getLocalPort() + " that does not listen", "(Accept=no)");
        }
    }

    @Test
    void datagramSocketIsIgnoredWithAWarning() throws IOException {
        try (var channel = DatagramChannel.open().bind(ANY_PORT)) {
            assertThat(StandardInput.listeningSocket(channel)).isEmpty();

            assertThat(log.lines()).singleElement().asString().contains("that does not listen");
        }
    }

    @Test
    void socketWithoutPortIsIgnoredWithAWarning() throws IOException {
        try (var channel = ServerSocketChannel.open()) {
            assertThat(StandardInput.listeningSocket(channel)).isEmpty();

            assertThat(log.lines()).singleElement().asString().contains("without a port");
        }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void unnamedConnectionIsIgnored() throws IOException {
        var address = UnixDomainSocketAddress.of(directory.resolve("s"));
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(address);
                var client = SocketChannel.open(address)) { // unnamed, as a socket pair that is used like a pipe
            assertThat(server.isOpen()).isTrue();

            assertThat(StandardInput.listeningSocket(client)).isEmpty();

            assertThat(log.lines()).isEmpty();
        }
    }

    @Test
    void channelThatIsNoSocketIsIgnored() {
        assertThat(StandardInput.listeningSocket(Channels.newChannel(System.in))).isEmpty();
        assertThat(log.lines()).isEmpty();
    }
}
