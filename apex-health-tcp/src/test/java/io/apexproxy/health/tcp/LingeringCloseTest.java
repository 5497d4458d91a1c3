package io.apexproxy.health.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.api.testkit.ThreadLimitedExecutor;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LingeringCloseTest {

    private static final int MANY = LingeringClose.MAX + 2;

    @TempDir
    private Path directory;
    private final List<SocketChannel> channels = new ArrayList<>();
    private final ScheduledThreadPoolExecutor distant = new ScheduledThreadPoolExecutor(1) {
        @Override
        public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
            return super.schedule(task, 1, TimeUnit.DAYS);
        }
    };
    private ServerSocketChannel server;

    @BeforeEach
    void listen() throws IOException {
        var address = UnixDomainSocketAddress.of(directory.resolve("app.sock"));
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(address, MANY);
        for (int i = 0; i < MANY; i++) {
            channels.add(SocketChannel.open(address));
        }
    }

    @AfterEach
    void close() throws IOException {
        distant.shutdownNow();
        for (SocketChannel channel : channels) {
            channel.close();
        }
        server.close();
    }

    @Test
    void oldestConnectionsAreClosedBeyondTheLimit() {
        try (var lingeringClose = new LingeringClose(distant)) {
            channels.forEach(lingeringClose::add);

            assertThat(channels.subList(0, 2)).noneMatch(SocketChannel::isOpen);
            assertThat(channels.subList(2, MANY)).allMatch(SocketChannel::isOpen);
        }
        assertThat(channels).noneMatch(SocketChannel::isOpen);
    }

    /** Regression: the connection leaked, and the result of the probe was lost. */
    @Test
    void connectionWithoutTimerIsClosedImmediately() {
        try (var limited = new ThreadLimitedExecutor(0); var lingeringClose = new LingeringClose(limited)) {
            lingeringClose.add(channels.get(0));

            assertThat(channels.get(0).isOpen()).isFalse();
        }
    }
}
