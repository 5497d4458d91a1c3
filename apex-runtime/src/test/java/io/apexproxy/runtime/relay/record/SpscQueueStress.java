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
 * What the two threads of a {@link SpscQueue} may observe. Elements are numbered from 1; a result such as 12 means that
 * element 1 was taken and then element 2.
 */
final class SpscQueueStress {

    private SpscQueueStress() {
    }

    /** Takes elements out and writes their numbers one after the other. */
    private static final class Consumer {
        private final SpscQueue<Integer> queue;
        private int taken;

        Consumer(SpscQueue<Integer> queue) {
            this.queue = queue;
        }

        int drain() {
            queue.drain(number -> taken = taken * 10 + number);
            return taken;
        }
    }

    /** Two elements are added to an empty queue while it is drained. */
    @JCStressTest
    @Outcome(id = {"0, 12", "1, 12", "12, 12"}, expect = ACCEPTABLE, desc = "Each element comes out once, in order.")
    @Outcome(expect = FORBIDDEN, desc = "An element is lost, comes twice or out of order.")
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
    @Outcome(id = "true, 123", expect = ACCEPTABLE, desc = "The last element was added after one was taken.")
    @Outcome(id = "false, 12", expect = ACCEPTABLE, desc = "The last element found the queue full.")
    @Outcome(expect = FORBIDDEN, desc = "An element is lost, comes twice or out of order, or was refused wrongly.")
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
     * The consumer announces that it sleeps and looks for an element; the producer adds one and looks for a sleeper.
     */
    @JCStressTest
    @Outcome(id = "false, true", expect = ACCEPTABLE, desc = "The consumer finds the element and does not sleep.")
    @Outcome(id = "true, true", expect = ACCEPTABLE, desc = "The consumer sleeps and is woken.")
    @Outcome(id = "false, false", expect = ACCEPTABLE, desc = "The element was there before the consumer looked.")
    @Outcome(id = "true, false", expect = FORBIDDEN, desc = "The wake-up is lost: the consumer sleeps on an element.")
    @State
    public static class WakeUp {
        private final SpscQueue<Integer> queue = new SpscQueue<>(2);
        private volatile boolean idle;

        @Actor
        public void fallAsleep(ZZ_Result result) {
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
