package io.apexproxy.health.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.api.testkit.FakeBackend;
import java.io.IOException;
import java.nio.channels.AsynchronousSocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LingeringProbesTest {

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
        ProbeConnection ended = probe();
        lingering.add(ended);
        assertThat(channels.get(0).isOpen()).isFalse();

        ended.close();
        lingering.add(probe());

        assertThat(channels.subList(1, LingeringProbes.MAX)).allMatch(AsynchronousSocketChannel::isOpen);
    }

    private ProbeConnection probe() throws IOException {
        AsynchronousSocketChannel channel = AsynchronousSocketChannel.open();
        channels.add(channel);
        return new ProbeConnection(channel, FakeBackend.of("b"), new TestExchange(false), 1, Duration.ofSeconds(1),
                lingering);
    }
}
