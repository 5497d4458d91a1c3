package io.apexproxy.runtime.engine.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.apexproxy.test.LogCapture;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests of tasks and timers of a loop. */
@ParameterizedClass
@MethodSource("io.apexproxy.runtime.engine.loop.Implementation#engines")
final class LoopGroupTest {
    @AutoClose
    private final Net net;
    private final LoopGroup loop;

    LoopGroupTest(Implementation implementation) {
        net = new Net(implementation);
        loop = net.loop();
    }

    @Test
    void taskRunsOnTheLoop() throws Exception {
        assertThat(loop.inLoop()).isFalse();

        assertThat(callOnLoop(() -> loop.inLoop() && Thread.currentThread().getName().equals(Net.THREAD))).isTrue();
    }

    @Test
    void tasksOfOneThreadRunInSubmissionOrder() {
        List<Integer> ran = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            int number = i;
            loop.execute(() -> ran.add(number));
        }

        await().until(() -> ran.size() == 1_000);
        assertThat(ran).isSorted();
    }

    @Test
    void taskSubmittedOnTheLoopRunsAfterTheSubmittingTask() throws Exception {
        var ran = new CountDownLatch(1);

        assertThat(callOnLoop(() -> {
            loop.execute(ran::countDown);
            return ran.getCount();
        })).isEqualTo(1);
        assertThat(ran.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void taskSubmittedAfterCloseRunsAfterTheDescriptorIsFreed() throws Exception {
        var opened = new ArrayList<String>();
        var left = new CompletableFuture<List<String>>();

        callOnLoop(() -> {
            var before = Net.sockets();
            var channel = ((LoopProvider) loop.provider()).openAsynchronousSocketChannel(loop);
            opened.addAll(Net.sockets());
            opened.removeAll(before);
            channel.close();
            loop.execute(() -> left.completeAsync(Net::sockets, Runnable::run));
            return channel;
        });

        assertThat(opened).hasSize(1);
        assertThat(left.get(20, TimeUnit.SECONDS)).doesNotContainAnyElementsOf(opened);
    }

    @Test
    void tasksOfManyThreadsAllRun() throws Exception {
        var ran = new AtomicInteger();
        var threads = List.of(new Thread(() -> flood(ran)), new Thread(() -> flood(ran)), new Thread(() -> flood(ran)));
        threads.forEach(Thread::start);
        for (var thread : threads) {
            thread.join();
        }

        await().until(() -> ran.get() == 30_000);
    }

    private void flood(AtomicInteger ran) {
        for (int i = 0; i < 10_000; i++) {
            loop.execute(ran::incrementAndGet);
        }
    }

    @Test
    void taskThatThrowsDoesNotEndTheLoop() throws Exception {
        try (var log = LogCapture.of("apex.engine", Level.ERROR)) {
            loop.execute(() -> {
                throw new StackOverflowError("thrown by a test");
            });

            assertThat(callOnLoop(loop::inLoop)).isTrue();
            assertThat(log.lines()).singleElement().asString().contains("A task threw");
        }
    }

    @Test
    void timersRunInOrderAndNotEarly() {
        List<String> ran = new CopyOnWriteArrayList<>();
        long start = System.nanoTime();
        loop.schedule(() -> ran.add("third"), 120);
        loop.schedule(() -> ran.add("second"), 60);
        loop.schedule(() -> ran.add("first"), 0);

        await().until(() -> ran.size() == 3);
        assertThat(ran).containsExactly("first", "second", "third");
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(120));
    }

    @Test
    void timerThatSchedulesItselfRunsRepeatedly() {
        var ticks = new AtomicInteger();
        loop.schedule(new Runnable() {
            @Override
            public void run() {
                assertThat(loop.inLoop()).isTrue();
                ticks.incrementAndGet();
                loop.schedule(this, 1);
            }
        }, 1);

        await().until(() -> ticks.get() >= 20);
    }

    @Test
    void timerWithoutDelayThatSchedulesItselfDoesNotBlockTheLoop() throws Exception {
        loop.schedule(new Runnable() {
            @Override
            public void run() {
                loop.schedule(this, 0);
            }
        }, 0);

        assertThat(callOnLoop(loop::inLoop)).isTrue();
    }

    @Test
    void timerThatThrowsDoesNotEndTheLoop() throws Exception {
        try (var log = LogCapture.of("apex.engine", Level.ERROR)) {
            loop.schedule(() -> {
                throw new IllegalStateException("thrown by a test");
            }, 0);

            await().until(() -> log.lines().size() == 1);
            assertThat(callOnLoop(loop::inLoop)).isTrue();
        }
    }

    @Test
    void invalidArgumentsAreRefused() {
        assertThatThrownBy(() -> loop.schedule(() -> {}, -1)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("delayMillis: expected 0 or more, found -1");
        assertThatThrownBy(() -> loop.schedule(null, 1)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> loop.execute(null)).isInstanceOf(NullPointerException.class);
    }

    @Test
    void terminatedGroupRefusesTasksAndDropsTimers() throws Exception {
        var ran = new AtomicInteger();
        loop.schedule(ran::incrementAndGet, 3_600_000);
        loop.shutdown();
        assertThat(loop.awaitTermination(20, TimeUnit.SECONDS)).isTrue();

        assertThatThrownBy(() -> loop.execute(ran::incrementAndGet)).isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> loop.schedule(ran::incrementAndGet, 0))
                .isInstanceOf(RejectedExecutionException.class);
        assertThat(ran).hasValue(0);
    }

    @Test
    void tasksSubmittedBeforeShutdownRun() throws Exception {
        var ran = new AtomicInteger();
        for (int i = 0; i < 1_000; i++) {
            loop.execute(ran::incrementAndGet);
        }

        loop.shutdown();

        assertThat(loop.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        assertThat(ran).hasValue(1_000);
    }

    @Test
    void taskThatResubmitsItselfDoesNotDelayTermination() throws Exception {
        try (var log = LogCapture.of("apex.engine", Level.ERROR)) {
            loop.execute(new Runnable() {
                @Override
                public void run() {
                    loop.execute(this);
                }
            });

            loop.shutdown();

            assertThat(loop.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
            assertThat(log.lines()).hasSizeLessThanOrEqualTo(1); // the RejectedExecutionException of the last call
        }
    }

    @Test
    void interruptedLoopContinuesAndDoesNotSpin() throws Exception {
        callOnLoop(() -> {
            Thread.currentThread().interrupt();
            return null;
        });
        long thread = callOnLoop(() -> Thread.currentThread().getId());
        var threads = ManagementFactory.getThreadMXBean();
        long before = threads.getThreadCpuTime(thread);

        TimeUnit.MILLISECONDS.sleep(300); // a spinning loop would use a whole processor in this time

        assertThat(threads.getThreadCpuTime(thread) - before).isLessThan(TimeUnit.MILLISECONDS.toNanos(150));
        assertThat(callOnLoop(loop::inLoop)).isTrue();
    }

    @Test
    void threadEndsWhenTheGroupTerminates() throws Exception {
        var thread = callOnLoop(Thread::currentThread);

        loop.shutdown();

        thread.join(TimeUnit.SECONDS.toMillis(20));
        assertThat(thread.isAlive()).isFalse();
    }

    private <V> V callOnLoop(Callable<V> task) throws Exception {
        var result = new CompletableFuture<V>();
        loop.execute(() -> {
            try {
                result.complete(task.call());
            } catch (Exception failure) {
                result.completeExceptionally(failure);
            }
        });
        return result.get(20, TimeUnit.SECONDS);
    }
}
