package io.apexproxy.runtime.engine.loop;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.apexproxy.runtime.engine.TurnObserver;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZI_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** Stress tests of tasks that another thread offers to an {@link EventLoop}. */
final class EventLoopStress {

    private EventLoopStress() {
    }

    /**
     * Offers two tasks to a loop that checks for work and then blocks in select. The loop ends when both tasks have
     * run, or when it blocks after the last offer has returned. The result 12 means that task 1 ran and then task 2.
     */
    @JCStressTest
    @Outcome(id = "false, 12", expect = ACCEPTABLE, desc = "Both tasks ran in order.")
    @Outcome(id = "true, .*", expect = FORBIDDEN, desc = "The wake-up is lost: the loop blocks and a task waits.")
    @Outcome(expect = FORBIDDEN, desc = "A task is lost, ran twice or out of order.")
    @State
    public static class WakeUp {
        private final SimulatedTransport transport = new SimulatedTransport();
        private final EventLoop loop = new EventLoop(transport, this::isOver, TurnObserver.NONE);
        /** The loop's thread only. */
        private int ran;

        private boolean isOver() {
            return ran > 9 || transport.isStuck();
        }

        private void ran(int task) {
            ran = ran * 10 + task;
        }

        @Actor
        public void run(ZI_Result result) {
            loop.run();
            result.r1 = transport.isStuck();
            result.r2 = ran;
        }

        @Actor
        public void offer() {
            loop.offer(() -> ran(1));
            loop.offer(() -> ran(2));
            transport.expectNoMoreWakeUps();
        }
    }

    /** Offers a task to a loop that terminates. */
    @JCStressTest
    @Outcome(id = "true, 1", expect = ACCEPTABLE, desc = "The task was accepted and ran.")
    @Outcome(id = "false, 0", expect = ACCEPTABLE, desc = "The task was refused and did not run.")
    @Outcome(id = "true, 0", expect = FORBIDDEN, desc = "The task was accepted and did not run.")
    @Outcome(expect = FORBIDDEN, desc = "The task was refused and ran, or ran twice.")
    @State
    public static class Termination {
        private final EventLoop loop = new EventLoop(new SimulatedTransport(), () -> true, TurnObserver.NONE);
        /** The loop's thread only. */
        private int ran;

        @Actor
        public void run() {
            loop.run();
        }

        @Actor
        public void offer(ZI_Result result) {
            result.r1 = loop.offer(() -> ran++);
        }

        @Arbiter
        public void count(ZI_Result result) {
            result.r2 = ran;
        }
    }

    /** Offers a task after the thread has observed the end of the termination. */
    @JCStressTest
    @Outcome(id = {"false, true", "false, false", "true, false"}, expect = ACCEPTABLE,
            desc = "Offers are refused after the termination.")
    @Outcome(expect = FORBIDDEN, desc = "A task is accepted after the termination.")
    @State
    public static class AfterTermination {
        private final EventLoop loop = new EventLoop(new SimulatedTransport(), () -> true, TurnObserver.NONE);

        @Actor
        public void run() {
            loop.run();
        }

        @Actor
        public void offer(ZZ_Result result) {
            result.r1 = loop.terminated().getCount() == 0;
            result.r2 = loop.offer(() -> {});
        }
    }
}
