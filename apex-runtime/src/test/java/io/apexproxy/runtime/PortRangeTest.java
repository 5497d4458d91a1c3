package io.apexproxy.runtime;

import static io.apexproxy.runtime.ReloadFixture.pool;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.test.FreePorts;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A listener with a range of ports on 127.0.0.1, and a backend with the same ports on 127.0.0.2. */
@EnabledOnOs(OS.LINUX) // other systems have no address 127.0.0.2
class PortRangeTest {

    private static final String LISTENER = """
            threads = 2
            [listeners.web]
            listen_addr = "127.0.0.1:%d-%d"
            pool = "web"
            """;

    @AutoClose
    private final ReloadFixture apex = new ReloadFixture();
    private final int first = firstOfFreePorts(3);

    @BeforeEach
    void startServers() {
        for (int i = 0; i < 3; i++) {
            apex.keep(NamedServer.start("server " + i, "127.0.0.2", first + i));
        }
    }

    @Test
    void connectionGoesToThePortOfItsListener() {
        apex.start(config(0, 2));

        assertThat(ask(0)).isEqualTo("server 0");
        assertThat(ask(2)).isEqualTo("server 2");
        assertThat(ask(1)).isEqualTo("server 1");
        assertThat(apex.backends()).singleElement().satisfies(backend -> {
            assertThat(backend.name()).isEqualTo("127.0.0.2:+0");
            assertThat(backend.address()).isEqualTo(new InetSocketAddress("127.0.0.2", first));
        });
    }

    @Test
    void rangeGrowsAndShrinksWithoutAnEffectOnKeptPorts() throws IOException {
        apex.start(config(0, 1));
        try (Conversation kept = new Conversation(address(1))) {
            assertThat(kept.ask()).isEqualTo("server 1");

            apex.reload(config(0, 2));
            assertThat(ask(2)).isEqualTo("server 2");
            assertThat(kept.ask()).isEqualTo("server 1");

            apex.reload(config(1, 1));
            assertThat(isRefused(0)).isTrue();
            assertThat(isRefused(2)).isTrue();
            assertThat(kept.ask()).isEqualTo("server 1");
            await().untilAsserted(() -> assertThat(ask(1)).isEqualTo("server 1"));
        }
        assertThat(apex.log.count("Proxy listening on 127.0.0.1:" + (first + 1))).isOne();
    }

    @Test
    void portThatTheBackendRefusesDoesNotTakeItOutOfRotation() {
        apex.start(config(0, 2));
        NamedServer missing = apex.keep(NamedServer.start("spare", "127.0.0.3", 0));
        missing.refuse();
        apex.reload(config(0, 2).replace("-" + (first + 2), "-" + (first + 2) + "\", \"127.0.0.1:" + missing.port())
                .replace("listen_addr = \"", "listen_addr = [\"").replace("\"\npool", "\"]\npool"));

        for (int i = 0; i < 5; i++) {
            assertThat(ReloadFixture.ask(new InetSocketAddress("127.0.0.1", missing.port())))
                    .isEqualTo(Conversation.CLOSED);
        }

        assertThat(ask(1)).isEqualTo("server 1");
        assertThat(apex.backends()).singleElement().satisfies(
                backend -> assertThat(backend.state()).isEqualTo("up"));
    }

    @Test
    void portOfAHeaderIsNotUsed() throws IOException {
        apex.start(config(0, 2).replace("pool = \"web\"\n",
                "pool = \"web\"\nproxy_protocol = { from = [\"127.0.0.1\"] }\n"));

        try (Socket client = new Socket()) {
            client.connect(address(2));
            client.setSoTimeout((int) TestProxy.PATIENCE.toMillis());
            client.getOutputStream().write("PROXY TCP4 192.0.2.1 192.0.2.2 1111 %d\r\n?\n".formatted(first)
                    .getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(client.getInputStream().readNBytes(8), StandardCharsets.US_ASCII))
                    .isEqualTo("server 2");
        }
    }

    private String config(int from, int to) {
        return LISTENER.formatted(first + from, first + to) + pool("", "127.0.0.2:+0");
    }

    private InetSocketAddress address(int index) {
        return new InetSocketAddress("127.0.0.1", first + index);
    }

    private String ask(int index) {
        return ReloadFixture.ask(address(index));
    }

    private boolean isRefused(int index) throws IOException {
        try (Socket client = new Socket()) {
            client.connect(address(index));
            return false;
        } catch (ConnectException e) {
            return true;
        }
    }

    private static int firstOfFreePorts(int count) {
        int port = FreePorts.next();
        while (!areFree(port, count)) {
            port = FreePorts.next();
        }
        return port;
    }

    private static boolean areFree(int first, int count) {
        for (int port = first; port < first + count; port++) {
            for (String host : new String[] {"127.0.0.1", "127.0.0.2"}) {
                try (var socket = new ServerSocket(port, 1, InetAddress.getByName(host))) {
                    assertThat(socket.isBound()).isTrue();
                } catch (IOException e) {
                    return false;
                }
            }
        }
        return true;
    }
}
