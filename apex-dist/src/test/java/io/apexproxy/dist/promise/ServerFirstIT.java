package io.apexproxy.dist.promise;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.test.TestServer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Tests of protocols in which the server sends first: bytes of the backend reach a client that has sent nothing without
 * a delay.
 */
class ServerFirstIT extends Scenario {

    @Test
    @Tag(QUICK)
    void greetingReachesASilentClient() {
        try (var backend = TestServer.greeting("220 ready\r\n");
                var proxy = start(Config.withBackends(backend.address())); var client = proxy.client()) {
            assertThat(client.read(11)).isEqualTo("220 ready\r\n");
        }
    }

    @Test
    @Tag(QUICK)
    void greetingIsCompleteWhenTheBackendCloses() {
        try (var backend = TestServer.serving(socket -> TestServer.send(socket, "12:00:00\r\n"));
                var proxy = start(Config.withBackends(backend.address())); var client = proxy.client()) {
            assertThat(client.readAll()).isEqualTo("12:00:00\r\n");
            client.halfClose();
            proxy.awaitCause("backend-closed");
        }
    }

    @Test
    void lateGreetingReachesASilentClient() {
        var hour = new CountDownLatch(1);
        try (var backend = TestServer.serving(socket -> {
            hour.await();
            TestServer.send(socket, "220 late, but ready\r\n");
        }); var proxy = start(Config.withBackends(backend.address())); var client = proxy.client()) {
            assertThat(client.isSilent()).isTrue();

            hour.countDown();

            assertThat(client.read(21)).isEqualTo("220 late, but ready\r\n");
        }
    }

    @Test
    void alternatingExchangeIsRelayed() {
        try (var backend = TestServer.serving(socket -> {
            TestServer.send(socket, "220 ready\r\n");
            String command = new String(socket.getInputStream().readNBytes(6), StandardCharsets.UTF_8);
            TestServer.send(socket, "250 " + command);
        }); var proxy = start(Config.withBackends(backend.address())); var client = proxy.client()) {
            assertThat(client.read(11)).isEqualTo("220 ready\r\n");
            assertThat(client.send("HELO\r\n").read(10)).isEqualTo("250 HELO\r\n");
        }
    }
}
