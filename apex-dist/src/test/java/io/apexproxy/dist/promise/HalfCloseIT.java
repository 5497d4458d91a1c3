package io.apexproxy.dist.promise;

import static io.apexproxy.dist.promise.Bulk.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.dist.harness.ApexProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * When one side has finished sending, the other is told so behind the last byte, and may go on sending as long as it
 * likes. Only a pair of which one side has finished and nothing moves any more is ended, after
 * {@code half_closed_timeout}.
 */
class HalfCloseIT extends Scenario {

    private static final String SHORT = "half_closed_timeout = \"300ms\"";

    @Test
    @Tag(QUICK)
    void clientThatHasFinishedSendingGetsTheAnswerToAllItSent() throws IOException {
        try (var backend = Server.serving(socket -> {
            long count = socket.getInputStream().transferTo(OutputStream.nullOutputStream());
            Server.say(socket, count + " bytes");
        }); var proxy = start(Config.over(backend.address())); var client = proxy.client()) {
            Bulk.send(5 * MIB, client.out());
            client.finish();

            assertThat(client.readAll()).isEqualTo(5 * MIB + " bytes");
            proxy.awaitEnding("client-closed");
        }
    }

    @Test
    @Tag(QUICK)
    void backendThatHasFinishedSendingStillGetsAllThatTheClientSends() throws Exception {
        var received = new CompletableFuture<Long>();
        try (var backend = Server.serving(socket -> {
            Server.say(socket, "go ahead");
            socket.shutdownOutput();
            long checksum = Bulk.checksum(socket.getInputStream());
            if (checksum != 0) { // else it was a probe
                received.complete(checksum);
            }
        }); var proxy = start(Config.over(backend.address())); var client = proxy.client()) {
            assertThat(client.readAll()).isEqualTo("go ahead");
            long sent = Bulk.send(5 * MIB, client.out());
            client.finish();

            assertThat(received.get(ApexProcess.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo(sent);
            proxy.awaitEnding("backend-closed");
        }
    }

    @Test
    void otherDirectionGoesOnLongerThanTheTimeoutAsLongAsItMoves() {
        int bytes = 60;
        try (var backend = Server.serving(socket -> {
            if (Server.sendsNothing(socket)) {
                return;
            }
            for (int i = 0; i < bytes; i++) {
                Server.say(socket, ".");
                TimeUnit.MILLISECONDS.sleep(50); // three seconds in all
            }
        }); var proxy = start(Config.over(backend.address()).listener("half_closed_timeout = \"1500ms\""));
                var client = proxy.client()) {
            client.send("?").finish();

            assertThat(client.readAll()).hasSize(bytes);
            proxy.awaitEnding("client-closed");
        }
    }

    @Test
    void soDoesWhatTheClientSendsAfterTheBackendHasFinished() throws Exception {
        int bytes = 60;
        var received = new CompletableFuture<Integer>();
        try (var backend = Server.serving(socket -> {
            if (!Server.sendsNothing(socket)) {
                socket.shutdownOutput();
                received.complete(socket.getInputStream().readAllBytes().length);
            }
        }); var proxy = start(Config.over(backend.address()).listener("half_closed_timeout = \"1500ms\""));
                var client = proxy.client()) {
            assertThat(client.send("?").readAll()).isEmpty();
            for (int i = 0; i < bytes; i++) {
                client.send(".");
                TimeUnit.MILLISECONDS.sleep(50); // three seconds in all
            }
            client.finish();

            assertThat(received.get(ApexProcess.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo(bytes);
            proxy.awaitEnding("backend-closed");
        }
    }

    @Test
    void afterTheClientHasFinishedAPairThatNoLongerMovesEnds() {
        try (var backend = Server.holding(); var proxy = start(Config.over(backend.address()).listener(SHORT));
                var client = proxy.client()) {
            client.send("?").finish();

            assertThat(client.readAll()).isEmpty();
            proxy.awaitEnding("half-closed-timeout");
        }
    }

    @Test
    void afterTheBackendHasFinishedAPairThatNoLongerMovesEnds() throws InterruptedException {
        var sawTheEnd = new CountDownLatch(1);
        try (var backend = Server.serving(socket -> {
            if (Server.sendsNothing(socket)) {
                return;
            }
            socket.shutdownOutput();
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
            sawTheEnd.countDown();
        }); var proxy = start(Config.over(backend.address()).listener(SHORT)); var client = proxy.client()) {
            client.send("?");
            assertThat(client.readAll()).isEmpty(); // and does not finish itself

            proxy.awaitEnding("half-closed-timeout");
            assertThat(sawTheEnd.await(ApexProcess.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void silenceBeforeOneSideFinishesDoesNotCount() {
        try (var backend = Server.serving(socket -> {
            if (!Server.sendsNothing(socket)) {
                socket.getInputStream().transferTo(OutputStream.nullOutputStream());
                Server.say(socket, "answer");
            }
        }); var proxy = start(Config.over(backend.address()).listener("half_closed_timeout = \"1s\""));
                var client = proxy.client()) {
            client.send("?");
            for (int i = 0; i < 4; i++) { // in all for longer than the timeout
                assertThat(client.isSilent()).isTrue();
            }

            assertThat(client.finish().readAll()).isEqualTo("answer");
        }
    }
}
