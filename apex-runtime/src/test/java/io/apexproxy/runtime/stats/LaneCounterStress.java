package io.apexproxy.runtime.stats;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** Observations of readers and of threads of other lanes of a {@link LaneCounter}. */
final class LaneCounterStress {

    private LaneCounterStress() {
    }

    /** A thread reads the sum while the thread of a lane adds. */
    @JCStressTest
    @JCStressMeta(MonotonicReads.class)
    @State
    public static class Reader {
        private final LaneCounter counter = new LaneCounter(2);

        @Actor
        public void add() {
            for (int times = 0; times < MonotonicReads.TIMES; times++) {
                counter.add(1, MonotonicReads.AMOUNT);
            }
        }

        @Actor
        public void read(ZZ_Result result) {
            MonotonicReads.observe(counter::sum, result);
        }
    }

    /** The threads of two lanes add, and one of them reads the sum. */
    @JCStressTest
    @Outcome(id = {"2, 4", "3, 4", "4, 4"}, expect = ACCEPTABLE, desc = "No addition is lost.")
    @Outcome(expect = FORBIDDEN, desc = "An addition is lost, or not visible to its own thread.")
    @State
    public static class TwoLanes {
        private final LaneCounter counter = new LaneCounter(2);

        @Actor
        public void add() {
            counter.add(0, 1);
            counter.add(0, 1);
        }

        @Actor
        public void addAndSum(II_Result result) {
            counter.add(1, 1);
            counter.add(1, 1);
            result.r1 = (int) counter.sum();
        }

        @Arbiter
        public void sum(II_Result result) {
            result.r2 = (int) counter.sum();
        }
    }
}
