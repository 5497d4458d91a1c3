package io.apexproxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.test.Bytes;
import io.apexproxy.test.TestServer;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Tests of TCP keepalive, by the keepalive timers that {@code ss} shows. */
class KeepaliveTest {

    private static final String TIMER = "timer:(keepalive,";
    private static final String OFF = "keepalive = \"off\"";

    @BeforeAll
    static void requireTool() {
        Assumptions.assumeTrue(isRunnable(), "ss, which shows timers of connections, is not installed");
    }

    @Test
    void keepaliveIsEnabledOnBothSidesAfterOneSecond() throws IOException {
        try (var backend = TestServer.echo();
                var proxy = TestProxy.threads(1).over(backend);
                var client = proxy.connect()) {
            assertThat(Bytes.ping(client)).isEqualTo('p');

            awaitTimer(client);
            awaitTimerTo(backend);
        }
    }

    @Test
    void keepaliveOffDisablesItOnBothSides() throws IOException {
        try (var backendWithout = TestServer.echo(); var backend = TestServer.echo();
                var without = TestProxy.threads(1).listener(OFF).pool(OFF).over(backendWithout);
                var with = TestProxy.threads(1).over(backend);
                var clientWithout = without.connect(); var client = with.connect()) {
            assertThat(Bytes.ping(clientWithout)).isEqualTo('p');
            assertThat(Bytes.ping(client)).isEqualTo('p');

            // The connection with keepalive is the younger one, so the older one is past that age too.
            awaitTimer(client);
            awaitTimerTo(backend);

            assertNoTimer("dport = :" + clientWithout.getLocalPort());
            assertNoTimer("dport = :" + backendWithout.port());
        }
    }

    @Test
    void listenerAndPoolHaveSeparateKeepaliveSettings() throws IOException {
        try (var backend = TestServer.echo();
                var proxy = TestProxy.threads(1).listener(OFF).over(backend);
                var client = proxy.connect()) {
            assertThat(Bytes.ping(client)).isEqualTo('p');

            awaitTimerTo(backend);

            assertNoTimer("dport = :" + client.getLocalPort());
        }
    }

    /** Waits until the proxy's socket to a client has a keepalive timer. */
    private static void awaitTimer(Socket client) {
        awaitTimer("dport = :" + client.getLocalPort());
    }

    /** Waits until the proxy's socket to a backend has a keepalive timer. */
    private static void awaitTimerTo(TestServer backend) {
        awaitTimer("dport = :" + backend.port());
    }

    private static void awaitTimer(String filter) {
        await().atMost(TestProxy.PATIENCE)
                .untilAsserted(() -> assertThat(established(filter)).hasSize(1).allMatch(KeepaliveTest::hasTimer));
    }

    private static void assertNoTimer(String filter) {
        assertThat(established(filter)).hasSize(1).noneMatch(KeepaliveTest::hasTimer);
    }

    private static boolean hasTimer(String line) {
        return line.contains(TIMER);
    }

    /** Returns the lines of established connections that match a filter of {@code ss}. */
    private static List<String> established(String filter) {
        try {
            return run("ss", "-tnoH", "state", "established", filter);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean isRunnable() {
        try {
            run("ss", "-V");
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static List<String> run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            List<String> lines = output.lines().toList();
            assertThat(process.waitFor(TestProxy.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            return lines;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        } finally {
            process.destroy();
        }
    }
}
