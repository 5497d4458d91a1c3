package io.apexproxy.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.awaitility.Awaitility.await;

import io.apexproxy.dist.harness.Admin;
import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.DistributionFixture;
import io.apexproxy.test.FreePorts;
import io.apexproxy.test.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Tests of the admin endpoint of a running proxy. */
@DisabledOnOs(OS.WINDOWS)
class AdminIT extends DistributionFixture {

    private static final String ANY_PORT = "127.0.0.1:0";

    @Test
    void metricsCountConnectionsAndBytes() throws IOException {
        try (var backend = TestServer.echo();
                var proxy = apex.configure(config(ANY_PORT, backend.address())).start()) {
            int port = proxy.port();
            Admin admin = Admin.of(proxy);
            for (int connection = 0; connection < 3; connection++) {
                assertThat(echo(port, "five!")).isEqualTo("five!");
            }
            try (var open = new Socket(InetAddress.getLoopbackAddress(), port)) {
                open.getOutputStream().write('x');
                assertThat(open.getInputStream().read()).isEqualTo('x');
                await().atMost(ApexProcess.PATIENCE).until(() -> ended(admin, "client-closed") == 3);

                String labels = "{backend=\"" + backend.address() + "\",pool=\"default\"}";
                // counters of bytes and of open connections can lag behind what the client observes
                await().atMost(ApexProcess.PATIENCE).untilAsserted(() -> assertThat(admin.metrics()).contains(
                        entry("apex_listener_connections_total{listener=\"default\"}", 4.0),
                        entry("apex_listener_connections_active{listener=\"default\"}", 1.0),
                        entry("apex_listener_accept_errors_total{listener=\"default\"}", 0.0),
                        entry("apex_backend_up" + labels, 1.0),
                        entry("apex_backend_connections_total" + labels, 4.0),
                        entry("apex_backend_connections_active" + labels, 1.0),
                        entry("apex_backend_connect_errors_total" + labels, 0.0),
                        entry("apex_backend_connect_seconds_count" + labels, 4.0),
                        entry("apex_backend_bytes_total{backend=\"" + backend.address()
                                + "\",direction=\"to_backend\",pool=\"default\"}", 16.0),
                        entry("apex_backend_bytes_total{backend=\"" + backend.address()
                                + "\",direction=\"to_client\",pool=\"default\"}", 16.0)));
                assertThat(admin.metrics().get("apex_health_probe_seconds_count" + labels)).isPositive();
                assertThat(admin.metrics()).containsKey("apex_buffer_bytes");
            }
            await().atMost(ApexProcess.PATIENCE).until(() -> ended(admin, "client-closed") == 4);
        }
    }

    @Test
    void removedBackendHasNoMetrics() {
        try (var one = TestServer.echo(); var two = TestServer.echo();
                var proxy = apex.configure(config(ANY_PORT, one.address(), two.address())).start()) {
            proxy.port(); // the endpoint answers before there are pools
            Admin admin = Admin.of(proxy);
            assertThat(admin.get("/metrics").body()).contains(one.address(), two.address());

            apex.configure(config(ANY_PORT, two.address()));

            await().atMost(ApexProcess.PATIENCE).until(() -> !admin.get("/metrics").body().contains(one.address()));
            assertThat(admin.get("/metrics").body()).contains(two.address());
            assertThat(admin.get("/status").body()).doesNotContain(one.address());
        }
    }

    @Test
    void metricsAndStatusReportRejectedReloads() {
        try (var backend = TestServer.echo();
                var proxy = apex.configure(config(ANY_PORT, backend.address())).start()) {
            proxy.port();
            Admin admin = Admin.of(proxy);
            assertThat(admin.metrics()).contains(entry("apex_config_last_reload_successful", 1.0),
                    entry("apex_config_reloads_total{result=\"success\"}", 0.0));

            apex.configure("backend_addrs = 7\n[admin]\nlisten_addr = \"127.0.0.1:0\"\n");
            await().atMost(ApexProcess.PATIENCE).until(() -> lastReload(admin) == 0);
            assertThat(admin.metrics().get("apex_config_reloads_total{result=\"failure\"}")).isPositive();
            assertThat(admin.get("/status").body()).contains("config.toml:1:17: backend_addrs");

            apex.configure("drain_timeout = \"1s\"\n" + config(ANY_PORT, backend.address()));
            await().atMost(ApexProcess.PATIENCE).until(() -> lastReload(admin) == 1);
            assertThat(admin.metrics().get("apex_config_reloads_total{result=\"success\"}")).isPositive();
            assertThat(admin.get("/status").body()).doesNotContain("config.toml:1:17");
        }
    }

    @Test
    void readyFollowsFirstVerdictsAndDrain() throws IOException {
        var greeting = new CountDownLatch(1);
        try (var backend = TestServer.echoAfter(greeting); var proxy = apex.configure("""
                listen_addr = "127.0.0.1:0"
                backend_addrs = ["%s"]
                health_check = { provider = "tcp", expect = "!", timeout = "60s" }
                [admin]
                listen_addr = "127.0.0.1:0"
                """.formatted(backend.address())).start()) {
            Admin admin = Admin.of(proxy);
            await().atMost(ApexProcess.PATIENCE).untilAsserted(() -> assertThat(admin.get("/health/ready").body())
                    .isEqualTo("starting: no verdict yet for pool default\n"));
            assertThat(admin.get("/health/ready").statusCode()).isEqualTo(503);
            assertThat(admin.get("/health/live").statusCode()).isEqualTo(200);

            greeting.countDown();
            int port = proxy.port();
            await().atMost(ApexProcess.PATIENCE).until(() -> admin.get("/health/ready").statusCode() == 200);

            try (var open = new Socket(InetAddress.getLoopbackAddress(), port)) {
                open.getOutputStream().write('x');
                assertThat(open.getInputStream().read()).isEqualTo('x');
                proxy.signal("TERM");
                await().atMost(ApexProcess.PATIENCE).until(() -> admin.get("/health/ready").statusCode() == 503);
                await().atMost(ApexProcess.PATIENCE).until(() -> admin.get("/health/ready").body()
                        .matches("draining: 1 connection left, closed in \\d+s; longest: 127\\.0\\.0\\.1:\\d+ to "
                                + backend.address().replace(".", "\\.") + " \\(listener default, \\d+s\\)\n"));
                assertThat(admin.get("/health/live").statusCode()).isEqualTo(200);
            }
            assertThat(proxy.exitStatus()).isZero();
        }
    }

