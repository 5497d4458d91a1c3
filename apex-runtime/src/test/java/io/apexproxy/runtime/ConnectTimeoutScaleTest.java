package io.apexproxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.UnixOperatingSystemMXBean;
import io.apexproxy.api.testkit.BlackHole;
import io.apexproxy.test.LogCapture;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Test of the connect timeout with thousands of connections to a backend that does not respond. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "other systems refuse what does not fit the queue of a listener")
@Tag("alone")
class ConnectTimeoutScaleTest {

    private static final int MAX_SESSIONS = 8_000;
    private static final int FEWEST_SESSIONS = 1_000;
    /** The client's socket, the proxy's socket to it, and the socket to the backend. */
    private static final int DESCRIPTORS_PER_SESSION = 3;
    /** The descriptors of the process itself. */
    private static final int OTHER_DESCRIPTORS = 1_000;
    private static final double TIMEOUT_MILLIS = 2_000;
    private static final double MAX_DELAY_MILLIS = 200;
    /** Other processes can delay one or two rounds. */
    private static final int ROUNDS = 3;

    @Test
    void eachSessionEndsAtItsConnectTimeout() throws IOException {
        int sessions = sessionsThatFit();
        Assumptions.assumeTrue(sessions >= FEWEST_SESSIONS, "the limit of descriptors allows " + sessions
                + " sessions only");
        List<Double> delays = new ArrayList<>();
        do {
            delays.add(maxDelayMillis(sessions));
        } while (Collections.min(delays) > MAX_DELAY_MILLIS && delays.size() < ROUNDS);

        assertThat(Collections.min(delays)).as("longest delay of %d sessions in each round: %s ms", sessions, delays)
                .isLessThanOrEqualTo(MAX_DELAY_MILLIS);
    }

    private static int sessionsThatFit() {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
            long free = system.getMaxFileDescriptorCount() - system.getOpenFileDescriptorCount() - OTHER_DESCRIPTORS;
            return (int) Math.min(MAX_SESSIONS, free / DESCRIPTORS_PER_SESSION);
        }
        return 0;
    }

    private static double maxDelayMillis(int sessions) throws IOException {
        List<SocketChannel> clients = new ArrayList<>();
        try (var access = LogCapture.of("apex.access"); var hole = new BlackHole();
                var proxy = TestProxy.threads(1).pool("connect_timeout = \"2s\"").pool("connect_attempts = 1")
                        .pool("when_all_down = \"try-all\"")
                        .healthCheck("{ provider = \"tcp\", interval = \"1h\", timeout = \"200ms\" }")
                        .over(hole.address())) {
            var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), proxy.port());
            for (int i = 0; i < sessions; i++) {
                clients.add(SocketChannel.open(address));
            }

            proxy.awaitEnding("connect-timeout", sessions);
            await().atMost(Duration.ofSeconds(30)).until(() -> access.events().size() == sessions);

            assertThat(proxy.backend(0).connectErrors()).isEqualTo(sessions);
            assertThat(proxy.backend(0).connections()).isZero();
            for (SocketChannel client : clients) {
                assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(-1);
            }
            List<Double> durations = access.values("duration_ms").stream().map(Double::valueOf).toList();
            assertThat(Collections.min(durations)).isGreaterThanOrEqualTo(TIMEOUT_MILLIS);
            return Collections.max(durations) - TIMEOUT_MILLIS;
        } finally {
            for (SocketChannel client : clients) {
                client.close();
            }
        }
    }
}
