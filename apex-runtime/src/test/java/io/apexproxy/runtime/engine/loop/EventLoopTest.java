package io.apexproxy.runtime.engine.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.apexproxy.runtime.engine.LoopSocketChannel;
import io.apexproxy.test.LogCapture;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.nio.channels.ReadPendingException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests of competing channels, handlers that nest or throw, and readiness without a pending operation. */
@ParameterizedClass
@MethodSource("io.apexproxy.runtime.engine.loop.Implementation#engines")
final class EventLoopTest {
    private final Implementation implementation;
    @AutoClose
    private final Net net;

    EventLoopTest(Implementation implementation) {
        this.implementation = implementation;
        net = new Net(implementation);
    }

    @Test
    void immediateWritesNestFewHandlersAndDelayNoTask() throws Exception {
        var pair = net.connectedChannels();
        Repeated.read(pair[1], 256 << 10);
        var chain = new NestingWriter(pair[0], 100_000);
        var tasks = new AtomicInteger();
        net.loop().schedule(new Runnable() {
            @Override
            public void run() {
                tasks.incrementAndGet();
                if (!chain.done.isDone()) {
                    net.loop().execute(this);
                }
            }
        }, 0);

        net.loop().execute(chain::next);

        chain.done.get(60, TimeUnit.SECONDS);
        assertThat(chain.mostNested).isBetween(implementation.writesAtOnce() ? 2 : 1, 16);
        assertThat(tasks.get()).isGreaterThan(1_000);
    }

    @Test
    void immediateReadsDoNotOverflowTheStack() throws Exception {
        var channel = net.connected().channel();
        var reads = new AtomicInteger();
        var done = new CompletableFuture<Void>();
        channel.read(ByteBuffer.allocate(0), null, new CompletionHandler<Integer, Object>() {
            @Override
            public void completed(Integer result, Object attachment) {
                if (reads.incrementAndGet() == 100_000) {
                    done.complete(null);
                } else {
                    channel.read(ByteBuffer.allocate(0), null, this);
                }
            }

            @Override
            public void failed(Throwable cause, Object attachment) {
                done.completeExceptionally(cause);
            }
        });

        done.get(60, TimeUnit.SECONDS);
    }

    @Test
    void throwingHandlerIsLoggedAndAffectsNoOtherChannel() throws IOException {
        var first = net.connected();
        var other = net.connected();
        try (var log = LogCapture.of("apex.engine", Level.ERROR)) {
            first.channel().read(ByteBuffer.allocate(1), null, new CompletionHandler<Integer, Object>() {
                @Override
                public void completed(Integer result, Object attachment) {
                    throw new AssertionError("thrown by a test");
                }

                @Override
                public void failed(Throwable cause, Object attachment) {
                    throw new IllegalStateException("thrown by a test");
                }
            });
            first.socket().getOutputStream().write('a');

            await().until(() -> log.lines().size() == 1);
            assertThat(log.lines().get(0)).isEqualTo("ERROR A completion handler threw; the event loop continues");
        }
        var read = new Completion<Integer>();
        other.channel().read(ByteBuffer.allocate(1), null, read);
        other.socket().getOutputStream().write('b');
        assertThat(read.result()).isEqualTo(1);
        var again = new Completion<Integer>();
        first.channel().read(ByteBuffer.allocate(1), null, again);
        first.socket().getOutputStream().write('c');
        assertThat(again.result()).isEqualTo(1);
    }

    @Test
    void readyChannelsCanCloseEachOther() throws Exception {
        for (int round = 0; round < 200; round++) {
            var left = net.connected();
            var right = net.connected();
            var first = new Completion<Integer>();
            var second = new Completion<Integer>();
            left.channel().read(ByteBuffer.allocate(1), null, closing(right.channel(), first));
            right.channel().read(ByteBuffer.allocate(1), null, closing(left.channel(), second));
            // both become ready while the loop is blocked
            var released = new CompletableFuture<Void>();
            net.loop().execute(released::join);
            left.socket().getOutputStream().write('a');
            right.socket().getOutputStream().write('a');
            released.complete(null);

            boolean firstRead = first.succeeds();
            boolean secondRead = second.succeeds();
            assertThat(firstRead ^ secondRead).as("exactly one channel reads").isTrue();
            assertThat((firstRead ? second : first).failure()).isInstanceOf(AsynchronousCloseException.class);
            Net.closeAll(left.channel(), right.channel());
        }
    }

