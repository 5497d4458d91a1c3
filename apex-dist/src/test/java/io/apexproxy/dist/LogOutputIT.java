package io.apexproxy.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.dist.harness.Admin;
import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.DistributionFixture;
import io.apexproxy.dist.harness.Http;
import io.apexproxy.dist.harness.HttpBackend;
import io.apexproxy.dist.harness.Signal;
import io.apexproxy.test.FreePorts;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of a standard output that blocks or fails: the process ends on signals, and lost lines are counted. */
@EnabledOnOs(OS.LINUX)
class LogOutputIT extends DistributionFixture {

    /** Far more than a pipe of 64 KiB can hold, at about 200 bytes a line. */
    private static final int LINES = 1_000;
    /** The promise is {@code drain_timeout} (1 s) and 2 s; the rest is for a loaded machine. */
    private static final int MOST_SECONDS_TO_DRAIN = 10;
    private static final String OWN_APPENDER = "io.apexproxy.runtime.log.StandardOutputAppender";
    private static final String LOGBACKS_APPENDER = "ch.qos.logback.core.ConsoleAppender";

    @AutoClose
    private final HttpBackend backend = HttpBackend.started();
    private final int port = FreePorts.next();
    private final int adminPort = FreePorts.next();
    private final Admin admin = Admin.on(adminPort);

    @BeforeEach
    void configure() {
        apex.configure("""
                listen_addr = "127.0.0.1:%d"
                backend_addrs = ["%s"]
                [admin]
                listen_addr = "127.0.0.1:%d"
                """.formatted(port, backend.address(), adminPort));
    }

    /** Also with the appender of Logback, which log configurations copied from version 0.1 contain. */
    @ParameterizedTest
    @ValueSource(strings = {OWN_APPENDER, LOGBACKS_APPENDER})
    void signalEndsAProcessWithUnreadOutput(String appender) throws Exception {
        Path logback = apex.home().resolve("conf/logback.xml");
        Files.writeString(logback, Files.readString(logback).replace(OWN_APPENDER, appender));
        Process process = start(Redirect.PIPE);
        try {
            fillOutput();

            Signal.send("TERM", process.pid());

            assertThat(process.waitFor(ApexProcess.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        } finally {
            process.destroyForcibly().onExit().join();
        }
    }

    /** The reader gets SIGSTOP, so that the pipe stays open and fills up. */
    @Test
    void servesReloadsAndDrainsWhileReaderOfItsOutputIsStopped() throws Exception {
        apex.configure(Files.readString(apex.configFile()).replace("[admin]", "drain_timeout = \"1s\"\n[admin]"));
        List<Process> pipeline = ProcessBuilder.startPipeline(List.of(
                command(Redirect.PIPE), new ProcessBuilder("cat").redirectOutput(Redirect.DISCARD)));
        Process process = pipeline.get(0);
        Process reader = pipeline.get(1);
        try (var client = Http.Connection.to(awaitPort())) {
            Signal.send("STOP", reader.pid());
            fillOutput();

            Signal.send("HUP", process.pid());
            await().atMost(ApexProcess.PATIENCE).until(
                    () -> admin.metrics().get("apex_config_reloads_total{result=\"success\"}") > 0);
            assertThat(admin.get("/health/ready").statusCode()).isEqualTo(200);
            assertThat(client.get()).isEqualTo(backend.address());
            Signal.send("TERM", process.pid()); // the connection stays open until drain_timeout

            assertThat(process.waitFor(MOST_SECONDS_TO_DRAIN, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        } finally {
            process.destroyForcibly().onExit().join();
            reader.destroyForcibly().onExit().join();
        }
    }

    @Test
    void secondSignalEndsAProcessWithUnreadOutput() throws Exception {
        Process process = start(Redirect.PIPE);
        try (var client = Http.Connection.to(awaitPort())) { // keeps the drain of the first signal open
            client.get();
            fillOutput();

            Signal.send("TERM", process.pid());
            await().atMost(ApexProcess.PATIENCE).until(() -> Http.get(port).isEmpty());
            Signal.send("TERM", process.pid());

            assertThat(process.waitFor(ApexProcess.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        } finally {
            process.destroyForcibly().onExit().join();
        }
    }

    @Test
    void linesLostOnAFullDeviceAreCounted() throws Exception {
        Process process = start(Redirect.to(new File("/dev/full")));
        try {
            assertLossIsCounted(process);
        } finally {
            process.destroyForcibly().onExit().join();
        }
    }

    @Test
    void linesLostOnAClosedPipeAreCounted() throws Exception {
        Process process = start(Redirect.PIPE);
        try {
            awaitPort();
            process.getInputStream().close();
            assertLossIsCounted(process);
        } finally {
            process.destroyForcibly().onExit().join();
        }
    }

    private void assertLossIsCounted(Process process) {
        awaitPort();
        Signal.send("HUP", process.pid()); // writes a line to the log
        await().atMost(ApexProcess.PATIENCE).untilAsserted(() -> {
            assertThat(admin.metrics().get("apex_log_dropped_total")).isPositive();
            assertThat(admin.metrics().get("apex_access_log_dropped_total")).isPositive();
        });
    }

    private Process start(Redirect output) throws IOException {
        return command(output).start();
    }

    private ProcessBuilder command(Redirect output) {
        ProcessBuilder builder = new ProcessBuilder(apex.script().toString())
                .directory(apex.workingDirectory().toFile())
                .redirectOutput(output).redirectError(Redirect.DISCARD);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        return builder;
    }

    /** Waits until connections are served. Writes access log lines. */
    private int awaitPort() {
        await().atMost(ApexProcess.PATIENCE).until(() -> Http.get(port).isPresent());
        return port;
    }

    private void fillOutput() {
        awaitPort();
        for (int line = 0; line < LINES; line++) {
            assertThat(Http.get(port)).hasValue(backend.address());
        }
    }
}
