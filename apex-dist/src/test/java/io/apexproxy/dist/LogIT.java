package io.apexproxy.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.dist.harness.Admin;
import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.Distribution;
import io.apexproxy.dist.harness.Http;
import io.apexproxy.dist.harness.HttpBackend;
import io.apexproxy.test.FreePorts;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of the log with a stalled reader and with an invalid configuration. */
@DisabledOnOs(OS.WINDOWS)
class LogIT {

    @TempDir
    Path directory;

    @Test
    void unreadOutputLosesCountedLinesAndNoConnection() throws Exception {
        try (var backend = HttpBackend.started()) {
            int adminPort = FreePorts.next();
            Distribution apex = Distribution.copiedTo(directory).configure("""
                    listen_addr = "127.0.0.1:0"
                    backend_addrs = ["%s"]
                    access_log = "off"
                    [admin]
                    listen_addr = "127.0.0.1:%d"
                    """.formatted(backend.address(), adminPort));
            Path logback = apex.home().resolve("conf/logback.xml");
            Files.writeString(logback, Files.readString(logback).replace("8192", "100")); // a smaller queue
            ProcessBuilder builder = new ProcessBuilder(apex.script().toString(), "--verbose")
                    .directory(apex.workingDirectory().toFile()).redirectError(ProcessBuilder.Redirect.DISCARD);
            builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
            Process process = builder.start();
            try (BufferedReader log = process.inputReader()) {
                Admin admin = Admin.on(adminPort);
                int port = Integer.parseInt(readLineWith(log, "Proxy listening on").replaceFirst(".*:", ""));

                await().atMost(ApexProcess.PATIENCE).until(() -> {
                    for (int connection = 0; connection < 50; connection++) { // each logs three lines
                        assertThat(Http.get(port)).hasValue(backend.address());
                    }
                    return admin.metrics().get("apex_log_dropped_total") > 0;
                });

                CompletableFuture<String> line = CompletableFuture.supplyAsync(
                        () -> readLineWith(log, "lines dropped"));
                await().atMost(ApexProcess.PATIENCE).until(() -> {
                    assertThat(Http.get(port)).hasValue(backend.address());
                    return line.isDone();
                });
                assertThat(line.get()).matches(
                        ".* WARN  apex: log: \\d+ lines dropped: the output is too slow");
            } finally {
                process.destroyForcibly().onExit().join();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "<configuration>",
        "<configuration><appender name='a' class='no.such.Appender'/><root><appender-ref ref='a'/></root>"
                + "</configuration>"})
    void invalidLogConfigurationDoesNotDisableTheLog(String xml) throws IOException {
        try (var backend = HttpBackend.started()) {
            Distribution apex = Distribution.copiedTo(directory).configure("""
                    listen_addr = "127.0.0.1:0"
                    backend_addrs = ["%s"]
                    """.formatted(backend.address()));
            Files.writeString(apex.home().resolve("conf/logback.xml"), xml);

            try (var proxy = apex.start()) {
                assertThat(Http.get(proxy.port())).hasValue(backend.address());
                assertThat(proxy.awaitLine("is not valid")).endsWith("Z ERROR apex: " + apex.home()
                        + "/conf/logback.xml is not valid, see the messages of Logback above; the log goes to standard"
                        + " output");
                assertThat(proxy.awaitLine("apex.access")).contains(" client-closed client=127.0.0.1:");
            }
        }
    }

    private static String readLineWith(BufferedReader log, String part) {
        try {
            String line = log.readLine();
            while (!line.contains(part)) {
                line = log.readLine();
            }
            return line;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
