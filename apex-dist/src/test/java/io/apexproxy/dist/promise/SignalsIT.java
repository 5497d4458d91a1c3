package io.apexproxy.dist.promise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.Http;
import io.apexproxy.dist.harness.HttpBackend;
import io.apexproxy.test.FreePorts;
import io.apexproxy.test.TestServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests of signals. SIGHUP reloads the configuration. SIGTERM and SIGINT stop accepting, wait for open connections
 * until {@code drain_timeout}, and close the remaining ones. A second signal ends the process at once. The exit status
 * is 0.
 */
class SignalsIT extends Scenario {

    private static final String LONGER_THAN_ANY_TEST = "10m";

    @Test
    @Tag(QUICK)
    void hangupReloadsTheConfiguration() {
        try (var backend = HttpBackend.started(); var proxy = start(Config.withBackends(backend.address()))) {
            proxy.port();
            apex.configure("= nothing");
            proxy.awaitLine("config.toml:1:");
            long loggedBefore = proxy.logged("config.toml:1:");

            proxy.process().signal("HUP"); // the file is unchanged, so only the signal causes a reload

            eventually(() -> proxy.logged("config.toml:1:") > loggedBefore);
            assertThat(proxy.answers(2)).containsOnly(backend.address());
        }
    }

    /** Blocks the start in the log configuration, which reads a FIFO, until the signal has been sent. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void hangupDuringTheStartIsHarmless() throws Exception {
        Path fifo = directory.resolve("fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
        Path logback = apex.home().resolve("conf/logback.xml");
        Files.writeString(logback, Files.readString(logback).replace("<configuration scan=\"true\"",
                "<configuration scan=\"false\"").replace("<root ", "<property file=\"" + fifo + "\"/><root "));
        try (var backend = HttpBackend.started(); var proxy = start(Config.withBackends(backend.address()))) {
            CompletableFuture<OutputStream> opened = CompletableFuture.supplyAsync(() -> open(fifo));
            try (OutputStream properties = opened.get(ApexProcess.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                proxy.process().signal("HUP");
                properties.write("x=y\n".getBytes(StandardCharsets.US_ASCII));
            }

            proxy.port();
            assertThat(proxy.answers(1)).containsOnly(backend.address());
        } finally {
            new RandomAccessFile(fifo.toFile(), "rw").close(); // ends an open() that is still blocked
        }
    }

    /** Opens the FIFO for writing; blocks until it is opened for reading. */
    private static OutputStream open(Path fifo) {
        try {
            return Files.newOutputStream(fifo);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @Tag(QUICK)
    @ValueSource(strings = {"TERM", "INT"})
    void terminationSignalDrainsConnections(String signal) {
        try (var backend = HttpBackend.started(); var proxy = draining(LONGER_THAN_ANY_TEST, backend)) {
            int port = proxy.port();
            try (var client = Http.Connection.to(port)) {
                assertThat(client.get()).isEqualTo(backend.address());

                proxy.process().signal(signal);
                eventually(() -> Http.get(port).isEmpty());

                assertThat(client.get()).isEqualTo(backend.address());
                assertThat(proxy.process().isAlive()).isTrue();
            }
            assertThat(proxy.process().exitStatus()).isZero();
            assertThat(proxy.process().completeOutput()).contains("apex.access: client-closed");
        }
    }

    @Test
    void configurationChangeDuringTheDrainOpensNoListener() {
        int port = FreePorts.next();
        try (var backend = HttpBackend.started(); var proxy = draining(LONGER_THAN_ANY_TEST, backend);
                var client = Http.Connection.to(proxy.port())) {
            client.get();
            proxy.process().signal("TERM");
            proxy.awaitLine("Draining");

            apex.configure(Config.withBackends(backend.address()).port(port).toml());
            proxy.process().signal("HUP");

            await().during(Duration.ofSeconds(1)).atMost(ApexProcess.PATIENCE)
                    .until(() -> Http.get(port).isEmpty() && proxy.logged("Configuration ") == 0);
            assertThat(client.get()).isEqualTo(backend.address());
        }
    }

    @Test
    @Tag(QUICK)
    void drainWithoutConnectionsEndsTheProcessAtOnce() {
        try (var backend = HttpBackend.started(); var proxy = draining(LONGER_THAN_ANY_TEST, backend)) {
            proxy.answers(1);

            proxy.process().signal("TERM");

            assertThat(proxy.process().exitStatus()).isZero();
        }
    }

    @Test
    void drainLogsTheNumberOfRemainingConnections() {
        try (var backend = HttpBackend.started(); var proxy = draining(LONGER_THAN_ANY_TEST, backend)) {
            try (var client = Http.Connection.to(proxy.port())) {
                client.get();

                proxy.process().signal("TERM");
                proxy.awaitLine("Draining: 1 connection, timeout 600s");
                proxy.awaitLine("Draining: 1 connection left");
                assertThat(client.get()).isEqualTo(backend.address());
            }

            assertThat(proxy.process().exitStatus()).isZero();
            assertThat(proxy.process().completeOutput()).contains("apex: Drained");
        }
    }

    @Test
    @Tag(QUICK)
    void remainingConnectionsAreClosedAfterTheDrainTimeout() {
        try (var backend = HttpBackend.started(); var proxy = draining("1s", backend);
                var client = Http.Connection.to(proxy.port())) {
            client.get();

            proxy.process().signal("TERM");

            assertThat(proxy.process().exitStatus()).isZero();
            assertThat(proxy.process().completeOutput()).contains("Drain timeout: closing 1 connection")
                    .contains("apex.access: drained");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void secondSignalEndsAtOnceAndLogsEveryConnection(String second) {
        try (var backend = HttpBackend.started(); var proxy = draining(LONGER_THAN_ANY_TEST, backend);
                var client = Http.Connection.to(proxy.port())) {
            client.get();

            proxy.process().signal("TERM");
            proxy.awaitLine("Draining");
            proxy.process().signal(second);

            assertThat(proxy.process().exitStatus()).isZero();
            assertThat(proxy.process().completeOutput()).contains("apex.access: shutdown");
        }
    }

    @Test
    void nextProxyBindsTheAddressDuringTheDrain() {
        int port = FreePorts.next(); // not used by other processes between the two starts
        try (var backend = HttpBackend.started(); var old = start(Config.withBackends(backend.address()).port(port)
                .settings("drain_timeout = \"" + LONGER_THAN_ANY_TEST + '"'));
                var client = Http.Connection.to(old.port())) {
            client.get();
            old.process().signal("TERM");
            eventually(() -> Http.get(port).isEmpty());

            try (var next = start(Config.withBackends(backend.address()).port(port))) {
                assertThat(next.port()).isEqualTo(port);
                assertThat(next.answers(1)).containsOnly(backend.address());
                assertThat(client.get()).isEqualTo(backend.address());
            }
        }
    }

    @Test
    void waitingStartEndsOnSignal() {
        try (var slow = TestServer.silent(); var proxy = start(Config.withBackends(slow.address())
                .health("expect = \"!\"\ntimeout = \"5m\""))) {
            eventually(() -> proxy.admin().get("/health/ready").body().contains("no verdict yet"));

            proxy.process().signal("TERM");

            assertThat(proxy.process().exitStatus()).isZero();
        }
    }

    private Proxy draining(String timeout, HttpBackend backend) {
        return start(Config.withBackends(backend.address()).settings("drain_timeout = \"" + timeout + '"'));
    }
}
