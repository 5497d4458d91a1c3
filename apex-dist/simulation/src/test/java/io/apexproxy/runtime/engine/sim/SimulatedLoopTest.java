package io.apexproxy.runtime.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apexproxy.runtime.engine.LoopSocketChannel;
import io.apexproxy.runtime.engine.sim.world.NetworkProfile;
import io.apexproxy.runtime.engine.sim.world.Simulation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.CompletionHandler;
import java.nio.channels.ShutdownChannelGroupException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Contract tests of tasks, timers, handlers and the close of a {@link io.apexproxy.runtime.engine.Loop}. */
@ParameterizedClass
@MethodSource("io.apexproxy.runtime.engine.sim.Seeds#few")
final class SimulatedLoopTest {

    private final long seed;
    private final Net net;

    SimulatedLoopTest(long seed) {
        this.seed = seed;
        net = new Net(seed);
    }

    @Test
    void tasksRunInSubmissionOrderAndNeverWithinTheCall() {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            int number = i;
            net.loop.execute(() -> order.add(number));
        }
        assertThat(order).isEmpty();
        net.runAllEvents();

        assertThat(order).hasSize(1_000).isSorted();
        net.runOnLoop(() -> {
            assertThat(net.loop.inLoop()).isTrue();
            net.loop.execute(() -> order.add(-1));
            assertThat(order).hasSize(1_000);
        });
        assertThat(net.process.escaped()).isEmpty();
        assertThat(order).hasSize(1_001);
    }

    @Test
    void timersAreNeverEarlyAndAtMostThreeMillisLate() {
        List<Long> late = new ArrayList<>();
        for (int delay : new int[] {0, 1, 5, 5, 1_000}) {
            long due = net.simulation.nanoTime() + TimeUnit.MILLISECONDS.toNanos(delay);
            net.loop.schedule(() -> late.add(net.simulation.nanoTime() - due), delay);
        }
        net.runAllEvents();

        assertThat(late).hasSize(5).allMatch(nanos -> nanos >= 0 && nanos < 3_000_000L);
        assertThat(net.loop.timers()).isZero();
    }

    @Test
    void suspensionDelaysTimers() {
        List<Long> ran = new ArrayList<>();
        net.loop.schedule(() -> ran.add(net.simulation.elapsedNanos()), 10);
        net.process.suspend(TimeUnit.SECONDS.toNanos(5));
        net.runAllEvents();

        assertThat(ran).singleElement().matches(nanos -> nanos >= TimeUnit.SECONDS.toNanos(5));
    }

    @Test
    void handlersNestToABoundedDepth() throws IOException {
        var channel = net.connected().channel();
        int[] depth = new int[3];
        var handler = new CompletionHandler<Integer, Object>() {
            @Override
            public void completed(Integer result, Object attachment) {
                depth[1] = Math.max(depth[1], ++depth[0]);
                if (++depth[2] < 10_000) {
                    channel.read(ByteBuffer.allocate(0), null, this);
                }
                depth[0]--;
            }

            @Override
            public void failed(Throwable cause, Object attachment) {
                throw new AssertionError(cause);
            }
        };
        net.runOnLoop(() -> channel.read(ByteBuffer.allocate(0), null, handler));

        assertThat(depth[2]).isEqualTo(10_000);
        assertThat(depth[1]).isBetween(2, 8);
    }

    @Test
    void throwingHandlerAffectsNoOtherChannel() throws IOException {
        var one = net.connected();
        var other = net.connected();
        one.channel().read(ByteBuffer.allocate(1), null, new CompletionHandler<Integer, Object>() {
            @Override
            public void completed(Integer result, Object attachment) {
                throw new AssertionError("thrown by a test");
            }

            @Override
            public void failed(Throwable cause, Object attachment) {
                throw new IllegalStateException("thrown by a test");
            }
        });
        one.peer().write(Net.bytes("a"));
        Completion<Integer> read = net.completion();
        other.channel().read(ByteBuffer.allocate(1), null, read);
        other.peer().write(Net.bytes("b"));
        net.runAllEvents();

        assertThat(net.process.escaped()).singleElement().isInstanceOf(AssertionError.class);
        assertThat(read.result()).isEqualTo(1);
    }

    @Test
    void readyChannelsCanCloseEachOther() throws IOException {
        var one = net.connected();
        var other = net.connected();
        List<String> outcomes = new ArrayList<>();
        one.channel().read(ByteBuffer.allocate(1), null, closing(other.channel(), outcomes));
        other.channel().read(ByteBuffer.allocate(1), null, closing(one.channel(), outcomes));
        one.peer().write(Net.bytes("a"));
        other.peer().write(Net.bytes("a"));
        net.process.suspend(TimeUnit.SECONDS.toNanos(1));
        net.runAllEvents();

        assertThat(outcomes).containsExactly("1", AsynchronousCloseException.class.getName());
    }

    private static CompletionHandler<Integer, Object> closing(LoopSocketChannel toClose, List<String> outcomes) {
        return new CompletionHandler<>() {
            @Override
            public void completed(Integer result, Object attachment) {
                toClose.close();
                outcomes.add(result.toString());
            }

            @Override
            public void failed(Throwable cause, Object attachment) {
                outcomes.add(cause.getClass().getName());
            }
        };
    }

    @Test
    void closeOfTheLoopClosesChannelsAndEndsTheLoop() throws IOException {
        var channel = net.connected().channel();
        var server = net.boundServer();
        Completion<Integer> read = net.completion();
        channel.read(ByteBuffer.allocate(1), null, read);
        net.loop.schedule(() -> {
            throw new AssertionError("a timer ran after the end");
        }, 60_000);

        net.loop.close();
        net.runAllEvents();

        assertThat(read.failure()).isInstanceOf(AsynchronousCloseException.class);
        assertThat(channel.isOpen()).isFalse();
        assertThat(server.isOpen()).isFalse();
        assertThat(net.loop.hasEnded()).isTrue();
        assertThat(net.process.openDescriptors()).isZero();
        assertThat(net.process.escaped()).isEmpty();
        assertThatThrownBy(() -> net.loop.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> net.loop.schedule(() -> {}, 0)).isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(net::open).isInstanceOf(ShutdownChannelGroupException.class);
    }

    @Test
    void sameSeedProducesTheSameTrace() throws IOException {
        assertThat(trace()).isEqualTo(trace()).isNotEmpty();
    }

    private List<String> trace() throws IOException {
        var simulation = new Simulation(seed, true);
        var fresh = new Net(simulation, NetworkProfile.any(simulation.random()));
        var pair = fresh.connected();
        pair.channel().writeLast(ByteBuffer.allocate(50_000), null, fresh.completion());
        fresh.runAllEvents();
        pair.peer().read(ByteBuffer.allocate(1_000));
        pair.peer().close();
        fresh.runAllEvents();
        return simulation.trace();
    }
}
