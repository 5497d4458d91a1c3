package io.apexproxy.health.http;

import static io.apexproxy.api.testkit.FakeServer.readToEnd;
import static io.apexproxy.api.testkit.FakeServer.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.health.HealthCheckProvider;
import io.apexproxy.api.health.HealthResult;
import io.apexproxy.api.testkit.FakeContext;
import io.apexproxy.api.testkit.FakeServer;
import io.apexproxy.api.testkit.HealthCheckContract;
import io.apexproxy.api.testkit.ImmediateExecutor;
import io.apexproxy.api.testkit.MapSettings;
import io.apexproxy.api.testkit.RefusedPort;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpCheckTest extends HealthCheckContract {

    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";

    private final BlockingQueue<List<String>> requests = new LinkedBlockingQueue<>();

    @Override
    protected HealthCheckProvider provider() {
        return new HttpProvider();
    }

    @Override
    protected Map<String, Object> settings() {
        return Map.of("path", "/health", "body", "ok");
    }

    @Override
    protected FakeServer.Script healthyServer() {
        return respond(OK);
    }

    @Test
    void requestFollowsTheSettings() throws Exception {
        var check = check(Map.of("method", "HEAD", "path", "/health?deep=1", "host", "app.example.com"));
        try (var server = FakeServer.running(respond(OK))) {
            assertThat(probe(check, server.backend(), AMPLE)).isEqualTo(HealthResult.healthy());
            assertThat(request()).startsWith("HEAD /health?deep=1 HTTP/1.1")
                    .contains("Host: app.example.com", "Connection: close");
        }
    }

    @Test
    void defaultRequestIsGetOfRoot() throws Exception {
        try (var server = FakeServer.running(respond(OK))) {
            assertThat(probe(check(Map.of()), server.backend(), AMPLE)).isEqualTo(HealthResult.healthy());
            assertThat(request()).startsWith("GET / HTTP/1.1", "Host: localhost:" + server.port());
        }
    }

    @Test
    void configuredPortIsProbed() throws Exception {
        try (var refused = new RefusedPort(); var status = FakeServer.running(respond(OK))) {
            assertThat(probe(check(Map.of("port", status.port())), refused.backend(), AMPLE))
                    .isEqualTo(HealthResult.healthy());
        }
    }

    @Test
    void unexpectedStatusIsUnhealthy() throws Exception {
        try (var server = FakeServer.running(respond("HTTP/1.1 503 Service Unavailable\r\n\r\n"))) {
            assertThat(probe(check(Map.of()), server.backend(), AMPLE)).isEqualTo(
                    HealthResult.unhealthy("status 503 Service Unavailable, expected 200-399"));
            assertThat(server.ending()).isEqualTo(FakeServer.REGULAR);
        }
    }

    @Test
    void statusLineDecidesWithoutExpectedBody() throws Exception {
        // given a server that never finishes its response
        try (var server = FakeServer.running(connection -> {
            write(connection, "HTTP/1.1 200 OK\r\n");
            readToEnd(connection);
        })) {
            assertThat(probe(check(Map.of()), server.backend(), AMPLE)).isEqualTo(HealthResult.healthy());
        }
    }

    @Test
    void responseInSingleBytesIsReassembled() throws Exception {
        try (var server = FakeServer.running(connection -> {
            connection.setTcpNoDelay(true);
            for (String piece : OK.split("")) {
                write(connection, piece);
            }
            readToEnd(connection);
        })) {
            assertThat(probe(check(Map.of("body", "ok")), server.backend(), AMPLE)).isEqualTo(HealthResult.healthy());
        }
    }

    @Test
    void endlessBodyIsReadUpToTheLimit() throws Exception {
        try (var server = FakeServer.running(connection -> {
            write(connection, "HTTP/1.1 200 OK\r\n\r\n");
            while (true) {
                write(connection, "and so on ");
            }
        })) {
            assertThat(probe(check(Map.of("body", "the end")), server.backend(), AMPLE)).isEqualTo(
                    HealthResult.unhealthy("no \"the end\" in the first 64 KiB of the body: \"" + "and so on ".repeat(6)
                            + "...\""));
            assertThat(server.ending()).isNotEqualTo("none");
        }
    }

    @Test
    void responseWithBareLineFeedsIsAccepted() throws Exception {
        try (var server = FakeServer.running(respond("HTTP/1.1 200 OK\nContent-Length: 2\n\nok"))) {
            assertThat(probe(check(Map.of("body", "ok")), server.backend(), AMPLE)).isEqualTo(HealthResult.healthy());
        }
    }

    @Test
    void tooLongHeadIsUnhealthy() throws Exception {
        try (var server = FakeServer.running(respond(
                "HTTP/1.1 200 OK\r\nX: " + "x".repeat(100_000) + "\r\nContent-Length: 2\r\n\r\nok"))) {
            assertThat(probe(check(Map.of("body", "ok")), server.backend(), AMPLE))
                    .isEqualTo(HealthResult.unhealthy("head is longer than 64 KiB"));
        }
    }

    @Test
    void silentServerTimesOutWithThePhaseInTheReason() throws Exception {
        try (var silent = FakeServer.running(FakeServer::readToEnd); var slow = FakeServer.running(connection -> {
            write(connection, "HTTP/1.1 200 OK\r\n");
            readToEnd(connection);
        })) {
            assertThat(probe(check(Map.of()), silent.backend(), SHORT))
                    .isEqualTo(HealthResult.unhealthy("timed out after 250ms: connected, but no response"));
            assertThat(probe(check(Map.of("body", "ok")), slow.backend(), SHORT))
                    .isEqualTo(HealthResult.unhealthy("timed out after 250ms: the response is incomplete"));
        }
    }

    @Test
    void timeoutBeforeConnectEndsTheProbe() throws Exception {
        var settings = MapSettings.of(Map.of());
        try (var immediate = new FakeContext(new ImmediateExecutor(), Path.of("."));
                var server = FakeServer.running(FakeServer::readToEnd);
                var check = new HttpCheck(Request.from(settings), Expectation.from(settings, "GET"), immediate)) {
            assertThat(probe(check, server.backend(), AMPLE)).isEqualTo(HealthResult.unhealthy("timed out after 20s"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "method, get, expected a method in capitals",
        "path, health, expected a path such as",
        "path, '/a b', expected a path such as",
        "host, 'a\r\nX: y', expected a host name",
        "status, 2xx, 'expected a status such as \"200\" or a range such as \"200-399\", found \"2xx\"'",
        "status, 399-200, expected the smaller status first",
    })
    void invalidSettingsAreRejected(String key, String value, String message) {
        assertThatThrownBy(() -> check(Map.of(key, value)))
                .isInstanceOf(ConfigException.class).hasMessageContaining(message);
    }

    @Test
    void bodyOfAHeadResponseIsRejected() {
        assertThatThrownBy(() -> check(Map.of("method", "HEAD", "body", "ok")))
                .isInstanceOf(ConfigException.class).hasMessageContaining("a response to HEAD has no body");
    }

    private List<String> request() throws InterruptedException {
        return requests.poll(AMPLE.toSeconds(), TimeUnit.SECONDS);
    }

    /** Records the request line and headers, sends the response, and closes after the client. */
    private FakeServer.Script respond(String response) {
        return connection -> {
            requests.add(readHead(connection));
            write(connection, response);
            connection.shutdownOutput();
            readToEnd(connection);
        };
    }

    private static List<String> readHead(Socket connection) throws IOException {
        var reader = new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.US_ASCII));
        List<String> lines = new ArrayList<>();
        for (String line = reader.readLine(); line != null && !line.isEmpty(); line = reader.readLine()) {
            lines.add(line);
        }
        return lines;
    }
}
