package io.apexproxy.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.DistributionFixture;
import io.apexproxy.dist.harness.Http;
import io.apexproxy.dist.harness.HttpBackend;
import io.apexproxy.test.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Tests the appenders of {@code write-log-files.md} in the configuration of the log. */
@DisabledOnOs(OS.WINDOWS)
class LogExamplesIT extends DistributionFixture {

    private static final Pattern ROTATED = Pattern.compile("access\\.\\d{4}-\\d\\d-\\d\\d\\.\\d+\\.log\\.gz");

    @AutoClose
    private final HttpBackend backend = HttpBackend.started();
    private final int port = FreePorts.next();

    @BeforeEach
    void configure() {
        apex.configure("""
                listen_addr = "127.0.0.1:%d"
                backend_addrs = ["%s"]
                """.formatted(port, backend.address()));
    }

    /** Replaces 100 MB by 1 KB. */
    @Test
    void accessLogRotates() throws IOException {
        Path logs = directory.resolve("logs");
        LogbackFile.of(apex).replace("access", LogbackFile.example("RotatedFileAppender")
                .replace("/var/log/apex", logs.toString()).replace("<maxFileSize>100MB", "<maxFileSize>1KB"));

        try (var proxy = apex.start()) {
            await().atMost(ApexProcess.PATIENCE).until(() -> {
                Http.get(port);
                return files(logs).stream().anyMatch(ROTATED.asMatchPredicate());
            });
            await().atMost(ApexProcess.PATIENCE).until(() -> {
                Http.get(port);
                return Files.readString(logs.resolve("access.log"))
                        .contains(" INFO  apex.access: client-closed client=");
            });
            assertThat(proxy.output()).noneMatch(line -> line.contains("apex.access"));
        }
    }

    @Test
    void logReachesSyslog() throws IOException {
        try (var syslog = new DatagramSocket(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0))) {
            syslog.setSoTimeout((int) ApexProcess.PATIENCE.toMillis());
            LogbackFile.of(apex).replace("console", LogbackFile.example("SyslogAppender")
                    .replace("<port>514", "<port>" + syslog.getLocalPort()));

            try (var proxy = apex.start()) {
                DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
                String message = "";
                while (!message.contains("Proxy listening on")) {
                    syslog.receive(packet);
                    message = new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
                }
                assertThat(message).matches("<30>.* apex: INFO  apex: Proxy listening on 127\\.0\\.0\\.1:" + port);
                assertThat(proxy.isAlive()).isTrue();
            }
        }
    }

    private static List<String> files(Path logs) {
        if (!Files.isDirectory(logs)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(logs)) {
            return all.map(file -> file.getFileName().toString()).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
