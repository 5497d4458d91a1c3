package io.apexproxy.runtime.relay.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.runtime.buffer.BufferMemory;
import io.apexproxy.runtime.buffer.BufferPool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class RelayLoopTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long HOUR_NANOS = TimeUnit.HOURS.toNanos(1);
    /** More than the loop calls in one turn, so that the order over several turns is tested. */
    private static final int SESSIONS = 1_200;
    private static final int SLAB_BYTES = 128 * 1024;

    private final BufferMemory memory = new BufferMemory(2 * SLAB_BYTES, 1);
    @AutoClose
    private final TestLoop test = new TestLoop(memory);
    private final RelayLoop loop = test.loop();
    /** The numbers of called sessions, in order. */
    private final List<Integer> called = new CopyOnWriteArrayList<>();

    @Test
    void sessionsExpireInOrder() {
        List<Integer> numbers = new ArrayList<>(IntStream.range(0, SESSIONS).boxed().toList());
        Collections.shuffle(numbers, new Random(1));

        test.run(() -> {
            long now = loop.now();
            for (int number : numbers) {
                loop.add(new Session(number), now + TimeUnit.MICROSECONDS.toNanos(100) * number);
            }
        });

        await().atMost(PATIENCE).until(() -> called.size() == SESSIONS);
        assertThat(called).isSorted();
        assertThat(loop.stats().sessions()).isZero();
    }

    @Test
    void sessionIsNotCalledBeforeItIsDue() {
        long due = test.call(() -> {
            long wanted = loop.now() + TimeUnit.MILLISECONDS.toNanos(40);
            loop.add(new Session(1) {
                @Override
                protected long expire(long now) {
                    assertThat(now).isGreaterThanOrEqualTo(wanted);
                    return super.expire(now);
                }
            }, wanted);
            return wanted;
        });

        await().atMost(PATIENCE).until(() -> called.size() == 1);
        assertThat(test.call(loop::now)).isGreaterThanOrEqualTo(due);
    }

    @Test
    void sessionThatDoesNotEndIsCalledAgainAtItsNextDueTime() {
        test.run(() -> loop.add(new Session(0) {
            @Override
            protected long expire(long now) {
                if (called.size() == 4) {
                    return super.expire(now);
                }
                called.add(called.size());
                return now + TimeUnit.MILLISECONDS.toNanos(1);
            }
        }, loop.now()));

        await().atMost(PATIENCE).until(() -> called.size() == 5);
        assertThat(loop.stats().sessions()).isZero();
    }

    @Test
    void advanceMovesASessionForwardAndNeverBack() {
        Session advanced = new Session(1);
        Session other = new Session(2);

        test.run(() -> {
            loop.add(advanced, loop.now() + HOUR_NANOS);
            loop.add(other, loop.now() + TimeUnit.MILLISECONDS.toNanos(20));
            loop.advance(other, loop.now() + HOUR_NANOS);
            loop.advance(advanced, loop.now());
        });

        await().atMost(PATIENCE).until(() -> called.size() == 2);
        assertThat(called).containsExactly(1, 2);
    }

    @Test
    void otherSessionsExpireAfterOneThatThrows() {
        test.run(() -> {
            for (int number = 0; number < 3; number++) {
                loop.add(new Session(number) {
                    @Override
                    protected long expire(long now) {
                        long next = super.expire(now);
                        if (called.size() == 1) {
                            throw new IllegalStateException("thrown by a test");
                        }
                        return next;
                    }
                }, loop.now() + number);
            }
        });

        await().atMost(PATIENCE).until(() -> called.size() == 3);
    }

    @Test
    void forEachSessionSkipsSessionsThatHaveEnded() {
        List<Session> sessions = IntStream.range(0, SESSIONS).mapToObj(Session::new).toList();
        test.run(() -> sessions.forEach(session -> loop.add(session, loop.now() + HOUR_NANOS)));
        List<TimedEntry> visited = new CopyOnWriteArrayList<>();
        CountDownLatch done = new CountDownLatch(1);

        loop.forEachSession(entry -> {
            if (visited.isEmpty()) { // the first visited session ends every third of the others
                sessions.stream().filter(session -> session.number % 3 == 0 && session != entry).forEach(loop::remove);
            }
            visited.add(entry);
        }, done::countDown);

        await().atMost(PATIENCE).until(() -> done.getCount() == 0);
        assertThat(visited).containsAll(sessions.stream().filter(session -> session.number % 3 != 0).toList());
        assertThat(visited).doesNotHaveDuplicates();
        assertThat(visited.stream().skip(1)).noneMatch(entry -> ((Session) entry).number % 3 == 0);
    }

    @Test
    void readsThatWaitForMemoryRunInOrder() {
        test.run(() -> { // memory is exhausted for the whole test
            loop.buffers().lend(BufferPool.SIZES - 2);
            IntStream.range(0, 9).forEach(i -> loop.buffers().lend(BufferPool.FIRST_SIZE));
            assertThat(memory.isExhausted()).isTrue();
            IntStream.range(0, 50).forEach(number -> loop.awaitMemory(() -> called.add(number)));
            assertThat(loop.memoryQueue().waiting()).isEqualTo(50);
        });

        await().atMost(PATIENCE).until(() -> called.size() == 50);
        assertThat(called).isSorted();
        assertThat(loop.memoryQueue().waiting()).isZero();

        test.run(() -> loop.awaitMemory(() -> called.add(50)));
        await().atMost(PATIENCE).until(() -> called.contains(50));
    }

    /** A session that records its call and ends. */
    private class Session extends TimedEntry {
        private final int number;

        Session(int number) {
            this.number = number;
        }

        @Override
        protected long expire(long now) {
            called.add(number);
            loop.remove(this);
            return now;
        }
    }
}
