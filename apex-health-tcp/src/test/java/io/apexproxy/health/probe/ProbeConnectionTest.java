package io.apexproxy.health.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.api.Backend;
import io.apexproxy.api.health.HealthResult;
import io.apexproxy.api.testkit.FakeServer;
import io.apexproxy.api.testkit.RefusedPort;
import io.apexproxy.api.testkit.ThreadLimitedExecutor;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class ProbeConnectionTest {

    private static final Duration AMPLE = Duration.ofSeconds(20);

    /** Regression: the channel leaked, because only its timer would have closed it. */
    @Test
    void probeWithoutTimerIsInconclusiveAndClosesItsChannel() throws Exception {
        var closed = new ScheduledThreadPoolExecutor(1);
        closed.shutdown();
        try (var limited = new ThreadLimitedExecutor(0); var refused = new RefusedPort();
                var first = AsynchronousSocketChannel.open(); var second = AsynchronousSocketChannel.open()) {
            assertThat(probe(first, refused.backend(), limited))
                    .isEqualTo(HealthResult.inconclusive("unable to create native thread"));
            assertThat(probe(second, refused.backend(), closed))
                    .isEqualTo(HealthResult.inconclusive("health check closed"));
            assertThat(List.of(first, second)).noneMatch(AsynchronousSocketChannel::isOpen);
        }
    }

    /** A response in single bytes is read with pauses, for which this executor has no thread. */
    @Test
    void probeWithoutPauseIsInconclusiveAndClosesItsChannel() throws Exception {
        try (var limited = new ThreadLimitedExecutor(1); var channel = AsynchronousSocketChannel.open();
                var server = FakeServer.running(connection -> {
                    connection.setTcpNoDelay(true);
                    while (true) { // until the probe resets the connection
                        connection.getOutputStream().write("x".getBytes(StandardCharsets.US_ASCII));
                        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
                    }
                })) {
            assertThat(probe(channel, server.backend(), limited))
                    .isEqualTo(HealthResult.inconclusive("unable to create native thread"));
            assertThat(server.ending()).isNotEqualTo("none");
            assertThat(channel.isOpen()).isFalse();
        }
    }

    @Test
    void lackOfLocalPortsIsInconclusive() {
        var failure = new BindException("Cannot assign requested address");

        assertThat(ProbeConnection.resultOf(failure, ", expected \"220 \", got nothing"))
                .isEqualTo(HealthResult.inconclusive("cannot assign requested address"));
    }

    private static HealthResult probe(AsynchronousSocketChannel channel, Backend backend,
            ScheduledExecutorService executor) throws Exception {
        return new ProbeConnection(channel, backend, new TestExchange(true), 64, AMPLE, new LingeringProbes())
                .start((InetSocketAddress) backend.address(), executor)
                .toCompletableFuture().get(AMPLE.toSeconds(), TimeUnit.SECONDS);
    }
}
