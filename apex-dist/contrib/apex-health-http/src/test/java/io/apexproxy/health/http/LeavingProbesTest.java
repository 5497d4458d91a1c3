package io.apexproxy.health.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.api.testkit.MapSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousSocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LeavingProbesTest {

    private final LeavingProbes leaving = new LeavingProbes();
    private final List<AsynchronousSocketChannel> channels = new ArrayList<>();

    @AfterEach
    void closeAll() throws IOException {
        for (AsynchronousSocketChannel channel : channels) {
            channel.close();
        }
    }

    @Test
    void theOldestConnectionIsClosedBeyondTheBound() throws IOException {
        for (int i = 0; i < LeavingProbes.MAX + 2; i++) {
            leaving.add(probe());
        }

        assertThat(channels.subList(0, 2)).noneMatch(AsynchronousSocketChannel::isOpen);
        assertThat(channels.subList(2, channels.size())).allMatch(AsynchronousSocketChannel::isOpen);
    }

    @Test
    void aProbeThatHasEndedDoesNotCount() throws IOException {
        for (int i = 0; i < LeavingProbes.MAX; i++) {
            leaving.add(probe());
        }
        Probe ended = probe();
        leaving.add(ended);
        assertThat(channels.get(0).isOpen()).isFalse();

        ended.close();
        leaving.add(probe());

        assertThat(channels.subList(1, LeavingProbes.MAX)).allMatch(AsynchronousSocketChannel::isOpen);
    }

    private Probe probe() throws IOException {
        AsynchronousSocketChannel channel = AsynchronousSocketChannel.open();
        channels.add(channel);
        Expectation expectation = Expectation.from(MapSettings.of(Map.of()), "GET");
        return new Probe(channel, ByteBuffer.allocate(0), expectation, Duration.ofSeconds(1), leaving);
    }
}
