package io.apexproxy.dist.promise;

import static io.apexproxy.test.Bytes.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.test.Bytes;
import io.apexproxy.test.TestServer;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Tests of half-closed connections. A half-close is relayed after the last byte, and the other side can continue to
 * send. A half-closed session without traffic ends after {@code half_closed_timeout}.
 */
class HalfCloseIT extends Scenario {

    private static final String SHORT = "half_closed_timeout = \"300ms\"";

    @Test
    @Tag(QUICK)
    void halfClosedClientReceivesTheCompleteAnswer() throws IOException {
        try (var backend = TestServer.serving(socket -> {
            long count = TestServer.readToEnd(socket);
            TestServer.send(socket, count + " bytes");
        }); var proxy = start(Config.withBackends(backend.address())); var client = proxy.client()) {
            Bytes.send(5 * MIB, client.out());
            client.halfClose();

            assertThat(client.readAll()).isEqualTo(5 * MIB + " bytes");
            proxy.awaitCause("client-closed");
        }
    }

    @Test
    @Tag(QUICK)
    void halfClosedBackendReceivesAllBytesOfTheClient() throws Exception {
        var received = new CompletableFuture<Long>();
        try (var backend = TestServer.serving(socket -> {
            TestServer.send(socket, "go ahead");
            socket.shutdownOutput();
            long checksum = Bytes.checksum(socket.getInputStream());
            if (checksum != 0) { // not a probe
                received.complete(checksum);
            }
        }); var proxy = start(Config.withBackends(backend.address())); var client = proxy.client()) {
            assertThat(client.readAll()).isEqualTo("go ahead");
            long sent = Bytes.send(5 * MIB, client.out());
            client.halfClose();

            assertThat(received.get(ApexProcess.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo(sent);
            proxy.awaitCause("backend-closed");
        }
    }

    @Test
    void activeBackendKeepsAHalfClosedSessionOpen() {
        int bytes = 60;
        try (var backend = TestServer.serving(socket -> {
            if (TestServer.sendsNothing(socket)) {
                return;
            }
            for (int i = 0; i < bytes; i++) {
                TestServer.send(socket, ".");
                TimeUnit.MILLISECONDS.sleep(50); // three seconds in total
            }
        }); var proxy = start(Config.withBackends(backend.address()).listener("half_closed_timeout = \"1500ms\""));
                var client = proxy.client()) {
            client.send("?").halfClose();

            assertThat(client.readAll()).hasSize(bytes);
            proxy.awaitCause("client-closed");
        }
    }

    @Test
    void activeClientKeepsAHalfClosedSessionOpen() throws Exception {
        int bytes = 60;
        var received = new CompletableFuture<Integer>();
        try (var backend = TestServer.serving(socket -> {
            if (!TestServer.sendsNothing(socket)) {
                socket.shutdownOutput();
                received.complete(socket.getInputStream().readAllBytes().length);
            }
        }); var proxy = start(Config.withBackends(backend.address()).listener("half_closed_timeout = \"1500ms\""));
                var client = proxy.client()) {
            assertThat(client.send("?").readAll()).isEmpty();
            for (int i = 0; i < bytes; i++) {
                client.send(".");
                TimeUnit.MILLISECONDS.sleep(50); // three seconds in total
            }
            client.halfClose();

            assertThat(received.get(ApexProcess.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo(bytes);
            proxy.awaitCause("backend-closed");
        }
    }

    @Test
    void idleSessionEndsAfterTheClientHalfCloses() {
        try (var backend = TestServer.serving(socket -> {
            if (!TestServer.sendsNothing(socket)) {
                TestServer.readToEnd(socket);
                new CountDownLatch(1).await(); // does not close
            }
        }); var proxy = start(Config.withBackends(backend.address()).listener(SHORT)); var client = proxy.client()) {
            client.send("?").halfClose();

            assertThat(client.readAll()).isEmpty();
            proxy.awaitCause("half-closed-timeout");
        }
    }

    @Test
    void idleSessionEndsAfterTheBackendHalfCloses() throws InterruptedException {
        var sawTheEnd = new CountDownLatch(1);
        try (var backend = TestServer.serving(socket -> {
            if (TestServer.sendsNothing(socket)) {
                return;
            }
            socket.shutdownOutput();
            TestServer.readToEnd(socket);
            sawTheEnd.countDown();
        }); var proxy = start(Config.withBackends(backend.address()).listener(SHORT)); var client = proxy.client()) {
            client.send("?");
            assertThat(client.readAll()).isEmpty(); // and does not half-close

            proxy.awaitCause("half-closed-timeout");
            assertThat(sawTheEnd.await(ApexProcess.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void idleTimeBeforeTheHalfCloseDoesNotCount() {
        try (var backend = TestServer.serving(socket -> {
            if (!TestServer.sendsNothing(socket)) {
                TestServer.readToEnd(socket);
                TestServer.send(socket, "answer");
            }
        }); var proxy = start(Config.withBackends(backend.address()).listener("half_closed_timeout = \"1s\""));
                var client = proxy.client()) {
            client.send("?");
            for (int i = 0; i < 4; i++) { // longer than the timeout in total
                assertThat(client.isSilent()).isTrue();
            }

            assertThat(client.halfClose().readAll()).isEqualTo("answer");
        }
    }
}
