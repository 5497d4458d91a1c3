package io.apexproxy.runtime.relay.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.runtime.engine.LoopSocketChannel;
import io.apexproxy.runtime.pool.backend.TestTraffic;
import io.apexproxy.runtime.pool.backend.Traffic;
import io.apexproxy.runtime.relay.loop.RelayLoop;
import io.apexproxy.runtime.relay.loop.SessionTimeouts;
import io.apexproxy.runtime.relay.loop.TestLoop;
import io.apexproxy.runtime.relay.record.Cause;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Tests of a tunnel that starts with bytes of earlier stages. */
class TunnelBeginTest {

    /** Longer than any exchange of a test takes: an hour. */
    private static final long CONNECTED_NANOS_AGO = TimeUnit.HOURS.toNanos(1);

    /** Larger than the kernel's buffers of a loopback connection. */
    private static final int LARGE_READ_AHEAD = 16 * 1024 * 1024;

    @AutoClose
    private final TestLoop test = new TestLoop();
    private final TestLoop.Pair client = test.connected();
    private final TestLoop.Pair backend = test.connected();
    private final Traffic traffic = TestTraffic.forOneLoop();
    private final Result result = new Result();

    @Test
    void backendReceivesReadAheadThenLaterBytes() throws IOException {
        client.socket().getOutputStream().write(bytes(" later"));
        Tunnel tunnel = begin(bytes("ahead"));

        assertThat(backend.socket().getInputStream().readNBytes(11)).asString().isEqualTo("ahead later");
        client.socket().getOutputStream().write(bytes(" last"));
        client.socket().shutdownOutput();
        assertThat(backend.socket().getInputStream().readAllBytes()).asString().isEqualTo(" last");
        backend.socket().getOutputStream().write(bytes("answer"));
        backend.socket().shutdownOutput();

        assertThat(client.socket().getInputStream().readAllBytes()).asString().isEqualTo("answer");
        assertEnded(tunnel, Cause.CLIENT_CLOSED, "ahead later last".length());
        assertThat(tunnel.bytesFromBackend()).isEqualTo("answer".length());
    }

    @Test
    void readAheadCountsAsSentByTheClient() throws IOException {
        Tunnel tunnel = begin(bytes("ahead"));

        assertThat(backend.socket().getInputStream().readNBytes(5)).asString().isEqualTo("ahead");
        assertThat(test.call(tunnel::bytesFromClient)).isEqualTo(5);
    }

    @Test
    void clientThatHalfClosedBeforeTheTunnelReceivesTheResponse() throws IOException {
        client.socket().getOutputStream().write(bytes(" later"));
        client.socket().shutdownOutput();
        Tunnel tunnel = begin(bytes("ahead"));

        assertThat(backend.socket().getInputStream().readAllBytes()).asString().isEqualTo("ahead later");
        backend.socket().getOutputStream().write(bytes("answer"));
        backend.socket().close();

        assertThat(client.socket().getInputStream().readAllBytes()).asString().isEqualTo("answer");
        assertEnded(tunnel, Cause.CLIENT_CLOSED, "ahead later".length());
    }

    @Test
    void backendReceivesReadAheadOfAClientThatHalfClosed() throws IOException {
        client.socket().shutdownOutput();
        Tunnel tunnel = begin(bytes("ahead"));

        assertThat(backend.socket().getInputStream().readAllBytes()).asString().isEqualTo("ahead");
        backend.socket().close();

        assertThat(client.socket().getInputStream().read()).isEqualTo(-1);
        assertEnded(tunnel, Cause.CLIENT_CLOSED, "ahead".length());
    }

    @Test
    void readAheadStaysInOrderWhenTheBackendReadsSlowly() throws IOException {
        byte[] ahead = new byte[LARGE_READ_AHEAD];
        new Random(1).nextBytes(ahead);
        client.socket().getOutputStream().write(bytes("later"));
        client.socket().shutdownOutput();
        Tunnel tunnel = begin(ahead);
        // The write is partial, because the backend does not read.
        assertThat(test.call(() -> test.loop().stats().blockedSinks())).isEqualTo(1);
        assertThat(test.call(test::lentBuffers)).isZero();

        assertThat(backend.socket().getInputStream().readNBytes(ahead.length)).isEqualTo(ahead);
        assertThat(backend.socket().getInputStream().readAllBytes()).asString().isEqualTo("later");
        backend.socket().close();
        assertEnded(tunnel, Cause.CLIENT_CLOSED, ahead.length + 5);
        assertThat(test.loop().stats().blockedSinks()).isZero();
    }

