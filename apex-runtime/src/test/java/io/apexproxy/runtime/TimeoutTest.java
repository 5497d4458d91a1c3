package io.apexproxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.test.TestServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

/** Tests of the idle and half-closed timeouts. */
@RelayMatrix
class TimeoutTest {

    @Parameter
    int threads;

    @Test
    void idleSessionEndsAtTheIdleTimeout() throws IOException {
        try (var backend = TestServer.silent();
                var proxy = TestProxy.threads(threads).listener("idle_timeout = \"300ms\"").over(backend);
                var client = proxy.connect()) {
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            proxy.awaitEnding("idle-timeout");
        }
    }

    @Test
    void idleTimeoutAppliesAfterTheWaitForAnEarlyClose() throws IOException {
        try (var backend = TestServer.silent();
                var proxy = TestProxy.threads(threads).listener("idle_timeout = \"300ms\"")
                        .pool("early_close = \"100ms\"").over(backend);
                var client = proxy.connect()) {
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            proxy.awaitEnding("idle-timeout");
        }
    }

    @Test
    void bytesInOneDirectionPreventTheIdleTimeout() throws IOException {
        TestServer.Script trickle = socket -> {
            for (int i = 0; i < 30; i++) {
                socket.getOutputStream().write(i);
                TimeUnit.MILLISECONDS.sleep(50);
            }
        };
        try (var backend = TestServer.serving(trickle);
                var proxy = TestProxy.threads(threads).listener("idle_timeout = \"1s\"").over(backend);
                var client = proxy.connect()) {
            assertThat(client.getInputStream().readAllBytes()).hasSize(30);
            client.shutdownOutput();
            proxy.awaitEnding("backend-closed");
        }
    }

    @Test
    void halfClosedSessionEndsAtTheHalfClosedTimeout() throws IOException {
        TestServer.Script neverClosing = socket -> {
            TestServer.readToEnd(socket);
            new CountDownLatch(1).await();
        };
        try (var backend = TestServer.serving(neverClosing);
                var proxy = TestProxy.threads(threads).listener("half_closed_timeout = \"300ms\"").over(backend);
                var client = proxy.connect()) {
            client.shutdownOutput();

            assertThat(client.getInputStream().read()).isEqualTo(-1);
            proxy.awaitEnding("half-closed-timeout");
        }
    }

    @Test
    void halfClosedTimeoutStartsAtTheHalfClose() throws IOException, InterruptedException {
        TestServer.Script late = socket -> {
            if (socket.getInputStream().readAllBytes().length > 0) {
                TimeUnit.MILLISECONDS.sleep(400);
                socket.getOutputStream().write("answer".getBytes(StandardCharsets.US_ASCII));
            }
        };
        try (var backend = TestServer.serving(late);
                var proxy = TestProxy.threads(threads).listener("half_closed_timeout = \"2s\"").over(backend);
                var client = proxy.connect()) {
            client.getOutputStream().write('?');
            Thread.sleep(2_200); // this idle time must not count
            client.shutdownOutput();

            assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("answer");
            proxy.awaitEnding("client-closed");
        }
    }

    @Test
    void timeoutDoesNotExpireEarly() throws IOException, InterruptedException {
        Duration timeout = Duration.ofMillis(500);
        try (var backend = TestServer.silent();
                var proxy = TestProxy.threads(threads).listener("idle_timeout = \"500ms\"").over(backend)) {
            for (int i = 0; i < 5; i++) {
                Thread.sleep(10L * i); // varies the age of the loop's cached time
                long started = System.nanoTime(); // before the timeout starts
                try (var client = proxy.connect(); InputStream in = client.getInputStream()) {
                    client.getOutputStream().write('?');
                    assertThat(in.read()).isEqualTo(-1);
                    assertThat(Duration.ofNanos(System.nanoTime() - started)).isGreaterThanOrEqualTo(timeout);
                }
            }
        }
    }
}
