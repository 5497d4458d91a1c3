package io.apexproxy.runtime.engine.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.runtime.engine.LoopSocketChannel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests of whether the end of the stream is known with the last bytes, so that they leave with the FIN. */
@ParameterizedClass
@MethodSource("io.apexproxy.runtime.engine.loop.Implementation#engines")
final class KnownEndTest {

    @AutoClose
    private final Net net;
    private final Implementation implementation;
    private final LoopSocketChannel channel;
    private final Socket peer;

    KnownEndTest(Implementation implementation) throws IOException {
        this.implementation = implementation;
        net = new Net(implementation);
        var pair = net.connected();
        channel = (LoopSocketChannel) pair.channel();
        peer = pair.socket();
    }

    private int read(int room) {
        var read = new Completion<Integer>();
        channel.read(ByteBuffer.allocateDirect(room), null, read);
        return read.result();
    }

    private boolean isEndKnown() throws Exception {
        var known = new CompletableFuture<Boolean>();
        net.loop().execute(() -> known.complete(channel.isEndKnown()));
        return known.get(20, TimeUnit.SECONDS);
    }

    /** Waits until the kernel has received the end, also if it is busy: then the peer is in the state FIN_WAIT2. */
    private void awaitEnd() {
        assumeThat(Path.of("/proc/net/tcp")).exists();
        var line = Pattern.compile("\\d+: [0-9A-F]+:%04X [0-9A-F]+:%04X 05 .*".formatted(peer.getLocalPort(),
                peer.getPort()));
        await().until(() -> Stream.of("/proc/net/tcp", "/proc/net/tcp6").map(Path::of).filter(Files::exists)
                .flatMap(KnownEndTest::lines).anyMatch(text -> line.matcher(text.strip()).matches()));
    }

    private static Stream<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void endThatHasArrivedWithTheLastBytesIsKnownAfterThem() throws Exception {
        peer.getOutputStream().write(new byte[4]);
        peer.shutdownOutput();
        awaitEnd();

        assertThat(read(3)).isEqualTo(3);
        assertThat(isEndKnown()).as("with an unread byte").isFalse();
        assertThat(read(3)).isEqualTo(1);
        assertThat(isEndKnown()).isEqualTo(implementation.knowsEnd());
        assertThat(read(3)).isEqualTo(-1);
    }

    @Test
    void endIsNotKnownBeforeItArrives() throws Exception {
        peer.getOutputStream().write(new byte[4]);

        assertThat(read(8)).isEqualTo(4);
        assertThat(isEndKnown()).isFalse();
    }

    @Test
    void resetIsNoEnd() throws Exception {
        peer.getOutputStream().write(new byte[4]);
        Net.reset(peer);

        var read = new Completion<Integer>();
        channel.read(ByteBuffer.allocateDirect(8), null, read);
        read.succeeds(); // the kernel can discard the bytes
        assertThat(isEndKnown()).isFalse();
    }
}
