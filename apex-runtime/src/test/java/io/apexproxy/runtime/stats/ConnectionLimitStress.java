package io.apexproxy.runtime.stats;

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

/** Observations of two threads of a {@link ConnectionLimit}: no claim above the limit, no refusal below it. */
final class ConnectionLimitStress {

    private ConnectionLimitStress() {
    }

    /** Two threads claim with a limit of one. */
    @JCStressTest
    @Outcome(id = {"true, false", "false, true"}, expect = ACCEPTABLE, desc = "One claim succeeds.")
    @Outcome(expect = FORBIDDEN, desc = "Both claims succeed, or both fail.")
    @State
    public static class TwoClaims {
        private final ConnectionLimit limit = new ConnectionLimit(1);

        @Actor
        public void claim(ZZ_Result result) {
            result.r1 = limit.claim();
        }

        @Actor
        public void claimToo(ZZ_Result result) {
            result.r2 = limit.claim();
        }
    }

    /** A claim is concurrent with a release at the limit. */
    @JCStressTest
    @Outcome(id = "true, 1", expect = ACCEPTABLE, desc = "The claim is after the release.")
    @Outcome(id = "false, 0", expect = ACCEPTABLE, desc = "The claim is before the release.")
    @Outcome(expect = FORBIDDEN, desc = "The count is not the number of connections.")
    @State
    public static class ClaimDuringRelease {
        private final ConnectionLimit limit = new ConnectionLimit(1);

        public ClaimDuringRelease() {
            limit.claim();
        }

        @Actor
        public void release() {
            limit.release();
        }

        @Actor
        public void claim(ZI_Result result) {
            result.r1 = limit.claim();
        }

        @Arbiter
        public void count(ZI_Result result) {
            result.r2 = limit.active();
        }
    }

    /** Two threads claim, read the count and release, with a limit of one. */
    @JCStressTest
    @Outcome(id = {"1, 0", "0, 1", "1, 1"}, expect = ACCEPTABLE, desc = "A thread counts itself; 0: refused.")
    @Outcome(expect = FORBIDDEN, desc = "Two connections at a time, or both refused.")
    @State
    public static class Holders {
        private final ConnectionLimit limit = new ConnectionLimit(1);

        @Actor
        public void hold(II_Result result) {
            result.r1 = activeWhileHeld();
        }

        @Actor
        public void holdToo(II_Result result) {
            result.r2 = activeWhileHeld();
        }

        private int activeWhileHeld() {
            if (!limit.claim()) {
                return 0;
            }
            int active = limit.active();
            limit.release();
            return active;
        }
    }

    /** A claim is concurrent with a change to a lower limit. */
    @JCStressTest
    @Outcome(id = "true, false", expect = ACCEPTABLE, desc = "The claim is before the change.")
    @Outcome(id = "false, false", expect = ACCEPTABLE, desc = "The claim is after the change.")
    @Outcome(expect = FORBIDDEN, desc = "A claim succeeds above the lowered limit.")
    @State
    public static class ClaimDuringChange {
        private final ConnectionLimit limit = new ConnectionLimit(2);

        public ClaimDuringChange() {
            limit.claim();
        }

        @Actor
        public void lower() {
            limit.change(1);
        }

        @Actor
        public void claim(ZZ_Result result) {
            result.r1 = limit.claim();
        }

        @Arbiter
        public void claimAfterwards(ZZ_Result result) {
            result.r2 = limit.claim();
        }
    }
}
