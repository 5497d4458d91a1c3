package io.apexproxy.dist.promise;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.dist.harness.Distribution;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * A pool of 40,000 backends starts and changes in seconds. Work that grows with the square of the number of backends
 * takes minutes. Each backend is another address of the loopback network; one socket listens on all of them.
 */
@EnabledOnOs(value = OS.LINUX, disabledReason = "other systems have one loopback address")
@Tag(Distribution.ALONE)
class ManyBackendsIT extends Scenario {

    private static final int BACKENDS = 40_000;
    private static final int BACKLOG = 4_096;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration POLL_INTERVAL = Duration.ofSeconds(2);

    @AutoClose
    private ServerSocket backends;

    @BeforeEach
    void listen() throws IOException {
        backends = new ServerSocket(0, BACKLOG, InetAddress.getByName("0.0.0.0"));
        Thread accepting = new Thread(this::accept, "backends");
        accepting.setDaemon(true);
        accepting.start();
    }

    private void accept() {
        try {
            while (true) {
                backends.accept().close();
            }
        } catch (IOException e) {
            assertThat(backends.isClosed()).isTrue(); // at the end of the test
        }
    }

    @Test
    @Timeout(300)
    void startsAndChangesOneOf40000Backends() {
        List<String> addresses = new ArrayList<>();
        for (int i = 0; i < BACKENDS; i++) {
            addresses.add("\"127.1.%d.%d:%d\"".formatted(i / 250, 1 + i % 250, backends.getLocalPort()));
        }
        Config config = new Config("", "listen_addr = \"127.0.0.1:0\"", "", Config.ONCE, addresses, "");

        apex.addJvmOption("-XX:TieredStopAtLevel=4"); // the second compiler: the metrics are much computation
        try (var proxy = start(config)) {
            proxy.port();
            awaitAllUp(proxy);

            addresses.set(BACKENDS / 2, "\"127.1.200.1:" + backends.getLocalPort() + '"');
            proxy.changeAtOnce(config);

            awaitAllUp(proxy);
            assertThat(proxy.lines("ERROR")).isEmpty(); // the limit of probes is a WARN: all are probed at the start
        }
    }

    /** Waits until all backends are up. Each request for metrics of 40,000 backends takes the time of many probes. */
    private static void awaitAllUp(Proxy proxy) {
        Awaitility.await().atMost(PATIENCE).pollInterval(POLL_INTERVAL).until(() -> areAllUp(proxy));
    }

    /** Returns false also if the proxy needs more than 10 s for the metrics, as on a busy machine. */
    private static boolean areAllUp(Proxy proxy) {
        try {
            return proxy.metric("apex_pool_backends_up{pool=\"web\"}") == BACKENDS;
        } catch (UncheckedIOException e) {
            return false;
        }
    }
}
