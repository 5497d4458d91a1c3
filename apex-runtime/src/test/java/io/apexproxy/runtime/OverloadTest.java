package io.apexproxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.runtime.snapshot.Snapshot;
import io.apexproxy.test.Bytes;
import io.apexproxy.test.TestServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

/** Tests of many misbehaving clients: memory is bounded, and no resource leaks. */
@RelayMatrix
class OverloadTest {

    private static final int SLAB = 256 * Bytes.KIB;
    private static final int STAGES = 6;
    /** Long, because thousands of connections are slow on a busy machine. */
    private static final Duration RESET_PATIENCE = Duration.ofMinutes(5);

    @Parameter
    int threads;

    /** Returns a backend that echoes 'p', and responds to other bytes with megabytes. */
    private static TestServer pingOrFlood() {
        return TestServer.serving(socket -> {
            InputStream in = socket.getInputStream();
            for (int first = in.read(); first == 'p'; first = in.read()) {
                socket.getOutputStream().write('p');
            }
            while (in.available() > 0) {
                in.skip(in.available());
                Bytes.send(Bytes.MIB, socket.getOutputStream());
            }
        });
    }

    @Test
    void clientsThatNeverReadNeitherExceedTheMemoryNorDelayOthers() throws IOException {
        int stalled = 200;
        int ceiling = 4 * Bytes.MIB;
        List<Socket> clients = new ArrayList<>();
        try (var backend = pingOrFlood();
                var proxy = TestProxy.threads(threads).root("buffer_memory = \"4MiB\"").over(backend)) {
            for (int i = 0; i < stalled; i++) {
                clients.add(proxy.connect());
                clients.get(i).getOutputStream().write(new byte[] {'!', '!'});
            }
            long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(1_500);
            long maxBytes = 0;
            int served = 0;
            while (System.nanoTime() < until) {
                maxBytes = Math.max(maxBytes, proxy.snapshot().bufferBytes());
                try (var other = proxy.connect()) {
                    assertThat(Bytes.ping(other)).isEqualTo('p');
                    served++;
                }
            }
            assertThat(proxy.snapshot().connections()).isGreaterThanOrEqualTo(stalled);
            assertThat(maxBytes).isLessThanOrEqualTo(ceiling + (long) threads * SLAB);
            assertThat(served).isPositive();
            for (Socket client : clients) {
                Bytes.reset(client);
            }
            proxy.await(now -> now.connections() == 0 && now.bufferBytes() == 0);
        }
    }

    @Test
    void fiveThousandConnectionsResetAtAnyStageLeakNoResource() throws IOException {
        int clients = 4;
        int cycles = 1_250;
        try (var backend = pingOrFlood(); var proxy = TestProxy.threads(threads).over(backend)) {
            try (var first = proxy.connect()) { // opens the descriptors that stay open
                assertThat(Bytes.ping(first)).isEqualTo('p');
            }
            proxy.await(now -> now.connections() == 0);
            long descriptors = descriptors();

            List<CompletableFuture<Integer>> results = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                results.add(Bytes.async(() -> resetAtEachStage(proxy, cycles)));
            }
            assertThat(results).allSatisfy(count -> assertThat(Bytes.get(count, RESET_PATIENCE)).isEqualTo(cycles));

            int opened = 1 + clients * cycles;
            Snapshot after = proxy.await(now -> now.connections() == 0 && now.listeners().get(0).accepted() == opened);
            assertThat(proxy.ended()).isEqualTo(opened);
            assertThat(proxy.ended("internal-error")).isZero();
            assertThat(after.pools().get(0).backends().get(0).connections()).isZero();
            assertThat(after.listeners().get(0).connections()).isZero();
            proxy.await(now -> now.bufferBytes() == 0);
            proxy.await(now -> descriptors() <= descriptors);
        }
    }

    private static int resetAtEachStage(TestProxy proxy, int cycles) throws IOException {
        int done = 0;
        for (; done < cycles; done++) {
            Socket socket = proxy.connect();
            switch (done % STAGES) {
                case 1 -> socket.getOutputStream().write('p');
                case 2 -> Bytes.ping(socket);
                case 3 -> {
                    socket.getOutputStream().write(new byte[] {'!', '!'});
                    socket.getInputStream().readNBytes(Bytes.KIB);
                }
                case 4 -> {
                    socket.getOutputStream().write('p');
                    socket.shutdownOutput();
                }
                case 5 -> socket.getOutputStream().write(new byte[20 * Bytes.KIB]);
                default -> {}
            }
            Bytes.reset(socket);
        }
        return done;
    }

    private static long descriptors() {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
