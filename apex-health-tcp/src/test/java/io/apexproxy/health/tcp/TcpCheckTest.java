package io.apexproxy.health.tcp;

import static io.apexproxy.api.testkit.FakeServer.readToEnd;
import static io.apexproxy.api.testkit.FakeServer.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apexproxy.api.Backend;
import io.apexproxy.api.ConfigException;
import io.apexproxy.api.health.HealthCheck;
import io.apexproxy.api.health.HealthCheckProvider;
import io.apexproxy.api.health.HealthResult;
import io.apexproxy.api.testkit.FakeBackend;
import io.apexproxy.api.testkit.FakeContext;
import io.apexproxy.api.testkit.FakeServer;
import io.apexproxy.api.testkit.HealthCheckContract;
import io.apexproxy.api.testkit.ImmediateExecutor;
import io.apexproxy.api.testkit.RefusedPort;
import io.apexproxy.health.probe.ProbePort;
import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TcpCheckTest extends HealthCheckContract {

    @Override
    protected HealthCheckProvider provider() {
        return new TcpProvider();
    }

    @Override
    protected FakeServer.Script healthyServer() {
        return FakeServer::readToEnd;
    }

    @Test
    void unresolvedAddressIsUnhealthy() throws Exception {
        var backend = FakeBackend.at(InetSocketAddress.createUnresolved("app.internal", 80));

        assertThat(probe(check(), backend, AMPLE))
                .isEqualTo(HealthResult.unhealthy("unresolved address: app.internal"));
    }

    @Test
    void timeoutBeforeConnectEndsTheProbe() throws Exception {
        var nothing = ByteBuffer.allocate(0);
        try (var immediate = new FakeContext(new ImmediateExecutor(), Path.of("."));
                var server = FakeServer.running(FakeServer::readToEnd);
                var check =
                        new TcpCheck(new SendExpect(ProbePort.OF_BACKEND, nothing, nothing, true), immediate)) {
            assertThat(probe(check, server.backend(), AMPLE)).isEqualTo(HealthResult.unhealthy("timed out after 20s"));
        }
    }

    @Test
    void configuredPortIsProbed() throws Exception {
        try (var refused = new RefusedPort(); var status = FakeServer.running(FakeServer::readToEnd)) {
            var check = check(Map.of("port", status.port()));

            assertThat(probe(check, refused.backend(), AMPLE)).isEqualTo(HealthResult.healthy());
        }
    }

    @Test
    void expectedResponseIsHealthy() throws Exception {
        try (var server = FakeServer.running(connection -> {
            if (Arrays.equals(connection.getInputStream().readNBytes(6), "PING\r\n".getBytes(StandardCharsets.UTF_8))) {
                write(connection, "+PONG and more\r\n");
            }
            readToEnd(connection);
        })) {
            assertThat(probe(check(Map.of("send", "PING\r\n", "expect", "+PONG")), server.backend(), AMPLE))
                    .isEqualTo(HealthResult.healthy());
            assertThat(server.ending()).isEqualTo(FakeServer.REGULAR);
        }
    }

    @Test
    void expectedGreetingInPiecesIsHealthy() throws Exception {
        try (var server = FakeServer.running(connection -> {
            connection.setTcpNoDelay(true);
            for (String piece : List.of("2", "2", "0", " hello\r\n")) {
                write(connection, piece);
            }
            readToEnd(connection);
        })) {
            assertThat(probe(check(Map.of("expect", "220 ")), server.backend(), AMPLE))
                    .isEqualTo(HealthResult.healthy());
        }
    }

    @Test
    void unexpectedResponseIsQuotedInTheReason() throws Exception {
        try (var server = FakeServer.running(connection -> {
            write(connection, "554 \"no\"\t\u0007\r\n");
            readToEnd(connection);
        })) {
            assertThat(probe(check(Map.of("expect", "220 ")), server.backend(), AMPLE)).isEqualTo(
                    HealthResult.unhealthy("expected \"220 \", got \"554 \\\"no\\\"\\t\\x07\\r\\n\""));
            assertThat(server.ending()).isEqualTo(FakeServer.REGULAR);
        }
    }

    @Test
    void tlsAlertIsRecognized() throws Exception {
        try (var server = FakeServer.running(connection -> {
            write(connection, "\u0015\u0003\u0003\u0000\u0002\u0002\u0016");
            readToEnd(connection);
        })) {
            assertThat(probe(check(Map.of("expect", "220 ")), server.backend(), AMPLE)).isEqualTo(
                    HealthResult.unhealthy("expected a response without TLS, got a TLS alert"));
        }
    }

    @Test
    void closeBeforeCompleteResponseIsUnhealthy() throws Exception {
        try (var server = FakeServer.running(connection -> write(connection, "22"))) {
            assertThat(probe(check(Map.of("expect", "220 ")), server.backend(), AMPLE)).isEqualTo(
                    HealthResult.unhealthy("connection closed by the backend, expected \"220 \", got \"22\""));
        }
    }

    @Test
    void resetBeforeResponseIsUnhealthy() throws Exception {
        try (var server = FakeServer.running(connection -> {
            connection.getInputStream().readNBytes(1);
            connection.setSoLinger(true, 0);
        })) {
            assertThat(probe(check(Map.of("send", "?", "expect", "220 ")), server.backend(), AMPLE)).isEqualTo(
                    HealthResult.unhealthy("connection reset, expected \"220 \", got nothing"));
        }
    }

    @Test
    void silentBackendTimesOutWithExpectationInTheReason() throws Exception {
        try (var server = FakeServer.running(FakeServer::readToEnd)) {
            assertThat(probe(check(Map.of("expect", "220 ")), server.backend(), SHORT)).isEqualTo(
                    HealthResult.unhealthy("timed out after 250ms, expected \"220 \", got nothing"));
            assertThat(server.ending()).isEqualTo(FakeServer.REGULAR);
        }
    }

    @Test
    void lateGreetingIsNotResetIfConfigured() throws Exception {
        var probed = new CountDownLatch(1);
        try (var server = FakeServer.running(connection -> {
            waitFor(probed);
            // a reset would follow the first write and fail the second
            write(connection, "220 ready ");
            write(connection, "when you are\r\n");
            readToEnd(connection);
        })) {
            assertThat(probe(check(Map.of("reset", false)), server.backend(), AMPLE)).isEqualTo(HealthResult.healthy());
            probed.countDown();

            assertThat(server.ending()).isEqualTo(FakeServer.REGULAR);
        }
    }

    @Test
    void plainProbeEndsWithReset() throws Exception {
        try (var server = FakeServer.running(FakeServer::readToEnd)) {
            assertThat(probe(check(), server.backend(), AMPLE)).isEqualTo(HealthResult.healthy());

            assertThat(server.ending()).isEqualTo("Connection reset");
        }
    }

    @Test
    void exchangeEndsWithResetIfConfigured() throws Exception {
        try (var server = FakeServer.running(connection -> {
            write(connection, "220 ready");
            readToEnd(connection);
        })) {
            assertThat(probe(check(Map.of("expect", "220", "reset", true)), server.backend(), AMPLE))
                    .isEqualTo(HealthResult.healthy());

            assertThat(server.ending()).isEqualTo("Connection reset");
        }
    }

    /** The bytes are the request of PostgreSQL for TLS, which text cannot contain. */
    @Test
    void hexBytesAreSentAndCompared() throws Exception {
        byte[] request = {0, 0, 0, 8, 4, (byte) 0xd2, 22, 47};
        try (var server = FakeServer.running(connection -> {
            boolean isRequest = Arrays.equals(connection.getInputStream().readNBytes(8), request);
            connection.getOutputStream().write(isRequest ? new byte[] {(byte) 0xff, 0, 'S'} : new byte[] {'?'});
            readToEnd(connection);
        })) {
            assertThat(probe(check(Map.of("send_hex", "00000008 04D2162f", "expect_hex", " ff 0 0")), server.backend(),
                    AMPLE)).isEqualTo(HealthResult.healthy());
            assertThat(server.ending()).isEqualTo(FakeServer.REGULAR);
            assertThat(probe(check(Map.of("send_hex", "0000000804d2162f", "expect_hex", "fe")), server.backend(),
                    AMPLE)).isEqualTo(HealthResult.unhealthy("expected \"\\xfe\", got \"\\xff\\x00S\""));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "send_hex   | `  `     | expected at least one byte in hex digits such as \"0a ff\", found \"  \"; "
                + "leave the key out if there are no bytes",
        "send_hex   | ``       | expected at least one byte in hex digits such as \"0a ff\", found \"\"; "
                + "leave the key out if there are no bytes",
        "expect_hex | 0x0a     | expected hex digits such as \"0a ff\", found \"0x0a\"",
        "expect_hex | `0a\nff` | expected hex digits such as \"0a ff\", found \"0a\\nff\"",
        "expect_hex | 0a f     | expected two hex digits for each byte, found an odd number of digits: 3",
    })
    void invalidHexTextIsRejected(String key, String text, String message) {
        assertThatThrownBy(() -> check(Map.of(key, text))).isInstanceOf(ConfigException.class)
                .hasMessage("test: " + key + ": " + message);
    }

    @Test
    void textAndHexOfTheSameBytesAreRejected() {
        assertThatThrownBy(() -> check(Map.of("send", "a", "send_hex", "61"))).isInstanceOf(ConfigException.class)
                .hasMessage("test: send_hex: not allowed together with send");
        assertThatThrownBy(() -> check(Map.of("expect", "a", "expect_hex", "61"))).isInstanceOf(ConfigException.class)
                .hasMessage("test: expect_hex: not allowed together with expect");
    }

    /** The runtime recognizes the exception and treats the probe as inconclusive. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void lackOfDescriptorsIsReported(@TempDir Path directory) throws Exception {
        // a separate process, so that the test itself has descriptors
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var classPath = String.join(File.pathSeparator,
                location(Backend.class), location(FakeServer.class), location(TcpCheck.class),
                Path.of("target", "test-classes").toString());
        var process = new ProcessBuilder(java, "-cp", classPath, DescriptorLimitProbe.class.getName(),
                directory.resolve("app.sock").toString())
                .redirectErrorStream(true).start();

        assertThat(process.inputReader().lines()).containsExactly(
                HealthResult.healthy().toString(),
                HealthResult.healthy().toString(),
                "java.io.IOException: connection refused",
                "java.io.IOException: too many open files",
                "java.io.IOException: too many open files");
        assertThat(process.waitFor()).isZero();
    }

    @Test
    void closeEndsProbesInFlight() throws Exception {
        var asked = new CountDownLatch(1);
        try (var server = FakeServer.running(connection -> {
            connection.getInputStream().readNBytes(1);
            asked.countDown();
            readToEnd(connection);
        })) {
            var check = check(Map.of("send", "?", "expect", "220 "));
            var probe = start(check, server.backend(), AMPLE);
            asked.await();

            close(check);

            assertThat(probe.get(20, TimeUnit.SECONDS)).isInstanceOf(HealthResult.Unhealthy.class);
            assertThat(server.ending()).isEqualTo(FakeServer.REGULAR);
        }
    }

    @Test
    void probeAfterCloseIsInconclusive() throws Exception {
        var check = check();
        close(check);

        assertThat(probe(check, FakeBackend.at(new InetSocketAddress("127.0.0.1", 1)), AMPLE))
                .isEqualTo(HealthResult.inconclusive("health check closed"));
    }

    @Test
    void invalidSettingsAreRejected() {
        assertThatThrownBy(() -> check(Map.of("port", 65_536))).isInstanceOf(ConfigException.class);
        assertThatThrownBy(() -> check(Map.of("send", "")))
                .isInstanceOf(ConfigException.class)
                .hasMessage("test: send: expected at least one character, found \"\"; leave the key out if there is"
                        + " nothing to send");
        assertThatThrownBy(() -> check(Map.of("expect", ""))).isInstanceOf(ConfigException.class);
    }

    private HealthCheck check() {
        return check(Map.of());
    }

    private static String location(Class<?> type) {
        return Path.of(URI.create(type.getProtectionDomain().getCodeSource().getLocation().toString())).toString();
    }

    private static void waitFor(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
