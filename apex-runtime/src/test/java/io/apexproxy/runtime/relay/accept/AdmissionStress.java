package io.apexproxy.runtime.relay.accept;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.apexproxy.runtime.config.ListenerConfig;
import io.apexproxy.runtime.config.address.HostPort;
import io.apexproxy.runtime.config.address.UnixPath;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** Concurrency tests of {@link Admission} with two loops: no admission above a limit, no lost wake-up. */
final class AdmissionStress {

    private static final ListenerConfig ONE_CONNECTION = new ListenerConfig("web",
            List.of(new HostPort("127.0.0.1", 0)), UnixPath.DEFAULT_MODE, "web", 1, Duration.ofMinutes(1),
            Duration.ofMinutes(1), Optional.empty());

    private AdmissionStress() {
    }

    private static Listener listenerForOne() {
        return new Listener(ONE_CONNECTION, new Routing.Parts(Map.of(), Optional.empty(), Optional.empty()), 1, 0,
                () -> {});
    }

    private static Admission admission(int maxConnections) {
        return new Admission(maxConnections, 1);
    }

    /** A substitute for an acceptor that counts admitted connections. */
    private static final class Arrivals {
        private final Admission admission;
        private final AtomicInteger admitted = new AtomicInteger();

        Arrivals(Admission admission) {
            this.admission = admission;
        }

        void arrive(Listener listener) {
            if (!admit(listener)) {
                admission.await(() -> admit(listener));
            }
        }

        private boolean admit(Listener listener) {
            boolean claimed = admission.claim(listener);
            if (claimed) {
                admitted.incrementAndGet();
            }
            return claimed;
        }

        int admitted() {
            return admitted.get();
        }
    }

    /** Two connections arrive at different listeners, with one free place over all listeners. */
    @JCStressTest
    @Outcome(id = {"true, false", "false, true"}, expect = ACCEPTABLE, desc = "One connection gets the place.")
    @Outcome(expect = FORBIDDEN, desc = "Both connections, or neither, get the place.")
    @State
    public static class OneFreePlace {
        private final Admission admission = admission(1);
        private final Listener one = listenerForOne();
        private final Listener other = listenerForOne();

        @Actor
        public void claim(ZZ_Result result) {
            result.r1 = admission.claim(one);
        }

        @Actor
        public void claimForOther(ZZ_Result result) {
            result.r2 = admission.claim(other);
        }
    }

    /** A connection arrives while the only place is released. */
    @JCStressTest
    @Outcome(id = "1, 1, 1", expect = ACCEPTABLE, desc = "The connection is admitted.")
    @Outcome(id = "0, .*", expect = FORBIDDEN, desc = "The wake-up is lost: the connection waits at a free place.")
    @Outcome(expect = FORBIDDEN, desc = "The counts are wrong.")
    @State
    public static class ArrivalDuringRelease {
        private final Admission admission = admission(1);
        private final Listener listener = listenerForOne();
        private final Arrivals arrivals = new Arrivals(admission);

        public ArrivalDuringRelease() {
            admission.claim(listener);
        }

        @Actor
        public void arrive() {
            arrivals.arrive(listener);
        }

        @Actor
        public void release() {
            admission.release(listener);
        }

        @Arbiter
        public void count(III_Result result) {
            result.r1 = arrivals.admitted();
            result.r2 = listener.active();
            result.r3 = admission.total().active();
        }
    }

    /** Two connections wait while two sessions of other listeners end at the same time. */
    @JCStressTest
    @Outcome(id = "2, 2", expect = ACCEPTABLE, desc = "Both connections are admitted.")
    @Outcome(id = {"0, .*", "1, .*"}, expect = FORBIDDEN, desc = "A wake-up is lost.")
    @Outcome(expect = FORBIDDEN, desc = "The counts are wrong.")
    @State
    public static class TwoReleases {
        private final Admission admission = admission(2);
        private final Listener ending = listenerForOne();
        private final Listener endingToo = listenerForOne();
        private final Arrivals arrivals = new Arrivals(admission);

        public TwoReleases() {
            admission.claim(ending);
            admission.claim(endingToo);
            arrivals.arrive(listenerForOne());
            arrivals.arrive(listenerForOne());
        }

        @Actor
        public void release() {
            admission.release(ending);
        }

        @Actor
        public void releaseToo() {
            admission.release(endingToo);
        }

        @Arbiter
        public void count(II_Result result) {
            result.r1 = arrivals.admitted();
            result.r2 = admission.total().active();
        }
    }

    /**
     * A connection arrives at a listener with a waiting connection, while the only place over all listeners is
     * released. The arrival temporarily claims the place of its listener. This must not hide the free place from the
     * waiting connection.
     */
    @JCStressTest
    @Outcome(id = "1, 1, 1", expect = ACCEPTABLE, desc = "One of the two connections is admitted.")
    @Outcome(id = "0, .*", expect = FORBIDDEN, desc = "The wake-up is lost: both connections wait at a free place.")
    @Outcome(expect = FORBIDDEN, desc = "The counts are wrong.")
    @State
    public static class TransientClaim {
        private final Admission admission = admission(1);
        private final Listener ending = listenerForOne();
        private final Listener listener = listenerForOne();
        private final Arrivals arrivals = new Arrivals(admission);

        public TransientClaim() {
            admission.claim(ending);
            arrivals.arrive(listener);
        }

        @Actor
        public void arrive() {
            arrivals.arrive(listener);
        }

        @Actor
        public void release() {
            admission.release(ending);
        }

        @Arbiter
        public void count(III_Result result) {
            result.r1 = arrivals.admitted();
            result.r2 = listener.active();
            result.r3 = admission.total().active();
        }
    }
}
