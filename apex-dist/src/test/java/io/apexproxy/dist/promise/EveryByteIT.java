package io.apexproxy.dist.promise;

import static io.apexproxy.test.Bytes.KIB;
import static io.apexproxy.test.Bytes.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.Http;
import io.apexproxy.dist.harness.HttpBackend;
import io.apexproxy.test.Bytes;
import io.apexproxy.test.TestServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Tests that all bytes sent before a close arrive at a slow reader. The memory of a connection is limited to one buffer
 * per direction, because Apex stops reading when it cannot forward.
 */
class EveryByteIT extends Scenario {

    /** More than the kernel buffers on the path hold, so that Apex waits for the reader. */
    private static final int BULK = 40 * MIB;
    /** Bytes that the buffers hold completely if the reader does not read. */
    private static final int PARCEL = 256 * KIB;
    /** Greatest size of a buffer of Apex. */
    private static final int BUFFER = 256 * KIB;

    @Test
    @Tag(QUICK)
    void largeBodiesAreUnchanged() throws IOException {
        byte[] body = new byte[10 * MIB];
        new Random(1).nextBytes(body);
        try (var backend = HttpBackend.started(); var proxy = start(Config.withBackends(backend.address()))) {
            byte[] answer = Http.post(proxy.port(), body);

            assertThat(Arrays.equals(answer, body)).as("the answer equals the request").isTrue();
        }
    }

    @Test
    @Tag(QUICK)
    void lateReadingClientReceivesAllBytesOfABlockedBackend() throws Exception {
        var sent = new CompletableFuture<Long>();
        try (var backend = sendingOnDemand(BULK, sent); var proxy = start(Config.withBackends(backend.address()));
                var client = proxy.client()) {
            client.send("?");
            proxy.awaitFullBuffers(backend, "to_client");
            assertThat(sent).isNotDone();
            assertThat(proxy.metric("apex_buffer_bytes")).isLessThanOrEqualTo(2 * BUFFER);

            assertThat(Bytes.checksum(client.in())).isEqualTo(sent.get());
        }
    }

    @Test
    @Tag(QUICK)
    void lateReadingClientReceivesAllBytesOfAClosedBackend() throws Exception {
        var sent = new CompletableFuture<Long>();
        try (var backend = sendingOnDemand(PARCEL, sent); var proxy = start(Config.withBackends(backend.address()));
                var client = proxy.client()) {
            client.send("?");
            long checksum = sent.get(ApexProcess.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            proxy.awaitFullBuffers(backend, "to_client");

            assertThat(Bytes.checksum(client.in())).isEqualTo(checksum);
            client.halfClose();
            proxy.awaitCause("backend-closed");
        }
    }

    @Test
    void slowClientReceivesAllBytes() throws Exception {
        var sent = new CompletableFuture<Long>();
        try (var backend = sendingOnDemand(10 * MIB, sent); var proxy = start(Config.withBackends(backend.address()));
                var client = proxy.client()) {
            long received = Bytes.checksum(client.send("?").in(), 10);

            assertThat(received).isEqualTo(sent.get());
            client.halfClose();
            proxy.awaitCause("backend-closed");
        }
    }

    @Test
    void lateReadingBackendReceivesAllBytesOfABlockedClient() throws Exception {
        var mayRead = new CountDownLatch(1);
        var received = new CompletableFuture<Long>();
        try (var backend = readingLate(mayRead, received);
                var proxy = start(Config.withBackends(backend.address())); var client = proxy.client()) {
            var sent = CompletableFuture.supplyAsync(() -> sendAndClose(client, BULK));
            proxy.awaitFullBuffers(backend, "to_backend");
            assertThat(sent).isNotDone();
            assertThat(proxy.metric("apex_buffer_bytes")).isLessThanOrEqualTo(2 * BUFFER);
            mayRead.countDown();

            assertThat(received.get(ApexProcess.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo(sent.get());
        }
    }

    @Test
    @Tag(QUICK)
    void lateReadingBackendReceivesAllBytesOfAClosedClient() throws Exception {
        var mayRead = new CountDownLatch(1);
        var received = new CompletableFuture<Long>();
        try (var backend = readingLate(mayRead, received);
                var proxy = start(Config.withBackends(backend.address())); var client = proxy.client()) {
            long sent = sendAndClose(client, PARCEL);
            proxy.awaitFullBuffers(backend, "to_backend");
            mayRead.countDown();

            assertThat(received.get(ApexProcess.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo(sent);
            proxy.awaitCause("client-closed");
        }
    }

    @Test
    void stalledClientsUseOnlyTheMemoryOfTheirBuffers() throws Exception {
        int clients = 30;
        List<Client> idle = new ArrayList<>();
        try (var backend = sendingOnDemand(BULK, new CompletableFuture<>());
                var proxy = start(Config.withBackends(backend.address()))) {
            double before = proxy.metric("process_resident_memory_bytes");
            for (int i = 0; i < clients; i++) {
                idle.add(proxy.client().send("?"));
            }
            eventually(() -> proxy.connections() == clients);
            proxy.awaitFullBuffers(backend, "to_client");

            assertThat(proxy.metric("apex_buffer_bytes")).isLessThanOrEqualTo(clients * 2.0 * BUFFER);
            // unbounded buffers would use a gigabyte
            assertThat(proxy.metric("process_resident_memory_bytes") - before)
                    .isLessThan(clients * 2.0 * BUFFER + 64 * MIB);

            idle.forEach(Client::reset);
            eventually(() -> proxy.connections() == 0);
            eventually(() -> proxy.metric("apex_buffer_bytes") <= 4 * BUFFER);
        } finally {
            idle.forEach(Client::close);
        }
    }

    /** Returns a server that sends bytes after it has received one byte, and then closes. */
    private static TestServer sendingOnDemand(int size, CompletableFuture<Long> checksum) {
        return TestServer.serving(socket -> {
            if (!TestServer.sendsNothing(socket)) {
                checksum.complete(Bytes.send(size, socket.getOutputStream()));
            }
        });
    }

    /** Returns a server that receives one byte, and reads the others when a latch opens. */
    private static TestServer readingLate(CountDownLatch mayRead, CompletableFuture<Long> checksum) {
        return TestServer.serving(socket -> {
            if (!TestServer.sendsNothing(socket)) {
                mayRead.await();
                checksum.complete(Bytes.checksum(socket.getInputStream()));
            }
        });
    }

    private static long sendAndClose(Client client, int size) {
        try (client) {
            client.send("?");
            return Bytes.send(size, client.out());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