    private static CompletionHandler<Integer, Object> closing(AsynchronousSocketChannel toClose,
            Completion<Integer> outcome) {
        return new CompletionHandler<>() {
            @Override
            public void completed(Integer result, Object attachment) {
                try {
                    toClose.close();
                    outcome.completed(result, attachment);
                } catch (IOException failure) {
                    outcome.failed(failure, attachment);
                }
            }

            @Override
            public void failed(Throwable cause, Object attachment) {
                outcome.failed(cause, attachment);
            }
        };
    }

    @Test
    void readinessWithoutAPendingReadDoesNotSpin() throws Exception {
        var pair = net.connected();
        var read = new Completion<Integer>();
        pair.channel().read(ByteBuffer.allocate(1), null, read);
        pair.socket().getOutputStream().write(new byte[1000]);
        read.result();
        long thread = loopThread();
        var threads = ManagementFactory.getThreadMXBean();
        long before = threads.getThreadCpuTime(thread);

        TimeUnit.MILLISECONDS.sleep(300); // a spinning loop would use a whole processor in this time

        assertThat(threads.getThreadCpuTime(thread) - before).isLessThan(TimeUnit.MILLISECONDS.toNanos(150));
        var rest = ByteBuffer.allocate(999);
        while (rest.hasRemaining()) {
            var next = new Completion<Integer>();
            pair.channel().read(rest, null, next);
            assertThat(next.result()).isPositive();
        }
    }

    @Test
    void awaitingReadabilityNeedsNoBuffer() throws IOException {
        var pair = net.connected();
        var channel = (LoopSocketChannel) pair.channel();
        for (int round = 0; round < 20; round++) {
            var readable = new Completion<Integer>();
            channel.awaitReadable("attached", readable);
            assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1), null, new Completion<>()))
                    .isInstanceOf(ReadPendingException.class);
            assertThat(readable.isDoneWithin(5)).isFalse();

            pair.socket().getOutputStream().write('a');

            assertThat(readable.result()).isZero();
            assertThat(readable.attachment()).isEqualTo("attached");
            var again = new Completion<Integer>();
            channel.awaitReadable(null, again);
            assertThat(again.result()).isZero();
            var read = new Completion<Integer>();
            channel.read(ByteBuffer.allocate(2), null, read);
            assertThat(read.result()).isEqualTo(1);
        }
        var end = new Completion<Integer>();
        channel.awaitReadable(null, end);
        pair.socket().close();
        assertThat(end.result()).isZero();
        var closed = new Completion<Integer>();
        channel.awaitReadable(null, closed);
        channel.close();
        closed.succeeds();
        assertThat(closed.calls()).isEqualTo(1);
    }

    @Test
    void cancelledWaitIsNotCompletedAndTheNextReadReturnsTheBytes() throws Exception {
        var pair = net.connected();
        var channel = (LoopSocketChannel) pair.channel();
        for (int round = 0; round < 20; round++) {
            var cancelledWait = new Completion<Integer>();
            var read = new Completion<Integer>();
            var outcomes = new CompletableFuture<List<Boolean>>();
            net.loop().execute(() -> {
                boolean idle = channel.cancelAwait();
                channel.awaitReadable(null, cancelledWait);
                boolean cancelled = channel.cancelAwait();
                channel.read(ByteBuffer.allocate(2), null, read);
                outcomes.complete(List.of(idle, cancelled, channel.cancelAwait()));
            });
            assertThat(outcomes.get(20, TimeUnit.SECONDS)).containsExactly(true, true, false);

            pair.socket().getOutputStream().write('a');

            assertThat(read.result()).isEqualTo(1);
            assertThat(cancelledWait.calls()).isZero();
        }
    }

    @Test
    void waitAfterACancelledWaitCompletes() throws Exception {
        var pair = net.connected();
        var channel = (LoopSocketChannel) pair.channel();
        var cancelledWait = new Completion<Integer>();
        var cancelled = new CompletableFuture<Boolean>();
        var readable = new Completion<Integer>();
        net.loop().execute(() -> channel.awaitReadable(null, cancelledWait));
        net.loop().execute(() -> cancelled.complete(channel.cancelAwait()));
        assertThat(cancelled.get(20, TimeUnit.SECONDS)).isTrue();

        pair.socket().getOutputStream().write('a');
        loopThread(); // a turn in which nothing waits for the bytes
        net.loop().execute(() -> channel.awaitReadable(null, readable));

        assertThat(readable.result()).isZero();
        assertThat(cancelledWait.calls()).isZero();
        assertThat(cancelled).isCompletedWithValue(true);
    }

    private long loopThread() throws Exception {
        var id = new CompletableFuture<Long>();
        net.loop().execute(() -> id.complete(Thread.currentThread().getId()));
        return id.get(20, TimeUnit.SECONDS);
    }
}
