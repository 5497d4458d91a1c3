package io.apexproxy.runtime.pool;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.apexproxy.runtime.stats.ConnectionLimit;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/** Concurrency tests of {@link ConnectionQueue} with two loops: no connection waits while a backend is free. */
final class ConnectionQueueStress {

    private ConnectionQueueStress() {
    }

    /** A pool of one backend, which is full, with connections that search within the call. */
    private static final class FullPool {
        private final ConnectionQueue queue = new ConnectionQueue(1);
        private final ConnectionLimit backend;
        private final AtomicInteger served = new AtomicInteger();

        FullPool(int connections) {
            queue.limit().change(10);
            backend = new ConnectionLimit(connections);
            for (int i = 0; i < connections; i++) {
                backend.claim();
            }
        }

        ConnectionQueue.Place arrive() {
            Searching place = new Searching(this);
            if (queue.isEmpty() && backend.claim()) {
                served.incrementAndGet();
            } else {
                queue.enter(place, false);
            }
            return place;
        }

        void release() {
            backend.release();
            queue.released();
        }
    }

    private static final class Searching extends ConnectionQueue.Place {
        private final FullPool pool;

        Searching(FullPool pool) {
            this.pool = pool;
        }

        @Override
        protected void call() {
            if (pool.backend.claim()) {
                pool.served.incrementAndGet();
                pool.queue.taken(this);
            } else {
                pool.queue.full(this);
            }
        }
    }

    /** A connection arrives while the only connection of the backend is released. */
    @JCStressTest
    @Outcome(id = "1, 1, 0", expect = ACCEPTABLE, desc = "The connection is served.")
    @Outcome(id = "0, .*", expect = FORBIDDEN, desc = "The call is lost: the connection waits for a free backend.")
    @Outcome(expect = FORBIDDEN, desc = "The counts are wrong.")
    @State
    public static class ArrivalDuringRelease {
        private final FullPool pool = new FullPool(1);

        @Actor
        public void arrive() {
            pool.arrive();
        }

        @Actor
        public void release() {
            pool.release();
        }

        @Arbiter
        public void count(III_Result result) {
            result.r1 = pool.served.get();
            result.r2 = pool.backend.active();
            result.r3 = pool.queue.limit().active();
        }
    }

    /** Two connections wait while two connections of the backend are released at the same time. */
    @JCStressTest
    @Outcome(id = "2, 0", expect = ACCEPTABLE, desc = "Both connections are served.")
    @Outcome(expect = FORBIDDEN, desc = "A call is lost.")
    @State
    public static class TwoReleases {
        private final FullPool pool = new FullPool(2);

        public TwoReleases() {
            pool.arrive();
            pool.arrive();
        }

        @Actor
        public void release() {
            pool.release();
        }

        @Actor
        public void releaseToo() {
            pool.release();
        }

        @Arbiter
        public void count(II_Result result) {
            result.r1 = pool.served.get();
            result.r2 = pool.queue.limit().active();
        }
    }

    /** The first of two waiting connections gives up while the only connection of the backend is released. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "The second connection is served.")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "The first connection is served, and the second one waits.")
    @Outcome(id = "0, .*", expect = FORBIDDEN, desc = "The call is lost with the connection that gave up.")
    @Outcome(expect = FORBIDDEN, desc = "The counts are wrong.")
    @State
    public static class FirstGivesUpDuringRelease {
        private final FullPool pool = new FullPool(1);
        private final ConnectionQueue.Place first = pool.arrive();

        public FirstGivesUpDuringRelease() {
            pool.arrive();
        }

        @Actor
        public void giveUp() {
            pool.queue.left(first);
        }

        @Actor
        public void release() {
            pool.release();
        }

        @Arbiter
        public void count(II_Result result) {
            result.r1 = pool.served.get();
            result.r2 = pool.queue.limit().active();
        }
    }

    /** A connection arrives behind another one while two connections of the backend are released. */
    @JCStressTest
    @Outcome(id = "2, 0", expect = ACCEPTABLE, desc = "Both connections are served.")
    @Outcome(expect = FORBIDDEN, desc = "A call is lost.")
    @State
    public static class SecondArrivalDuringReleases {
        private final FullPool pool = new FullPool(2);

        public SecondArrivalDuringReleases() {
            pool.arrive();
        }

        @Actor
        public void arrive() {
            pool.arrive();
        }

        @Actor
        public void release() {
            pool.release();
            pool.release();
        }

        @Arbiter
        public void count(II_Result result) {
            result.r1 = pool.served.get();
            result.r2 = pool.queue.limit().active();
        }
    }
}
