package io.apexproxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.runtime.snapshot.Snapshot;
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

/** Many at once, and none of them polite: memory stays bounded, and nothing is left behind. */
@RelayMatrix
class StormTest {

    private static final int SLAB = 256 * Bytes.KIB;
    private static final int STAGES = 6;
    /** Thousands of connections take as many times longer as the processors have other work. */
    private static final Duration STORM_PATIENCE = Duration.ofMinutes(5);

    @Parameter
    int threads;

    /** Answers 'p' with 'p', and anything else with more than anybody wants. */
    private static TestBackend pingOrFlood() {
        return TestBackend.serving(socket -> {
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
    void clientsThatNeverReadDoNotFillTheMemoryAndDisturbNobody() throws IOException {
        int readless = 200;
        int ceiling = 4 * Bytes.MIB;
        List<Socket> clients = new ArrayList<>();
        try (var backend = pingOrFlood();
                var proxy = TestProxy.threads(threads).root("buffer_memory = \"4MiB\"").over(backend)) {
            for (int i = 0; i < readless; i++) {
                clients.add(proxy.connect());
                clients.get(i).getOutputStream().write(new byte[] {'!', '!'});
            }
            long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(1_500);
            long most = 0;
            int served = 0;
            while (System.nanoTime() < until) {
                most = Math.max(most, proxy.snapshot().bufferBytes());
                try (var other = proxy.connect()) {
                    assertThat(Bytes.ping(other)).isEqualTo('p');
                    served++;
                }
            }
            assertThat(proxy.snapshot().connections()).isGreaterThanOrEqualTo(readless);
            assertThat(most).isLessThanOrEqualTo(ceiling + (long) threads * SLAB);
            assertThat(served).isPositive();
            for (Socket client : clients) {
                Bytes.reset(client);
            }
            proxy.await(now -> now.connections() == 0 && now.bufferBytes() == 0);
        }
    }

    @Test
    void fiveThousandConnectionsThatAreResetAtAnyStageLeaveNothingBehind() throws IOException {
        int clients = 4;
        int cycles = 1_250;
        try (var backend = pingOrFlood(); var proxy = TestProxy.threads(threads).over(backend)) {
            try (var first = proxy.connect()) { // whatever is opened once only is open now
                assertThat(Bytes.ping(first)).isEqualTo('p');
            }
            proxy.await(now -> now.connections() == 0);
            long descriptors = descriptors();

            List<CompletableFuture<Integer>> storms = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                storms.add(Bytes.async(() -> storm(proxy, cycles)));
            }
            assertThat(storms).allSatisfy(storm -> assertThat(Bytes.get(storm, STORM_PATIENCE)).isEqualTo(cycles));

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

    private static int storm(TestProxy proxy, int cycles) throws IOException {
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
                default -> { }
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
