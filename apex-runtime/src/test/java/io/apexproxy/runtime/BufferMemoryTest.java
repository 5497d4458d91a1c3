package io.apexproxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.runtime.snapshot.Snapshot;
import io.apexproxy.runtime.snapshot.Snapshot.LoopView;
import io.apexproxy.test.Bytes;
import io.apexproxy.test.TestServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

/** Tests of exhausted buffer memory: connections with a slow receiver wait, and all others are served. */
@RelayMatrix
class BufferMemoryTest {

    private static final int STALLED = 40;
    /** The memory of a stalled connection depends on the size of its blocked write; the average is 20 KiB. */
    private static final int MAX_STALLED = 200;
    /** A blocked write can still move to a smaller buffer. */
    private static final int MARGIN = 128 * Bytes.KIB;
    private static final int SLOW = 8;
    private static final int SERVED = 20;
    /** Small, so that a download blocks soon. */
    private static final int RECEIVE_BUFFER = 16 * Bytes.KIB;
    private static final String WARNING = "buffer_memory: limit of 1 MiB reached; ";

    @Parameter
    int threads;

    @Test
    void clientsThatDoNotReadDelayNoOtherClient() throws IOException {
        List<Socket> stalled = new ArrayList<>();
        List<Socket> slow = new ArrayList<>();
        try (var fixture = new ReloadFixture(); var source = TestServer.serving(BufferMemoryTest::sendEndlessly);
                var echo = TestServer.echo()) {
            fixture.start(configuration(source, echo));
            ApexProxy proxy = fixture.proxy();
            while (stalled.size() < STALLED || !isBeyondLimit(proxy.snapshot())) {
                assertThat(stalled).hasSizeLessThan(MAX_STALLED);
                stalled.add(download(fixture));
                await().untilAsserted(
                        () -> assertThat(sum(proxy.snapshot(), LoopView::blockedSinks)).isEqualTo(stalled.size()));
            }

            for (int i = 0; i < SERVED; i++) {
                try (Socket client = connect(fixture.address("echo"))) {
                    assertThat(Bytes.ping(client)).isEqualTo('p');
                }
            }
            for (int i = 0; i < SLOW; i++) {
                slow.add(download(fixture));
            }
            await().until(() -> {
                for (Socket client : slow) {
                    client.getInputStream().readNBytes(Bytes.MIB / 4);
                }
                return sum(proxy.snapshot(), LoopView::memoryWaits) > 0;
            });
            await().until(() -> fixture.log.count(WARNING) > 0);
            for (Socket client : slow) {
                client.getInputStream().readNBytes(Bytes.MIB); // waits for memory more than once
            }

            assertThat(fixture.log.lines()).filteredOn(line -> line.contains(WARNING)).singleElement().asString()
                    .matches("WARN " + WARNING + "[1-9]\\d* connections with a slow receiver wait before they read;"
                            + " raise buffer_memory if this lasts");
            for (Socket client : slow) {
                client.close();
            }
            for (Socket client : stalled) {
                client.close();
            }
            await().until(() -> proxy.snapshot().connections() == 0 && isUnused(proxy.snapshot()));
        } finally {
            for (Socket client : stalled) {
                client.close();
            }
            for (Socket client : slow) {
                client.close();
            }
        }
    }

    private String configuration(TestServer source, TestServer echo) {
        return """
                threads = %d
                buffer_memory = "1MiB"
                [listeners.download]
                listen_addr = "127.0.0.1:0"
                pool = "download"
                [listeners.echo]
                listen_addr = "127.0.0.1:0"
                pool = "echo"
                [pools.download]
                backends = ["%s"]
                [pools.echo]
                backends = ["%s"]
                """.formatted(threads, source.address(), echo.address());
    }

    private static boolean isBeyondLimit(Snapshot snapshot) {
        return snapshot.bufferBytes() >= snapshot.bufferLimitBytes() + MARGIN;
    }

    private static boolean isUnused(Snapshot snapshot) {
        return snapshot.bufferBytes() == 0 && sum(snapshot, LoopView::sessions) == 0
                && sum(snapshot, LoopView::blockedSinks) == 0 && sum(snapshot, LoopView::memoryWaits) == 0
                && sum(snapshot, loop -> loop.buffers().values().stream().mapToLong(Long::longValue).sum()) == 0;
    }

    private static long sum(Snapshot snapshot, ToLongFunction<LoopView> figure) {
        return snapshot.loops().stream().mapToLong(figure).sum();
    }

    private static ConditionFactory await() {
        return Awaitility.await().atMost(TestProxy.PATIENCE).pollInterval(Duration.ofMillis(10));
    }

    /** Starts a download without reading it. */
    private static Socket download(ReloadFixture fixture) throws IOException {
        Socket socket = connect(fixture.address("download"));
        socket.getOutputStream().write('d');
        return socket;
    }

    private static Socket connect(InetSocketAddress address) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(RECEIVE_BUFFER);
        socket.setSoTimeout((int) TestProxy.PATIENCE.toMillis());
        socket.connect(address);
        return socket;
    }

    /** Sends without end after a request byte. A probe closes without a byte. */
    private static void sendEndlessly(Socket socket) throws IOException {
        byte[] piece = new byte[64 * Bytes.KIB];
        boolean requested = socket.getInputStream().read() >= 0;
        while (requested) {
            socket.getOutputStream().write(piece);
        }
    }
}
