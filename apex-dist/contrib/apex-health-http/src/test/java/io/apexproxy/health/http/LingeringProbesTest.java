package io.apexproxy.health.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.api.health.HealthResult;
import io.apexproxy.api.testkit.FakeContext;
import io.apexproxy.api.testkit.FakeServer;
import io.apexproxy.api.testkit.MapSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousSocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LingeringProbesTest {

    /** Longer than a test takes. */
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final LingeringProbes lingering = new LingeringProbes();
    private final List<AsynchronousSocketChannel> channels = new ArrayList<>();

    @AfterEach
    void closeAll() throws IOException {
        for (AsynchronousSocketChannel channel : channels) {
            channel.close();
        }
    }

    @Test
    void oldestConnectionIsClosedBeyondTheLimit() throws IOException {
        for (int i = 0; i < LingeringProbes.MAX + 2; i++) {
            lingering.add(probe());
        }

        assertThat(channels.subList(0, 2)).noneMatch(AsynchronousSocketChannel::isOpen);
        assertThat(channels.subList(2, channels.size())).allMatch(AsynchronousSocketChannel::isOpen);
    }

    @Test
    void closedProbeDoesNotCount() throws IOException {
        for (int i = 0; i < LingeringProbes.MAX; i++) {
            lingering.add(probe());
        }
        Probe ended = probe();
        lingering.add(ended);
        assertThat(channels.get(0).isOpen()).isFalse();

        ended.close();
        lingering.add(probe());

        assertThat(channels.subList(1, LingeringProbes.MAX)).allMatch(AsynchronousSocketChannel::isOpen);
    }

    @Test
    void probeWithResultIsAdded() throws Exception {
        CompletableFuture<Void> end = new CompletableFuture<>();
        try (FakeContext context = FakeContext.create(); FakeServer server = FakeServer.running(connection -> {
            FakeServer.write(connection, "HTTP/1.1 200 OK\r\n");
            end.join(); // the server does not close
        })) {
            Probe probe = probe();
            CompletionStage<HealthResult> result =
                    probe.start((InetSocketAddress) server.backend().address(), context.executor());
            assertThat(result.toCompletableFuture().get()).isEqualTo(HealthResult.healthy());

            long deadline = System.nanoTime() + TIMEOUT.toNanos();
            // the probe is added shortly after its result
            while (channels.get(0).isOpen() && System.nanoTime() < deadline) {
                lingering.add(probe());
            }
            assertThat(channels.get(0).isOpen()).isFalse();
        } finally {
            end.complete(null);
        }
    }

    private Probe probe() throws IOException {
        AsynchronousSocketChannel channel = AsynchronousSocketChannel.open();
        channels.add(channel);
        Expectation expectation = Expectation.from(MapSettings.of(Map.of()), "GET");
        return new Probe(channel, ByteBuffer.allocate(0), expectation, LONG, lingering);
    }
}
