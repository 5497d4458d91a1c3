package io.apexproxy.runtime.stats;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.function.LongSupplier;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/**
 * The outcomes of a stress test in which one thread adds {@link #AMOUNT} several times while another thread reads the
 * sum. The first result is whether a sum is torn, the second whether a sum is below an earlier sum.
 */
@Outcome(id = "false, false", expect = ACCEPTABLE, desc = "Every sum is a written value, and the sums never decrease.")
@Outcome(id = "true, .*", expect = FORBIDDEN, desc = "A sum is not a written value.")
@Outcome(id = "false, true", expect = FORBIDDEN, desc = "A sum is below an earlier sum.")
final class MonotonicReads {

    /** Both halves of the long change with each addition, so that a torn read is detected. */
    static final long AMOUNT = (1L << 32) + 1;
    /** Enough for the two threads to overlap, which start some hundred nanoseconds apart. */
    static final int TIMES = 32;

    private MonotonicReads() {
    }

    /** Reads the sum {@link #TIMES} times. */
    static void observe(LongSupplier sum, ZZ_Result result) {
        long previous = 0;
        for (int reads = 0; reads < TIMES; reads++) {
            long current = sum.getAsLong();
            if (current % AMOUNT != 0 || current > TIMES * AMOUNT) {
                result.r1 = true;
            }
            if (current < previous) {
                result.r2 = true;
            }
            previous = current;
        }
    }
}
