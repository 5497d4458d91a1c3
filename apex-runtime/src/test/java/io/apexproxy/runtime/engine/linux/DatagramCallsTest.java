package io.apexproxy.runtime.engine.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests of the results of datagram calls. Tests of the distribution receive the datagrams. */
class DatagramCallsTest {
    private static final byte[] CONTENT = {1, 2, 3};
    private static final int ENOENT = 2;
    private static final int EPROTOTYPE = 91;

    @TempDir
    Path directory;

    @BeforeEach
    void requireNativeCalls() {
        assumeTrue(LinuxSupport.unavailability().isEmpty(), "no native calls");
    }

    @Test
    void missingReceiverIsAnError() throws Exception {
        assertThat(new DatagramCalls().send(directory.resolve("missing").toString(), CONTENT, 1)).isEqualTo(-ENOENT);
        assertThat(new DatagramCalls().send("@" + directory, CONTENT, 1)).isEqualTo(-Errno.ECONNREFUSED);
    }

    @Test
    void receiverOfAnotherTypeIsAnError() throws Exception {
        Path file = directory.resolve("stream");
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(file))) {
            assertThat(server.isOpen()).isTrue();

            assertThat(new DatagramCalls().send(file.toString(), CONTENT, 1)).isEqualTo(-EPROTOTYPE);
        }
    }

    @Test
    void longNameIsAnError() {
        assertThatThrownBy(() -> new DatagramCalls().send("/" + "x".repeat(108), CONTENT, 1))
                .isInstanceOf(SocketException.class).hasMessageContaining("too long");
    }

    @Test
    void clockIsThatOfTheJvm() {
        long before = TimeUnit.NANOSECONDS.toMicros(System.nanoTime());
        long read = new DatagramCalls().monotonicMicros();
        long after = TimeUnit.NANOSECONDS.toMicros(System.nanoTime());

        assertThat(read).isBetween(before, after);
    }
}
