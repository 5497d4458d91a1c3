package io.apexproxy.runtime.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apexproxy.runtime.engine.LoopSocketChannel;
import io.apexproxy.runtime.engine.sim.world.Endpoint;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.CompletionHandler;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Contract tests of closing a {@link LoopSocketChannel}. */
@ParameterizedClass
@MethodSource("io.apexproxy.runtime.engine.sim.Seeds#few")
final class SimulatedCloseContractTest {

    private final Net net;
    private final LoopSocketChannel channel;
    private final Endpoint peer;

    SimulatedCloseContractTest(long seed) throws IOException {
        net = new Net(seed);
        var pair = net.connected();
        channel = pair.channel();
        peer = pair.peer();
    }

    @Test
    void peerReadsTheEndOfTheStreamAfterClose() throws IOException {
        channel.close();
        assertThat(channel.isOpen()).isFalse();

        assertThat(net.readAll(peer)).isEmpty();
        assertThat(net.process.openDescriptors()).isZero();
    }

    @Test
    void bytesWrittenBeforeCloseArrive() throws IOException {
        Completion<Integer> write = net.completion();
        channel.write(Net.bytes("last words"), null, write);
        net.runAllEvents();
        int written = write.result();

        channel.close();

        assertThat(net.readAll(peer)).asString().isEqualTo("last words".substring(0, written));
    }

    @Test
    void closeWithUnreadBytesResets() throws IOException {
        peer.write(Net.bytes("never read"));
        net.runAllEvents();

        channel.close();
        net.runAllEvents();

        assertThatThrownBy(() -> peer.read(ByteBuffer.allocate(1))).hasMessage("Connection reset");
    }

    @Test
    void resetDiscardsUnsentBytes() throws IOException {
        net.fill(channel);

        channel.reset();
        net.runAllEvents();

        var buffer = ByteBuffer.allocate(1 << 20);
        assertThatThrownBy(() -> {
            while (peer.read(buffer.clear()) > 0) {
                net.runAllEvents();
            }
        }).isInstanceOf(IOException.class).hasMessage("Connection reset");
    }

    @Test
    void closeWithLingerZeroResetsTheConnection() throws IOException {
        channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        channel.close();
        net.runAllEvents();

        assertThatThrownBy(() -> peer.write(Net.bytes("w"))).hasMessage("Connection reset by peer");
        assertThatThrownBy(() -> peer.write(Net.bytes("w"))).hasMessage("Broken pipe");
        assertThat(peer.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    }

    @Test
    void bytesForAClosedSocketCauseAReset() throws IOException {
        channel.close();
        net.runAllEvents();
        assertThat(peer.read(ByteBuffer.allocate(1))).isEqualTo(-1);

        peer.write(Net.bytes("w"));
        net.runAllEvents();

        assertThatThrownBy(() -> peer.write(Net.bytes("w"))).hasMessage("Broken pipe");
    }

    @Test
    void closeFailsPendingOperationsAfterTheCall() {
        var write = net.fill(channel);
        Completion<Integer> read = net.completion();
        channel.read(ByteBuffer.allocate(1), "attached", read);
        net.runOnLoop(() -> {
            channel.close();
            assertThat(read.isDone()).isFalse();
            assertThat(write.isDone()).isFalse();
        });

        assertThat(net.process.escaped()).isEmpty();
        assertThat(read.failure()).isInstanceOf(AsynchronousCloseException.class);
        assertThat(read.attachment()).isEqualTo("attached");
        assertThat(write.failure()).isInstanceOf(AsynchronousCloseException.class);
    }

    @Test
    void closeInAHandlerFailsTheOtherDirectionAfterTheCall() {
        List<String> order = new ArrayList<>();
        net.runOnLoop(() -> {
            channel.read(ByteBuffer.allocate(1), null, recording(order, "read"));
            channel.write(Net.bytes("w"), null, new CompletionHandler<Integer, Object>() {
                @Override
                public void completed(Integer result, Object attachment) {
                    channel.close();
                    order.add("closed");
                }

                @Override
                public void failed(Throwable cause, Object attachment) {
                    order.add("failed");
                }
            });
        });

        assertThat(order).containsExactly("closed", "read AsynchronousCloseException");
    }

    @Test
    void taskSubmittedAfterCloseRunsAfterTheDescriptorIsFreed() {
        List<Integer> open = new ArrayList<>();
        net.runOnLoop(() -> {
            channel.close();
            open.add(net.process.openDescriptors());
            net.loop.execute(() -> open.add(net.process.openDescriptors()));
        });

        assertThat(open).containsExactly(1, 0);
    }

    @Test
    void operationsOnAClosedChannelFailThroughTheirHandler() {
        channel.close();
        Completion<Integer> read = net.completion();
        Completion<Integer> write = net.completion();

        channel.read(ByteBuffer.allocate(1), "attached", read);
        channel.write(ByteBuffer.allocate(1), "attached", write);
        net.runAllEvents();

        assertThat(read.failure()).isExactlyInstanceOf(ClosedChannelException.class);
        assertThat(read.attachment()).isEqualTo("attached");
        assertThat(write.failure()).isExactlyInstanceOf(ClosedChannelException.class);
    }

    @Test
    void closedChannelRefusesAllAccess() {
        channel.close();
        channel.close();

        assertThatThrownBy(channel::getLocalAddress).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(channel::getRemoteAddress).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(channel::shutdownOutput).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> channel.getOption(StandardSocketOptions.TCP_NODELAY))
                .isInstanceOf(ClosedChannelException.class);
        channel.reset();
    }

    private static CompletionHandler<Integer, Object> recording(List<String> order, String name) {
        return new CompletionHandler<>() {
            @Override
            public void completed(Integer result, Object attachment) {
                order.add(name + " " + result);
            }

            @Override
            public void failed(Throwable cause, Object attachment) {
                order.add(name + " " + cause.getClass().getSimpleName());
            }
        };
    }
}