    @Test
    void reloadAddsMovesAndRemovesTheEndpoint() throws IOException {
        int first = FreePorts.next();
        int second = FreePorts.next();
        try (var backend = TestServer.echo();
                var proxy = apex.configure(withoutAdmin(backend.address())).start()) {
            int port = proxy.port();
            try (var open = new Socket(InetAddress.getLoopbackAddress(), port)) {
                apex.configure(config("127.0.0.1:" + first, backend.address()));
                await().atMost(ApexProcess.PATIENCE).until(Admin.on(first)::answers);

                apex.configure(config("127.0.0.1:" + second, backend.address()));
                await().atMost(ApexProcess.PATIENCE).until(Admin.on(second)::answers);
                await().atMost(ApexProcess.PATIENCE).until(() -> !Admin.on(first).answers());

                apex.configure(withoutAdmin(backend.address()));
                await().atMost(ApexProcess.PATIENCE).until(() -> !Admin.on(second).answers());

                open.getOutputStream().write('x');
                assertThat(open.getInputStream().read()).isEqualTo('x');
            }
        }
    }

    @Test
    void reloadToAnAddressInUseChangesNothing() throws IOException {
        try (var one = TestServer.echo(); var two = TestServer.echo();
                var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var proxy = apex.configure(config(ANY_PORT, one.address())).start()) {
            Admin admin = Admin.of(proxy);
            proxy.port();

            apex.configure(config("127.0.0.1:" + other.getLocalPort(), two.address()));
            proxy.awaitLine("admin.listen_addr: 127.0.0.1:"
                    + other.getLocalPort() + " is in use");

            assertThat(admin.get("/status").body()).contains(one.address(), "is in use").doesNotContain(two.address());
        }
    }

    @Test
    void startOnAnAddressInUseFails() throws IOException {
        try (var backend = TestServer.echo(); var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var proxy = apex.configure(config("127.0.0.1:" + other.getLocalPort(), backend.address())).start()) {
            assertThat(proxy.exitStatus()).isEqualTo(1);
            assertThat(proxy.errors()).contains("admin.listen_addr: 127.0.0.1:" + other.getLocalPort() + " is in use");
            assertThat(proxy.completeOutput()).doesNotContain("Proxy listening on");
        }
    }

    @Test
    void nonLoopbackAddressIsWarnedAbout() {
        try (var backend = TestServer.echo();
                var proxy = apex.configure(config("0.0.0.0:0", backend.address())).start()) {
            assertThat(proxy.awaitLine("WARN")).contains("admin.listen_addr: 0.0.0.0:0 is not a loopback address");
            assertThat(Admin.of(proxy).answers()).isTrue();
        }
    }

    @Test
    void slowAndMalformedAdminClientsDoNotAffectTraffic() throws IOException {
        List<Socket> clients = new ArrayList<>();
        try (var backend = TestServer.echo();
                var proxy = apex.configure(config(ANY_PORT, backend.address())).start()) {
            int port = proxy.port();
            Admin admin = Admin.of(proxy);
            byte[] garbage = new byte[1000];
            Random random = new Random(1);
            for (int client = 0; client < 200; client++) {
                var socket = new Socket(InetAddress.getLoopbackAddress(), admin.port());
                clients.add(socket);
                random.nextBytes(garbage);
                write(socket, switch (client % 4) {
                    case 0 -> "GET /metr".getBytes(StandardCharsets.US_ASCII); // an incomplete request
                    case 1 -> garbage;
                    case 2 -> ("GET / HTTP/1.1\r\nLong: " + "x".repeat(100_000)).getBytes(StandardCharsets.US_ASCII);
                    default -> new byte[0];
                });
            }

            for (int connection = 0; connection < 50; connection++) {
                assertThat(echo(port, "still here")).isEqualTo("still here");
            }
            await().atMost(ApexProcess.PATIENCE).until(admin::answers);
            assertThat(admin.metrics()).containsEntry("apex_listener_connections_total{listener=\"default\"}", 50.0);
        } finally {
            for (Socket client : clients) {
                client.close();
            }
        }
    }

    private static void write(Socket socket, byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
        } catch (IOException e) {
            assertThat(e).hasMessageMatching("Broken pipe|Connection reset.*"); // closed during the request
        }
    }

    private static double ended(Admin admin, String cause) {
        return admin.metrics().get("apex_session_end_total{cause=\"" + cause + "\"}");
    }

    private static double lastReload(Admin admin) {
        return admin.metrics().get("apex_config_last_reload_successful");
    }

    private static String echo(int port, String text) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout((int) ApexProcess.PATIENCE.toMillis());
            socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    private static String withoutAdmin(String... backends) {
        return "listen_addr = \"127.0.0.1:0\"\nbackend_addrs = [\"" + String.join("\", \"", backends) + "\"]\n";
    }

    private static String config(String adminAddress, String... backends) {
        return withoutAdmin(backends) + "[admin]\nlisten_addr = \"" + adminAddress + "\"\n";
    }
}
