package io.apexproxy.health.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousSocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LingeringProbesTest {

    private static final SendExpect NOTHING =
            new SendExpect(SendExpect.PORT_OF_BACKEND, ByteBuffer.allocate(0), ByteBuffer.allocate(0));

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

    private Probe probe() throws IOException {
        AsynchronousSocketChannel channel = AsynchronousSocketChannel.open();
        channels.add(channel);
        return new Probe(channel, NOTHING, Duration.ofSeconds(1), lingering);
    }
}
