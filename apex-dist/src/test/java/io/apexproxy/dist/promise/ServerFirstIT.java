package io.apexproxy.dist.promise;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Protocols in which the server speaks first work: what the backend says reaches a client that has said nothing, and
 * does so at once.
 */
class ServerFirstIT extends Scenario {

    @Test
    @Tag(QUICK)
    void greetingReachesAClientThatSaysNothing() {
        try (var backend = Server.greeting("220 ready\r\n"); var proxy = start(Config.over(backend.address()));
                var client = proxy.client()) {
            assertThat(client.read(11)).isEqualTo("220 ready\r\n");
        }
    }

    @Test
    @Tag(QUICK)
    void greetingArrivesWholeAlthoughTheBackendLeavesBehindIt() {
        try (var backend = Server.serving(socket -> Server.say(socket, "12:00:00\r\n"));
                var proxy = start(Config.over(backend.address())); var client = proxy.client()) {
            assertThat(client.readAll()).isEqualTo("12:00:00\r\n");
            client.finish();
            proxy.awaitEnding("backend-closed");
        }
    }

    @Test
    void greetingThatComesLateReachesAClientThatWaitsInSilence() {
        var hour = new CountDownLatch(1);
        try (var backend = Server.serving(socket -> {
            hour.await();
            Server.say(socket, "220 late, but ready\r\n");
        }); var proxy = start(Config.over(backend.address())); var client = proxy.client()) {
            assertThat(client.isSilent()).isTrue();

            hour.countDown();

            assertThat(client.read(21)).isEqualTo("220 late, but ready\r\n");
        }
    }

    @Test
    void dialogueInWhichBothTakeTurnsIsKept() {
        try (var backend = Server.serving(socket -> {
            Server.say(socket, "220 ready\r\n");
            String command = new String(socket.getInputStream().readNBytes(6));
            Server.say(socket, "250 " + command);
        }); var proxy = start(Config.over(backend.address())); var client = proxy.client()) {
            assertThat(client.read(11)).isEqualTo("220 ready\r\n");
            assertThat(client.send("HELO\r\n").read(10)).isEqualTo("250 HELO\r\n");
        }
    }
}
