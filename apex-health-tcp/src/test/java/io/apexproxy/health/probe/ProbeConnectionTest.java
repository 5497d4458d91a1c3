package io.apexproxy.health.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.apexproxy.api.health.HealthResult;
import io.apexproxy.api.testkit.FakeContext;
import io.apexproxy.api.testkit.FakeServer;
import io.apexproxy.api.testkit.ThreadLimitedExecutor;
import java.io.IOException;
import java.net.BindException;
import java.nio.channels.AsynchronousByteChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class ProbeConnectionTest {

    private static final Duration AMPLE = Duration.ofSeconds(20);

    @Test
    void probeWithoutTimerIsInconclusiveAndDoesNotConnect() throws Exception {
        var closed = new ScheduledThreadPoolExecutor(1);
        closed.shutdown();
        try (var limited = new ThreadLimitedExecutor(0)) {
            assertThat(probe(limited, ProbeConnectionTest::unexpected))
                    .isEqualTo(HealthResult.inconclusive("unable to create native thread"));
            assertThat(probe(closed, ProbeConnectionTest::unexpected))
                    .isEqualTo(HealthResult.inconclusive("health check closed"));
        }
    }

    private static CompletionStage<AsynchronousByteChannel> unexpected() {
        throw new AssertionError("the probe connects");
    }

    /** A response in single bytes is read with pauses, for which this executor has no thread. */
    @Test
    void probeWithoutPauseIsInconclusiveAndClosesItsChannel() throws Exception {
        try (var limited = new ThreadLimitedExecutor(1); var context = FakeContext.create();
                var server = FakeServer.running(connection -> {
                    connection.setTcpNoDelay(true);
                    while (true) { // until the probe closes the connection
                        connection.getOutputStream().write("x".getBytes(StandardCharsets.US_ASCII));
                        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
                    }
                })) {
            var channel = context.connect(server.backend(), AMPLE).toCompletableFuture().get();

            assertThat(probe(limited, () -> CompletableFuture.completedFuture(channel)))
                    .isEqualTo(HealthResult.inconclusive("unable to create native thread"));

            await().until(() -> !channel.isOpen());
            context.disconnect();
            assertThat(server.ending()).isNotEqualTo("none");
        }
    }

    @Test
    void failureOfTheConnectIsPassedOn() {
        var failure = new IOException("cannot assign requested address", new BindException());
        try (var context = FakeContext.create()) {
            assertThatThrownBy(() -> probe(context.executor(), () -> CompletableFuture.failedFuture(failure)))
                    .cause().isSameAs(failure);
        }
    }

    private static HealthResult probe(ScheduledExecutorService executor,
            Supplier<CompletionStage<AsynchronousByteChannel>> connect) throws Exception {
        return new ProbeConnection(executor, new TestExchange(true), 64, AMPLE).start(connect)
                .toCompletableFuture().get(AMPLE.toSeconds(), TimeUnit.SECONDS);
    }
}
