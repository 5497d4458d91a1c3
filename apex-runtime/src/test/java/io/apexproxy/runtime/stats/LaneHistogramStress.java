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

/** Observations of readers and of threads of other lanes of a {@link LaneHistogram}. */
final class LaneHistogramStress {

    private LaneHistogramStress() {
    }

    private static int count(LaneHistogram histogram) {
        return (int) histogram.counts().stream().mapToLong(Long::longValue).sum();
    }

    /** A thread reads the sum of the durations while the thread of a lane adds. */
    @JCStressTest
    @JCStressMeta(MonotonicReads.class)
    @State
    public static class SumReader {
        private final LaneHistogram histogram = new LaneHistogram(2);

        @Actor
        public void add() {
            for (int times = 0; times < MonotonicReads.TIMES; times++) {
                histogram.add(1, MonotonicReads.AMOUNT);
            }
        }

        @Actor
        public void read(ZZ_Result result) {
            MonotonicReads.observe(histogram::sum, result);
        }
    }

    /** A thread reads the counts of the buckets while the thread of a lane adds to two of them. */
    @JCStressTest
    @JCStressMeta(MonotonicReads.class)
    @State
    public static class CountReader {
        private final LaneHistogram histogram = new LaneHistogram(2);

        @Actor
        public void add() {
            for (int times = 0; times < MonotonicReads.TIMES / 2; times++) {
                histogram.add(1, MonotonicReads.AMOUNT);
                histogram.add(1, 1);
            }
        }

        @Actor
        public void read(ZZ_Result result) {
            MonotonicReads.observe(() -> count(histogram) * MonotonicReads.AMOUNT, result);
        }
    }

    /** The threads of two lanes add to the same bucket. */
    @JCStressTest
    @Outcome(id = "4, 4", expect = ACCEPTABLE, desc = "No addition is lost.")
    @Outcome(expect = FORBIDDEN, desc = "An addition is lost.")
    @State
    public static class TwoLanes {
        private final LaneHistogram histogram = new LaneHistogram(2);

        @Actor
        public void add() {
            histogram.add(0, 1);
            histogram.add(0, 1);
        }

        @Actor
        public void addToo() {
            histogram.add(1, 1);
            histogram.add(1, 1);
        }

        @Arbiter
        public void total(II_Result result) {
            result.r1 = count(histogram);
            result.r2 = (int) histogram.sum();
        }
    }
}
