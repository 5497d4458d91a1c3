package io.apexproxy.dist.promise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.apexproxy.test.FreePorts;
import io.apexproxy.test.TestServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.OS;

/** Tests a listener with 100 ports on 127.0.0.1, and a backend with the same ports on 127.0.0.2. */
class PortRangeIT extends Scenario {

    private static final int PORTS = 100;

    private final int first = firstOfFreePorts();

    @BeforeEach
    void requireSecondLoopbackAddress() {
        assumeTrue(OS.LINUX.isCurrentOs(), "127.0.0.2 is an address");
    }

    @Test
    @Tag(QUICK)
    void connectionGoesToThePortOfItsListenerAndAReloadKeepsOtherPorts() throws IOException {
        apex.configure(toml(PORTS));
        try (var check = apex.start("check")) {
            assertThat(check.completeOutput()).contains("no mistakes found");
        }
        try (var one = server(0); var other = server(57);
                var proxy = new Proxy(apex, apex.configure(toml(PORTS)).start())) {
            proxy.awaitLine("Proxy listening on 127.0.0.1:" + first + "-" + (first + PORTS - 1));
            assertThat(answer(0)).isEqualTo("port " + one.port());
            try (var kept = new Socket("127.0.0.1", first + 57)) {
                assertThat(line(kept)).isEqualTo("port " + other.port());

                apex.configure(toml(10));
                proxy.awaitLine("Configuration changed: listeners: ~web (-127.0.0.1:" + (first + 10));
                eventually(() -> answer(57).equals("refused"));
                assertThat(answer(0)).isEqualTo("port " + one.port());
                kept.getOutputStream().write('\n');
                assertThat(line(kept)).isEqualTo("port " + other.port());
            }

            apex.configure(toml(PORTS));
            eventually(() -> answer(57).equals("port " + other.port()));
            proxy.awaitLine("Proxy listening on 127.0.0.1:" + (first + 10) + "-" + (first + PORTS - 1));
            assertThat(proxy.process().terminate()).isEmpty();
        }
    }

    private String toml(int ports) {
        return """
                threads = 2
                [listeners.web]
                listen_addr = "127.0.0.1:%d-%d"
                pool = "web"
                [pools.web]
                backends = ["127.0.0.2:+0"]
                """.formatted(first, first + ports - 1);
    }

    /** Starts a server that sends its port at the begin of a connection, and after each byte. */
    private TestServer server(int index) {
        byte[] text = ("port " + (first + index) + "\n").getBytes(StandardCharsets.US_ASCII);
        return TestServer.at("127.0.0.2", first + index, socket -> {
            do {
                socket.getOutputStream().write(text);
            } while (socket.getInputStream().read() >= 0);
        });
    }

    private String answer(int index) {
        try (var socket = new Socket("127.0.0.1", first + index)) {
            return line(socket);
        } catch (IOException e) {
            return "refused";
        }
    }

    private static String line(Socket socket) throws IOException {
        return String.valueOf(new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII)).readLine());
    }

    private static int firstOfFreePorts() {
        int port = FreePorts.next();
        while (!areFree(port)) {
            port = FreePorts.next();
        }
        return port;
    }

    private static boolean areFree(int first) {
        for (int port = first; port < first + PORTS; port++) {
            try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                assertThat(socket.isBound()).isTrue();
            } catch (IOException e) {
                return false;
            }
        }
        return true;
    }
}
