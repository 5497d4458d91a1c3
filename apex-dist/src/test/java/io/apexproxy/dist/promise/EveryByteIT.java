package io.apexproxy.dist.promise;

import static io.apexproxy.dist.promise.Bulk.KIB;
import static io.apexproxy.dist.promise.Bulk.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.Http;
import io.apexproxy.dist.harness.HttpBackend;
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
 * Every byte that a side sent before it closed arrives, however slowly the other one reads. Meanwhile a connection
 * takes no more memory than its buffers, one per direction: Apex reads nothing that it cannot pass on.
 */
class EveryByteIT extends Scenario {

    /** More than the kernel's buffers on the way take, so that Apex has to wait for the reader. */
    private static final int BULK = 40 * MIB;
    /** What a side can send to one that does not read, and be done with. */
    private static final int PARCEL = 256 * KIB;
    /** The most that one buffer may grow to. */
    private static final int BUFFER = 256 * KIB;

    @Test
    @Tag(QUICK)
    void largeBodiesArriveAsTheyWereSent() throws IOException {
        byte[] body = new byte[10 * MIB];
        new Random(1).nextBytes(body);
        try (var backend = HttpBackend.started(); var proxy = start(Config.over(backend.address()))) {
            byte[] answer = Http.post(proxy.port(), body);

            assertThat(Arrays.equals(answer, body)).as("the answer is what was sent").isTrue();
        }
    }

    @Test
    @Tag(QUICK)
    void clientThatReadsLateGetsEveryByteOfABackendThatHasToWait() throws Exception {
        var sent = new CompletableFuture<Long>();
        try (var backend = sendingOnDemand(BULK, sent); var proxy = start(Config.over(backend.address()));
                var client = proxy.client()) {
            client.send("?");
            proxy.awaitStandstill(backend, "to_client");
            assertThat(sent).isNotDone();
            assertThat(proxy.metric("apex_buffer_bytes")).isLessThanOrEqualTo(2 * BUFFER);

            assertThat(Bulk.checksum(client.in())).isEqualTo(sent.get());
        }
    }

    @Test
    @Tag(QUICK)
    void clientThatReadsLateGetsEveryByteOfABackendThatHasClosedLongSince() throws Exception {
        var sent = new CompletableFuture<Long>();
        try (var backend = sendingOnDemand(PARCEL, sent); var proxy = start(Config.over(backend.address()));
                var client = proxy.client()) {
            client.send("?");
            long checksum = sent.get(ApexProcess.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            proxy.awaitStandstill(backend, "to_client");

            assertThat(Bulk.checksum(client.in())).isEqualTo(checksum);
            client.finish();
            proxy.awaitEnding("backend-closed");
        }
    }

    @Test
    void clientThatReadsSlowlyGetsEveryByte() throws Exception {
        var sent = new CompletableFuture<Long>();
        try (var backend = sendingOnDemand(10 * MIB, sent); var proxy = start(Config.over(backend.address()));
                var client = proxy.client()) {
            long received = Bulk.checksum(client.send("?").in(), 10);

            assertThat(received).isEqualTo(sent.get());
            client.finish();
            proxy.awaitEnding("backend-closed");
        }
    }

    @Test
    void backendThatReadsLateGetsEveryByteOfAClientThatHasToWait() throws Exception {
        var mayRead = new CountDownLatch(1);
        var received = new CompletableFuture<Long>();
        try (var backend = Server.serving(socket -> {
            if (!Server.sendsNothing(socket)) {
                mayRead.await();
                received.complete(Bulk.checksum(socket.getInputStream()));
            }
        }); var proxy = start(Config.over(backend.address())); var client = proxy.client()) {
            var sent = CompletableFuture.supplyAsync(() -> sendAndClose(client, BULK));
            proxy.awaitStandstill(backend, "to_backend");
            assertThat(sent).isNotDone();
            assertThat(proxy.metric("apex_buffer_bytes")).isLessThanOrEqualTo(2 * BUFFER);
            mayRead.countDown();

            assertThat(received.get(ApexProcess.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo(sent.get());
        }
    }

    @Test
    @Tag(QUICK)
    void backendThatReadsLateGetsEveryByteOfAClientThatHasClosedLongSince() throws Exception {
        var mayRead = new CountDownLatch(1);
        var received = new CompletableFuture<Long>();
        try (var backend = Server.serving(socket -> {
            if (!Server.sendsNothing(socket)) {
                mayRead.await();
                received.complete(Bulk.checksum(socket.getInputStream()));
            }
        }); var proxy = start(Config.over(backend.address())); var client = proxy.client()) {
            long sent = sendAndClose(client, PARCEL);
            proxy.awaitStandstill(backend, "to_backend");
            mayRead.countDown();

            assertThat(received.get(ApexProcess.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo(sent);
            proxy.awaitEnding("client-closed");
        }
    }

    @Test
    void thirtyClientsThatNeverReadTakeAsMuchMemoryAsTheirBuffersAndNoMore() throws Exception {
        int clients = 30;
        List<Client> idle = new ArrayList<>();
        try (var backend = sendingOnDemand(BULK, new CompletableFuture<>());
                var proxy = start(Config.over(backend.address()))) {
            double before = proxy.metric("process_resident_memory_bytes");
            for (int i = 0; i < clients; i++) {
                idle.add(proxy.client().send("?"));
            }
            eventually(() -> proxy.connections() == clients);
            proxy.awaitStandstill(backend, "to_client");

            assertThat(proxy.metric("apex_buffer_bytes")).isLessThanOrEqualTo(clients * 2.0 * BUFFER);
            // what was read already would be a gigabyte, if it had been kept
            assertThat(proxy.metric("process_resident_memory_bytes") - before)
                    .isLessThan(clients * 2.0 * BUFFER + 64 * MIB);

            idle.forEach(Client::reset);
            eventually(() -> proxy.connections() == 0);
            eventually(() -> proxy.metric("apex_buffer_bytes") <= 4 * BUFFER);
        } finally {
            idle.forEach(Client::close);
        }
    }

    /** Sends so much to whoever asks by one byte, and closes at once. */
    private static Server sendingOnDemand(int size, CompletableFuture<Long> checksum) {
        return Server.serving(socket -> {
            if (!Server.sendsNothing(socket)) {
                checksum.complete(Bulk.send(size, socket.getOutputStream()));
            }
        });
    }

    private static long sendAndClose(Client client, int size) {
        try (client) {
            client.send("?");
            return Bulk.send(size, client.out());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
