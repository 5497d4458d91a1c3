package io.apexproxy.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.Distribution;
import io.apexproxy.dist.harness.Http;
import io.apexproxy.dist.harness.HttpBackend;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** How a proxy ends that has live connections. */
@DisabledOnOs(OS.WINDOWS)
class ShutdownIT {

    private static final String LONGER_THAN_ANY_TEST = "10m";

    @TempDir
    Path directory;

    private Distribution apex;

    @BeforeEach
    void unpack() {
        apex = Distribution.copiedTo(directory);
    }

    @Test
    void theLogTellsHowManyAreLeftUntilTheLastHasFinished() {
        try (var backend = HttpBackend.started(); var proxy = configure(0, LONGER_THAN_ANY_TEST, backend).start()) {
            try (var client = Http.Connection.to(proxy.port())) {
                client.get();

                proxy.signal("TERM");
                proxy.awaitLine("Draining: 1 connections, for 600 s at most");
                proxy.awaitLine("Draining: 1 connections left");
                assertThat(client.get()).isEqualTo(backend.address());
            }

            assertThat(proxy.exitStatus()).isZero();
            assertThat(proxy.completeOutput()).contains("apex: Drained").contains("apex.access: client-closed");
        }
    }

    @Test
    void whatIsLeftAfterTheDrainTimeoutIsClosedAndTheStatusIsZero() {
        try (var backend = HttpBackend.started(); var proxy = configure(0, "1s", backend).start();
                var client = Http.Connection.to(proxy.port())) {
            client.get();

            proxy.signal("TERM");

            assertThat(proxy.exitStatus()).isZero();
            assertThat(proxy.completeOutput()).contains("Drain timeout: closing 1 connections")
                    .contains("apex.access: drained");
        }
    }

    @Test
    void aSecondSignalEndsAtOnceAndLeavesALineForEachConnection() {
        try (var backend = HttpBackend.started(); var proxy = configure(0, LONGER_THAN_ANY_TEST, backend).start();
                var client = Http.Connection.to(proxy.port())) {
            client.get();

            proxy.signal("TERM");
            proxy.awaitLine("Draining");
            proxy.signal("TERM");

            assertThat(proxy.exitStatus()).isZero();
            assertThat(proxy.completeOutput()).contains("apex.access: shutdown");
        }
    }

    @Test
    void theNextProxyTakesOverTheAddressWhileTheLastConnectionsFinish() {
        try (var backend = HttpBackend.started(); var old = configure(0, LONGER_THAN_ANY_TEST, backend).start();
                var client = Http.Connection.to(old.port())) {
            client.get();
            int port = old.port();
            old.signal("TERM");
            await().atMost(ApexProcess.PATIENCE).until(() -> Http.get(port).isEmpty());

            try (var next = configure(port, LONGER_THAN_ANY_TEST, backend).start()) {
                assertThat(next.port()).isEqualTo(port);
                assertThat(Http.get(port)).contains(backend.address());
                assertThat(client.get()).isEqualTo(backend.address());
            }
        }
    }

    private Distribution configure(int port, String drainTimeout, HttpBackend backend) {
        return apex.configure("""
                listen_addr = "127.0.0.1:%d"
                backend_addrs = ["%s"]
                drain_timeout = "%s"
                """.formatted(port, backend.address(), drainTimeout));
    }
}
