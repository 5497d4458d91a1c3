package io.apexproxy.runtime.engine.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests of bulk transfers of many channels next to a channel that exchanges small messages. The tests count steps and
 * turns rather than time, so that the load of the machine has no influence.
 */
@ParameterizedClass
@MethodSource("io.apexproxy.runtime.engine.loop.Implementation#engines")
@Tag("alone")
final class FairnessTest {
    private static final int FLOODING = 64;
    /** Least duration of a step of a bulk transfer. */
    private static final long STEP_NANOS = TimeUnit.MICROSECONDS.toNanos(200);
    /** Steps until the time for bulk transfers in one turn, 1 ms, has passed. */
    private static final int STEPS_PER_TURN = 5;
    private static final int ROUNDS = 50;
    /** Turns of a round: two in a quiet system; more if the kernel delivers late. */
    private static final int USUAL_TURNS = 8;
    /** Size of the read buffer; small, so that each read of a flooded channel fills it. */
    private static final int READ_BYTES = 4096;
    private static final int WRITE_BYTES = 256 << 10;
    private static final int PING_ROOM = 64;

    @AutoClose
    private final Net floodSource;
    private final LoopProvider provider;
    /** Used on the loop's thread. */
    private int steps;
    private int stepsBefore;
    private int turns;
    private int mostStepsInATurn;
    @AutoClose("shutdownNow")
    private final LoopGroup loop;

    FairnessTest(Implementation implementation) throws IOException {
        floodSource = new Net(implementation);
        provider = implementation.newEngine();
        loop = provider.openLoop(task -> {
            var thread = new Thread(task, "loop-under-test");
            thread.setDaemon(true);
            return thread;
        }, (busyNanos, bytes) -> turnEnded());
    }

    @Test
    void bulkTransfersDelayAPingByFewSteps() throws Exception {
        for (int i = 0; i < FLOODING; i++) {
            flood();
        }
        var quiet = connect(provider.openAsynchronousSocketChannel(loop));
        echo(quiet.get(1));
        var pinging = new Pinging(quiet.get(0));
        loop.execute(pinging::ping);

        List<Integer> turnsOfRounds = pinging.done.get(120, TimeUnit.SECONDS);

        assertThat(mostStepsInATurn).isBetween(1, STEPS_PER_TURN);
        assertThat(turnsOfRounds).hasSize(ROUNDS);
        assertThat(turnsOfRounds.stream().filter(count -> count <= USUAL_TURNS).count())
                .as("rounds of at most %d turns among %s", USUAL_TURNS, turnsOfRounds)
                .isGreaterThanOrEqualTo(ROUNDS * 8 / 10);
    }

    private void turnEnded() {
        turns++;
        mostStepsInATurn = Math.max(mostStepsInATurn, steps - stepsBefore);
        stepsBefore = steps;
    }

    /** Opens a channel on the loop that always has bytes to read. */
    private void flood() throws IOException {
        var ends = connect(floodSource.open());
        Repeated.write(ends.get(0), WRITE_BYTES);
        var target = ByteBuffer.allocateDirect(READ_BYTES);
        ends.get(1).read(target, null, new CompletionHandler<Integer, Object>() {
            private boolean bulk;

            @Override
            public void completed(Integer count, Object attachment) {
                if (bulk) {
                    steps++;
                    spin();
                }
                bulk = !target.hasRemaining(); // the criterion of the loop for the next read
                ends.get(1).read(target.clear(), null, this);
            }

            @Override
            public void failed(Throwable cause, Object attachment) {
                target.clear();
            }
        });
    }

    /** Echoes each byte. The buffer has room for more bytes, so that no read is a bulk transfer. */
    private static void echo(AsynchronousSocketChannel channel) {
        var target = ByteBuffer.allocate(PING_ROOM);
        channel.read(target, null, new CompletionHandler<Integer, Object>() {
            @Override
            public void completed(Integer count, Object attachment) {
                channel.write(Net.bytes("x"), null, new Completion<>());
                channel.read(target.clear(), null, this);
            }

            @Override
            public void failed(Throwable cause, Object attachment) {
                target.clear();
            }
        });
    }

    private static void spin() {
        long end = System.nanoTime() + STEP_NANOS;
        while (System.nanoTime() - end < 0) {
            Thread.onSpinWait();
        }
    }

    /** Connects a channel of any loop to one of the loop under test; returns both. */
    private List<AsynchronousSocketChannel> connect(AsynchronousSocketChannel client) throws IOException {
        var server = provider.openAsynchronousServerSocketChannel(loop);
        server.bind(Net.loopback(0));
        var accept = new Completion<AsynchronousSocketChannel>();
        server.accept(null, accept);
        var connected = new Completion<Void>();
        client.connect(server.getLocalAddress(), null, connected);
        connected.result();
        var ends = List.of(client, accept.result());
        server.close();
        return ends;
    }

    /** A client that sends a byte, waits for its echo and repeats; on the loop's thread. */
    private final class Pinging implements CompletionHandler<Integer, Object> {
        private final AsynchronousSocketChannel channel;
        private final List<Integer> turnsOfRounds = new ArrayList<>();
        private final CompletableFuture<List<Integer>> done = new CompletableFuture<>();
        private int begunAt;

        Pinging(AsynchronousSocketChannel channel) {
            this.channel = channel;
        }

        void ping() {
            begunAt = turns;
            channel.write(Net.bytes("x"), null, new Completion<>());
            channel.read(ByteBuffer.allocate(PING_ROOM), null, this);
        }

        @Override
        public void completed(Integer count, Object attachment) {
            turnsOfRounds.add(turns - begunAt);
            if (turnsOfRounds.size() == ROUNDS) {
                done.complete(turnsOfRounds);
            } else {
                ping();
            }
        }

        @Override
        public void failed(Throwable cause, Object attachment) {
            done.completeExceptionally(cause);
        }
    }
}
