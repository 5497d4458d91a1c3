package io.apexproxy.runtime.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apexproxy.runtime.config.AdminConfig;
import io.apexproxy.runtime.config.address.HostPort;
import io.apexproxy.runtime.snapshot.Snapshot;
import io.apexproxy.runtime.snapshot.Snapshot.Phase;
import io.apexproxy.runtime.snapshot.Snapshot.Readiness;
import io.apexproxy.test.HeldPort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdminEndpointTest {

    private static final int TIMEOUT_MILLIS = 30_000;

    private final AtomicReference<Snapshot> snapshot = new AtomicReference<>(Snapshots.with(Snapshots.up("one")));
    private final AdminEndpoint endpoint = new AdminEndpoint(
            new AdminView(snapshot::get, () -> snapshot.get().readiness(), 64));
    private final List<HeldPort> held = new ArrayList<>();
    private int port;

    @BeforeEach
    void open() throws IOException {
        port = freePort();
        change(Optional.of(onPort(port)));
    }

    @AfterEach
    void close() {
        endpoint.close();
        held.forEach(HeldPort::close);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/status", "/metrics", "/health/live", "/health/ready"})
    void headHasTheHeadersOfGetWithoutBody(String path) throws IOException {
        Answer get = request("GET", path);
        Answer head = request("HEAD", path);

        assertThat(get.status()).isEqualTo(200);
        assertThat(get.body()).isNotEmpty();
        assertThat(get.header("Cache-Control")).hasValue("no-store");
        assertThat(get.header("X-Content-Type-Options")).hasValue("nosniff");
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(head.header("Content-Type")).isEqualTo(get.header("Content-Type"));
        assertThat(head.header("Content-Length").map(Integer::parseInt).orElseThrow()).isPositive();
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS"})
    void otherMethodsAreRejected(String method) throws IOException {
        Answer answer = request(method, "/status");

        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.header("Allow")).hasValue("GET, HEAD");
        assertThat(answer.body()).contains("only GET and HEAD");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nothing", "/status/", "/metrics/x", "/health", "/../etc/passwd", "/status.html"})
    void unknownPathGetsTheKnownPaths(String path) throws IOException {
        Answer answer = request("GET", path);

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.body()).contains("/status", "/metrics");
    }

    @Test
    void requestForAnotherHostIsRejected() throws IOException {
        assertThat(raw("GET /status HTTP/1.1\r\nHost: evil.example:" + port + "\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 421 ").contains("use 127.0.0.1 or localhost").doesNotContain("10.0.0.1");
        assertThat(raw("GET /status HTTP/1.1\r\nHost: localhost:" + port + "\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 200 ");
    }

    @Test
    void hostHeaderIsRequiredExceptInHttp10() throws IOException {
        assertThat(raw("GET /status HTTP/1.1\r\nConnection: close\r\n\r\n")).startsWith("HTTP/1.1 400 ");
        assertThat(raw("GET /status HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ").contains("found 2");
        assertThat(raw("GET /health/live HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void readinessHasTheReasonForWaiting() throws IOException {
        snapshot.set(phase(Phase.STARTING, "starting: no verdict yet about the health of pool app"));
        assertThat(request("GET", "/health/ready").status()).isEqualTo(503);
        assertThat(request("GET", "/health/ready").body()).contains("no verdict yet about the health of pool app");

        snapshot.set(phase(Phase.SERVING, ""));
        assertThat(request("GET", "/health/ready").status()).isEqualTo(200);

        snapshot.set(phase(Phase.DRAINING, "draining: 2 connections left"));
        assertThat(request("GET", "/health/ready").status()).isEqualTo(503);
        assertThat(request("GET", "/health/ready").body()).contains("draining");
        assertThat(request("GET", "/health/live").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/metrics", "/status"})
    void metricsAndStatusAreCompressedIfTheClientAcceptsGzip(String path) throws IOException {
        Answer plain = request("GET", path);
        var connection = (HttpURLConnection) URI.create("http://127.0.0.1:" + port + path).toURL().openConnection();
        connection.setReadTimeout(TIMEOUT_MILLIS);
        connection.setRequestProperty("Accept-Encoding", "deflate, gzip;q=0.5");

        assertThat(connection.getHeaderField("Content-Encoding")).isEqualTo("gzip");
        assertThat(connection.getHeaderField("Vary")).contains("Accept-Encoding");
        assertThat(connection.getHeaderField("Content-Type")).isEqualTo(plain.header("Content-Type").orElseThrow());
        assertThat(connection.getContentLength()).isLessThan(plain.body().length() / 2);
        String body = new String(new GZIPInputStream(connection.getInputStream()).readAllBytes(),
                StandardCharsets.UTF_8);
        assertThat(names(body)).isEqualTo(names(plain.body()));
        assertThat(plain.header("Content-Encoding")).isEmpty();
        assertThat(plain.header("Vary").orElseThrow()).contains("Accept-Encoding");
    }

    /** Returns names and labels without values, which change between two requests. */
    private static List<String> names(String metrics) {
        return metrics.lines().map(line -> line.replaceFirst(" \\S+$", "")).toList();
    }

    @Test
    void pageAllowsOnlyItsOwnScriptAndStyle() throws IOException {
        Answer page = request("GET", "/");

        assertThat(page.header("Content-Security-Policy").orElseThrow())
                .contains("default-src 'none'", "script-src 'sha256-", "style-src 'sha256-", "connect-src 'self'")
                .doesNotContain("unsafe");
        assertThat(page.body())
                .doesNotContain("http://127", "https://", "innerHTML", "insertAdjacentHTML", " style=", " onclick=");
    }

    @Test
    void defectIsAnErrorResponse() throws IOException {
        snapshot.set(null);

        assertThat(request("GET", "/status").status()).isEqualTo(500);
    }

    @Test
    void newAddressServesBeforeTheOldOneIsClosed() throws IOException {
        int next = freePort();
        try (AdminEndpoint.Change change = endpoint.prepare(Optional.of(onPort(next)), false)) {
            assertThat(Answer.to("GET", next, "/health/live").status()).isEqualTo(200);
            assertThat(request("GET", "/health/live").status()).isEqualTo(200);
            change.commit();
        }

        assertThat(Answer.to("GET", next, "/health/live").status()).isEqualTo(200);
        assertThatThrownBy(() -> request("GET", "/health/live")).isInstanceOf(ConnectException.class);
    }

    @Test
    void uncommittedChangeIsUndone() throws IOException {
        int next = freePort();
        endpoint.prepare(Optional.of(onPort(next)), false).close();
        endpoint.prepare(Optional.empty(), false).close();

        assertThatThrownBy(() -> Answer.to("GET", next, "/health/live")).isInstanceOf(ConnectException.class);
        assertThat(request("GET", "/health/live").status()).isEqualTo(200);
    }

    @Test
    void unchangedAddressStaysOpen() throws IOException {
        change(Optional.of(onPort(port)));
        endpoint.prepare(Optional.of(onPort(port)), false).close();

        assertThat(request("GET", "/health/live").status()).isEqualTo(200);
    }

    @Test
    void removedAddressIsClosed() {
        change(Optional.empty());

        assertThatThrownBy(() -> request("GET", "/health/live")).isInstanceOf(ConnectException.class);
    }

    @Test
    void changeCommittedAfterCloseOpensNothing() throws IOException {
        int next = freePort();
        try (AdminEndpoint.Change change = endpoint.prepare(Optional.of(onPort(next)), false)) {
            endpoint.close();
            change.commit();
        }

        assertThatThrownBy(() -> Answer.to("GET", next, "/health/live")).isInstanceOf(ConnectException.class);
    }

    @Test
    void addressInUseIsReported() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int taken = other.getLocalPort();
            assertThatThrownBy(() -> endpoint.prepare(Optional.of(onPort(taken)), false))
                    .isInstanceOf(UncheckedIOException.class).hasMessage("127.0.0.1:" + taken
                            + " is in use, by another process or by Apex itself: choose another port");
        }
        assertThat(request("GET", "/health/live").status()).isEqualTo(200);
    }

    private void change(Optional<AdminConfig> next) {
        try (AdminEndpoint.Change change = endpoint.prepare(next, false)) {
            change.commit();
        }
    }

    private static Snapshot phase(Phase phase, String reason) {
        return Snapshots.with(new Readiness(phase, reason), new Snapshot.ReloadView(0, 0, Snapshots.STARTED, ""));
    }

    private static AdminConfig onPort(int port) {
        return new AdminConfig(new HostPort("127.0.0.1", port));
    }

    /** Returns a port that is reserved for the endpoint and refuses connections until the endpoint listens. */
    private int freePort() {
        HeldPort port = HeldPort.any();
        held.add(port);
        return port.port();
    }

    private Answer request(String method, String path) throws IOException {
        return Answer.to(method, port, path);
    }

    private String raw(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
