package io.apexproxy.runtime.engine.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.CompletionHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests of random interleavings of operations and closes, on the loop and on other threads. */
@ParameterizedClass
@MethodSource("io.apexproxy.runtime.engine.loop.Implementation#engines")
final class CloseRaceTest {
    private static final long LONGEST_RUN_NANOS = 4_000_000_000L;
    private static final int MOST_ROUNDS = 3_000;

    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger called = new AtomicInteger();
    private final AtomicInteger unexpected = new AtomicInteger();
    @AutoClose
    private final Net net;

    CloseRaceTest(Implementation implementation) {
        net = new Net(implementation);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void everyHandlerIsCalledOnceAndEveryDescriptorIsFreed() throws Exception {
        var server = net.boundServer();
        List<AsynchronousSocketChannel> accepted = new ArrayList<>();
        acceptAll(server, accepted);
        // the first close makes the JDK open an internal socket, once; it must be among the sockets counted next
        net.connected().socket().close();
        Net.closeAll(net.connectedChannels());
        List<String> sockets = Net.sockets();
        long seed = System.nanoTime();
        System.out.println("CloseRaceTest seed: " + seed);
        var random = new Random(seed);

        long start = System.nanoTime();
        int rounds = 0;
        while (rounds < MOST_ROUNDS && System.nanoTime() - start < LONGEST_RUN_NANOS) {
            round(server, random);
            rounds++;
        }

        await("seed " + seed).untilAsserted(() -> assertThat(called.get()).isEqualTo(begun.get()));
        assertThat(unexpected).as("seed %d", seed).hasValue(0);
        await("seed " + seed).untilAsserted(() -> {
            closeAll(accepted);
            assertThat(Net.sockets()).isSubsetOf(sockets);
        });
        assertThat(rounds).isGreaterThan(100);
    }

    private void round(AsynchronousServerSocketChannel server, Random random) throws Exception {
        var channel = net.open();
        var steps = new ArrayList<Runnable>();
        steps.add(() -> connectAndMove(channel, server, random.nextBoolean()));
        steps.add(() -> close(channel));
        if (random.nextBoolean()) {
            steps.add(() -> close(channel));
        }
        var threads = new ArrayList<Thread>();
        for (var step : steps) {
            int spins = random.nextInt(3_000);
            Runnable delayed = () -> {
                for (int i = 0; i < spins; i++) {
                    Thread.onSpinWait();
                }
                step.run();
            };
            if (random.nextBoolean()) {
                net.loop().execute(delayed);
            } else {
                var thread = new Thread(delayed);
                thread.start();
                threads.add(thread);
            }
        }
        for (var thread : threads) {
            thread.join();
        }
    }

    private void connectAndMove(AsynchronousSocketChannel channel, AsynchronousServerSocketChannel server,
            boolean readFirst) {
        try {
            channel.connect(server.getLocalAddress(), null, counted((Void connected) -> {
                if (readFirst) {
                    channel.read(ByteBuffer.allocate(16), null, counted((Integer read) -> {}));
                }
                channel.write(ByteBuffer.allocate(16), null, counted((Integer written) -> channel
                        .write(ByteBuffer.allocate(1 << 20), null, counted((Integer more) -> {}))));
            }));
        } catch (IOException failure) {
            unexpected.incrementAndGet();
        }
    }

    private <V> CompletionHandler<V, Object> counted(Consumer<V> next) {
        begun.incrementAndGet();
        return new CompletionHandler<>() {
            @Override
            public void completed(V result, Object attachment) {
                called.incrementAndGet();
                next.accept(result);
            }

            @Override
            public void failed(Throwable cause, Object attachment) {
                called.incrementAndGet();
                if (!(cause instanceof ClosedChannelException)) {
                    unexpected.incrementAndGet();
                }
            }
        };
    }

    private static void acceptAll(AsynchronousServerSocketChannel server, List<AsynchronousSocketChannel> accepted) {
        server.accept(null, new CompletionHandler<AsynchronousSocketChannel, Object>() {
            @Override
            public void completed(AsynchronousSocketChannel channel, Object attachment) {
                server.accept(null, this);
                synchronized (accepted) {
                    accepted.add(channel);
                }
                Repeated.read(channel, 64);
            }

            @Override
            public void failed(Throwable cause, Object attachment) {
                // closed at the end of the test
            }
        });
    }

    private static void closeAll(List<AsynchronousSocketChannel> channels) throws IOException {
        synchronized (channels) {
            for (var channel : channels) {
                channel.close();
            }
            channels.clear();
        }
    }

    private static void close(AsynchronousSocketChannel channel) {
        try {
            channel.close();
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
    }
}
