package io.apexproxy.runtime.relay.record;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.ZI_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/**
 * Concurrency tests of {@link SpscQueue} with its two threads. Elements are numbered from 1; the result 12 means that
 * element 1 was removed and then element 2.
 */
final class SpscQueueStress {

    private SpscQueueStress() {
    }

    /** A consumer that concatenates the numbers of removed elements. */
    private static final class Consumer {
        private final SpscQueue<Integer> queue;
        private int removed;

        Consumer(SpscQueue<Integer> queue) {
            this.queue = queue;
        }

        int drain() {
            queue.drain(number -> removed = removed * 10 + number);
            return removed;
        }
    }

    /** Two elements are added to an empty queue while it is drained. */
    @JCStressTest
    @Outcome(id = {"0, 12", "1, 12", "12, 12"}, expect = ACCEPTABLE, desc = "Each element is removed once, in order.")
    @Outcome(expect = FORBIDDEN, desc = "An element is lost, duplicated or out of order.")
    @State
    public static class Order {
        private final SpscQueue<Integer> queue = new SpscQueue<>(2);
        private final Consumer consumer = new Consumer(queue);

        @Actor
        public void offer() {
            queue.offer(1);
            queue.offer(2);
        }

        @Actor
        public void drain(II_Result result) {
            result.r1 = consumer.drain();
        }

        @Arbiter
        public void drainRest(II_Result result) {
            result.r2 = consumer.drain();
        }
    }

    /** Elements are added to a queue that is almost full while it is drained; the last one reuses the first slot. */
    @JCStressTest
    @Outcome(id = "true, 123", expect = ACCEPTABLE, desc = "The last element was added after one was removed.")
    @Outcome(id = "false, 12", expect = ACCEPTABLE, desc = "The queue was full when the last element was offered.")
    @Outcome(expect = FORBIDDEN, desc = "An element is lost, duplicated, out of order, or refused wrongly.")
    @State
    public static class Full {
        private final SpscQueue<Integer> queue = new SpscQueue<>(2);
        private final Consumer consumer = new Consumer(queue);

        public Full() {
            queue.offer(1);
        }

        @Actor
        public void offer(ZI_Result result) {
            queue.offer(2);
            result.r1 = queue.offer(3);
        }

        @Actor
        public void drain() {
            consumer.drain();
        }

        @Arbiter
        public void drainRest(ZI_Result result) {
            result.r2 = consumer.drain();
        }
    }

    /**
     * The consumer sets its idle flag and then checks the queue; the producer adds an element and then reads the flag.
     */
    @JCStressTest
    @Outcome(id = "false, true", expect = ACCEPTABLE, desc = "The consumer finds the element and does not block.")
    @Outcome(id = "true, true", expect = ACCEPTABLE, desc = "The consumer blocks and is woken up.")
    @Outcome(id = "false, false", expect = ACCEPTABLE, desc = "The element was added before the flag was set.")
    @Outcome(id = "true, false", expect = FORBIDDEN, desc = "The wake-up is lost: the consumer blocks with an element.")
    @State
    public static class WakeUp {
        private final SpscQueue<Integer> queue = new SpscQueue<>(2);
        private volatile boolean idle;

        @Actor
        public void setIdle(ZZ_Result result) {
            idle = true;
            result.r1 = queue.isEmpty();
        }

        @Actor
        public void offer(ZZ_Result result) {
            queue.offer(1);
            result.r2 = idle;
        }
    }
}
