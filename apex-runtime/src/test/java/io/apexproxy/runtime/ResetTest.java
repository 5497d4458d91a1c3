package io.apexproxy.runtime;

import static io.apexproxy.runtime.Bytes.KIB;
import static io.apexproxy.runtime.Bytes.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

/**
 * Who resets its connection resets the other's too, behind all that was sent before; on the JDK's channels, ends it.
 */
@RelayMatrix
class ResetTest {

    /** More than a socket takes from its peer while nobody reads, and less than the proxy's kernel keeps for it. */
    private static final int HELD_BACK = 512 * KIB;

    @Parameter
    int threads;

    @Test
    void aClientThatNeverSentAnythingResetsTheBackend() throws IOException {
        BlockingQueue<Arrival> seen = new LinkedBlockingQueue<>();
        TestBackend.Script greeting = socket -> {
            socket.getOutputStream().write('!');
            seen.add(Arrival.of(socket.getInputStream()));
        };
        try (var backend = TestBackend.serving(greeting);
                var proxy = TestProxy.threads(threads).over(backend);
                var client = proxy.connect()) {
            assertThat(client.getInputStream().read()).isEqualTo('!');
            Bytes.reset(client);

            Arrival probe = new Arrival(0, 0, false);
            Awaitility.await().atMost(TestProxy.PATIENCE).untilAsserted(() ->
                    assertThat(seen).containsExactlyInAnyOrder(probe, Arrival.brokenAfter(0)));
            proxy.awaitEnding("client-reset");
        }
    }

    @Test
    void aBackendThatResetsAnIdleConnectionResetsTheClient() throws IOException {
        CountDownLatch mayReset = new CountDownLatch(1);
        TestBackend.Script breaking = socket -> {
            if (socket.getInputStream().read() >= 0) {
                Bytes.send(KIB, socket.getOutputStream());
                mayReset.await();
                Bytes.reset(socket);
            }
        };
        try (var backend = TestBackend.serving(breaking);
                var proxy = TestProxy.threads(threads).over(backend)) {
            try (var client = proxy.connect()) {
                client.getOutputStream().write('?');
                proxy.await(now -> proxy.backend(0).bytesToClient() == KIB);
                mayReset.countDown();

                assertThat(Arrival.of(client.getInputStream())).isEqualTo(Arrival.brokenAfter(KIB));
            }
            proxy.awaitEnding("backend-reset");
        }
    }

    @Test
    void allThatAClientSentBeforeItResetReachesABackendThatReadsLate() throws IOException {
        CountDownLatch mayRead = new CountDownLatch(1);
        CompletableFuture<Arrival> seen = new CompletableFuture<>();
        TestBackend.Script late = socket -> {
            mayRead.await();
            Arrival arrival = Arrival.of(socket.getInputStream());
            if (arrival.count() > 0) { // else it was the probe
                seen.complete(arrival);
            }
        };
        try (var backend = TestBackend.serving(late);
                var proxy = TestProxy.threads(threads).over(backend);
                var client = proxy.connect()) {
            Bytes.send(HELD_BACK, client.getOutputStream());
            proxy.await(now -> proxy.backend(0).bytesToBackend() == HELD_BACK);
            Bytes.reset(client);
            awaitDamage();
            assertThat(proxy.snapshot().connections()).as("waits for the backend").isEqualTo(1);
            mayRead.countDown();

            assertThat(Bytes.get(seen)).isEqualTo(Arrival.brokenAfter(HELD_BACK));
            proxy.awaitEnding("client-reset");
        }
    }

    @Test
    void allThatABackendSentBeforeItResetReachesAClientThatReadsLate() throws IOException {
        CountDownLatch mayReset = new CountDownLatch(1);
        try (var backend = TestBackend.serving(downloadUntil(mayReset));
                var proxy = TestProxy.threads(threads).over(backend)) {
            try (var client = proxy.connect()) {
                client.getOutputStream().write('?');
                proxy.await(now -> proxy.backend(0).bytesToClient() == HELD_BACK);
                mayReset.countDown();
                awaitDamage();

                assertThat(Arrival.of(client.getInputStream())).isEqualTo(Arrival.brokenAfter(HELD_BACK));
            }
            proxy.awaitEnding("backend-reset");
        }
    }

    @Test
    void aClientThatResetsInTheMiddleOfADownloadStopsTheBackend() throws IOException {
        CompletableFuture<String> stopped = new CompletableFuture<>();
        TestBackend.Script endless = socket -> {
            if (socket.getInputStream().read() >= 0) {
                try {
                    while (true) {
                        Bytes.send(MIB, socket.getOutputStream());
                    }
                } catch (IOException e) {
                    stopped.complete(e.getMessage());
                }
            }
        };
        try (var backend = TestBackend.serving(endless);
                var proxy = TestProxy.threads(threads).listener("half_closed_timeout = \"1h\"").over(backend);
                var client = proxy.connect()) {
            client.getOutputStream().write('?');
            client.getInputStream().readNBytes(MIB);
            Bytes.reset(client);

            assertThat(Bytes.get(stopped)).isNotEmpty();
            proxy.awaitEnding("client-reset");
        }
    }

    @Test
    void aResetThatCannotBeDeliveredIsGivenUpAfterTheHalfClosedTimeout() throws IOException {
        CountDownLatch mayReset = new CountDownLatch(1);
        try (var backend = TestBackend.serving(downloadUntil(mayReset));
                var proxy = TestProxy.threads(threads).listener("half_closed_timeout = \"1s\"").over(backend);
                var client = proxy.connect()) {
            client.getOutputStream().write('?');
            proxy.await(now -> proxy.backend(0).bytesToClient() == HELD_BACK);
            mayReset.countDown();

            proxy.awaitEnding("backend-reset");
            assertThat(Arrival.of(client.getInputStream()).count()).isEqualTo(HELD_BACK);
        }
    }

    @Test
    void aShutdownDoesNotWaitForAResetThatCannotBeDelivered() throws IOException {
        CountDownLatch mayReset = new CountDownLatch(1);
        try (var backend = TestBackend.serving(downloadUntil(mayReset));
                var proxy = TestProxy.threads(threads).root("drain_timeout = \"300ms\"")
                        .listener("half_closed_timeout = \"1h\"").over(backend);
                var client = proxy.connect()) {
            client.getOutputStream().write('?');
            proxy.await(now -> proxy.backend(0).bytesToClient() == HELD_BACK);
            mayReset.countDown();
            awaitDamage();

            assertThat(proxy.shutdown()).isFalse();
            proxy.awaitEnding("drained");
        }
    }

    private static TestBackend.Script downloadUntil(CountDownLatch mayReset) {
        return socket -> {
            if (socket.getInputStream().read() >= 0) {
                Bytes.send(HELD_BACK, socket.getOutputStream());
                mayReset.await();
                Bytes.reset(socket);
            }
        };
    }

    /** Gives a reset that comes too early the time to do its damage. */
    private static void awaitDamage() {
        try {
            Thread.sleep(1_500); // also more than a client must have been silent for
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
