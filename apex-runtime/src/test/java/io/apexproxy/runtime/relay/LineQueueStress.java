package io.apexproxy.runtime.relay;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.net.InetSocketAddress;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.ZI_Result;

/**
 * What the two threads of a {@link LineQueue} may observe. Lines are numbered from 1; a result such as 12 means that
 * line 1 was taken and then line 2.
 */
final class LineQueueStress {

    private static final InetSocketAddress CLIENT = new InetSocketAddress("127.0.0.1", 1);

    private LineQueueStress() {
    }

    private static Session.Summary line(int number) {
        return new Session.Summary(CLIENT, "web", "-", 0, 0, 0, 0, 0, number, Ending.NO_BACKEND);
    }

    /** Takes lines out and writes their numbers one after the other. */
    private static final class Consumer {
        private final LineQueue queue;
        private int taken;

        Consumer(LineQueue queue) {
            this.queue = queue;
        }

        int drain() {
            queue.drain(line -> taken = taken * 10 + line.attempts());
            return taken;
        }
    }

    /** Two lines are added to an empty queue while it is drained. */
    @JCStressTest
    @Outcome(id = {"0, 12", "1, 12", "12, 12"}, expect = ACCEPTABLE, desc = "Each line comes out once and in order.")
    @Outcome(expect = FORBIDDEN, desc = "A line is lost, comes twice or out of order.")
    @State
    public static class Order {
        private final LineQueue queue = new LineQueue(2);
        private final Consumer consumer = new Consumer(queue);

        @Actor
        public void offer() {
            queue.offer(line(1));
            queue.offer(line(2));
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

    /** Lines are added to a queue that is almost full while it is drained; the last one uses the first place again. */
    @JCStressTest
    @Outcome(id = "true, 123", expect = ACCEPTABLE, desc = "The last line was added after a line was taken.")
    @Outcome(id = "false, 12", expect = ACCEPTABLE, desc = "The last line found the queue full.")
    @Outcome(expect = FORBIDDEN, desc = "A line is lost, comes twice or out of order, or was refused with room for it.")
    @State
    public static class Full {
        private final LineQueue queue = new LineQueue(2);
        private final Consumer consumer = new Consumer(queue);

        public Full() {
            queue.offer(line(1));
        }

        @Actor
        public void offer(ZI_Result result) {
            queue.offer(line(2));
            result.r1 = queue.offer(line(3));
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
}