    @Test
    void resetByTheBackendEndsTheTunnel() throws IOException {
        backend.socket().setSoLinger(true, 0);
        backend.socket().close();

        Tunnel tunnel = begin(bytes("ahead"));

        assertThat(TestLoop.get(result.ended)).isEqualTo(Cause.BACKEND_RESET);
        assertThat(test.call(test::lentBuffers)).isZero();
        assertThat(tunnel.hasEnded()).isTrue();
    }

    @Test
    void bytesThatWereReadBeforeTheTunnelAreTheFirstOnes() {
        test.call(() -> {
            Tunnel tunnel = newTunnel();
            tunnel.timeFirstByte(test.loop().nanoTime() - CONNECTED_NANOS_AGO);
            tunnel.begin(ByteBuffer.allocate(0), ByteBuffer.wrap(bytes("greeting")));
            return tunnel;
        });

        assertThat(result.firstByte).isCompletedWithValueMatching(nanos -> nanos >= CONNECTED_NANOS_AGO);
    }

    @Test
    void bytesOfTheClientRestartTheTimeToTheFirstByte() throws IOException {
        test.call(() -> {
            Tunnel tunnel = newTunnel();
            tunnel.timeFirstByte(test.loop().nanoTime() - CONNECTED_NANOS_AGO);
            tunnel.begin(ByteBuffer.allocate(0), ByteBuffer.allocate(0));
            return tunnel;
        });
        client.socket().getOutputStream().write(bytes("request"));
        assertThat(backend.socket().getInputStream().readNBytes(7)).asString().isEqualTo("request");
        backend.socket().getOutputStream().write(bytes("answer"));

        assertThat(TestLoop.get(result.firstByte)).isBetween(0L, CONNECTED_NANOS_AGO - 1);
    }

    @Test
    void firstByteIsNotTimedByDefault() throws IOException {
        Tunnel tunnel = begin(bytes("ahead"));
        backend.socket().getOutputStream().write(bytes("answer"));
        backend.socket().shutdownOutput();
        assertThat(client.socket().getInputStream().readAllBytes()).asString().isEqualTo("answer");
        client.socket().close();

        assertThat(TestLoop.get(result.ended)).isNotNull();
        assertThat(tunnel.hasEnded()).isTrue();
        assertThat(result.firstByte).isNotDone();
    }

    private Tunnel newTunnel() {
        return new Tunnel(result, test.loop(), new LongTimeouts(), new UnknownAcknowledgements(),
                client.channel(), backend.channel(), traffic);
    }

    private Tunnel begin(byte[] readAhead) {
        return test.call(() -> {
            Tunnel tunnel = newTunnel();
            tunnel.begin(ByteBuffer.wrap(readAhead), ByteBuffer.allocate(0));
            return tunnel;
        });
    }

    private void assertEnded(Tunnel tunnel, Cause cause, long bytesFromClient) {
        assertThat(TestLoop.get(result.ended)).isEqualTo(cause);
        assertThat(test.call(tunnel::bytesFromClient)).isEqualTo(bytesFromClient);
        assertThat(traffic.toBackend().sum()).isEqualTo(bytesFromClient);
        assertThat(test.call(test::lentBuffers)).isZero();
        assertThat(result.exception).isNull();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static final class Result implements TunnelOwner {
        private final CompletableFuture<Cause> ended = new CompletableFuture<>();
        private final CompletableFuture<Long> firstByte = new CompletableFuture<>();
        private volatile Throwable exception;

        @Override
        public void tunnelEnded(Cause cause) {
            ended.complete(cause);
        }

        @Override
        public void firstByteReceived(long nanos) {
            firstByte.complete(nanos);
        }

        @Override
        public void advanceDeadline() {
            // no timeout expires in these tests
        }

        @Override
        public void failedUnexpectedly(Throwable thrown) {
            exception = thrown;
        }
    }

    private static final class LongTimeouts implements SessionTimeouts {
        @Override
        public long idleNanos() {
            return TimeUnit.HOURS.toNanos(1);
        }

        @Override
        public long halfClosedNanos() {
            return TimeUnit.HOURS.toNanos(1);
        }
    }

    private static final class UnknownAcknowledgements implements Acknowledgements {
        @Override
        public boolean isSupported(LoopSocketChannel channel) {
            return false;
        }

        @Override
        public void query(LoopSocketChannel channel, RelayLoop loop, LongConsumer receiver) {
            receiver.accept(UNKNOWN);
        }
    }
}
