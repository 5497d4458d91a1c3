package io.apexproxy.runtime.routing;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.apexproxy.runtime.config.ClientLimits;
import io.apexproxy.runtime.routing.Claim.Admitted;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZI_Result;
import org.openjdk.jcstress.infra.results.ZZI_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** Observations of two threads of a {@link ClientTable} and of a {@link ConnectionRate}. */
final class ClientTableStress {

    private static final SocketAddress CLIENT = new InetSocketAddress("192.0.2.1", 1);
    private static final SocketAddress OTHER = new InetSocketAddress("192.0.2.2", 1);

    private ClientTableStress() {
    }

    private static ClientTable table(int tableSize) {
        return new ClientTable(new ClientLimits(1, 0, 64, tableSize));
    }

    /** Two connections of a client that may have one. */
    @JCStressTest
    @Outcome(id = {"true, false", "false, true"}, expect = ACCEPTABLE, desc = "One claim succeeds.")
    @Outcome(expect = FORBIDDEN, desc = "Both claims succeed, or both fail.")
    @State
    public static class TwoClaims {
        private final ClientTable table = table(2);

        @Actor
        public void claim(ZZ_Result result) {
            result.r1 = table.claim(CLIENT, 0) instanceof Admitted;
        }

        @Actor
        public void claimToo(ZZ_Result result) {
            result.r2 = table.claim(CLIENT, 0) instanceof Admitted;
        }
    }

    /** A claim is concurrent with the last release, which removes the entry. */
    @JCStressTest
    @Outcome(id = "true, 1", expect = ACCEPTABLE, desc = "The claim is after the release.")
    @Outcome(id = "false, 0", expect = ACCEPTABLE, desc = "The claim is before the release.")
    @Outcome(expect = FORBIDDEN, desc = "The entries do not match the connections.")
    @State
    public static class ClaimDuringRelease {
        private final ClientTable table = table(2);
        private final Admitted connection = (Admitted) table.claim(CLIENT, 0);

        @Actor
        public void release() {
            connection.release(0);
        }

        @Actor
        public void claim(ZI_Result result) {
            result.r1 = table.claim(CLIENT, 0) instanceof Admitted;
        }

        @Arbiter
        public void count(ZI_Result result) {
            result.r2 = table.entries();
        }
    }

    /** Two clients, in different shards or not, compete for the only entry. */
    @JCStressTest
    @Outcome(id = {"true, false, 1", "false, true, 1"}, expect = ACCEPTABLE, desc = "One client gets the entry.")
    @Outcome(expect = FORBIDDEN, desc = "The table exceeds its size, or both overflow.")
    @State
    public static class TwoClientsOneEntry {
        private final ClientTable table = table(1);

        @Actor
        public void claim(ZZI_Result result) {
            result.r1 = table.claim(CLIENT, 0) instanceof Client;
        }

        @Actor
        public void claimOther(ZZI_Result result) {
            result.r2 = table.claim(OTHER, 0) instanceof Client;
        }

        @Arbiter
        public void count(ZZI_Result result) {
            result.r3 = table.entries();
        }
    }

    /** Two connections at a rate of one. */
    @JCStressTest
    @Outcome(id = {"true, false", "false, true"}, expect = ACCEPTABLE, desc = "One connection is permitted.")
    @Outcome(expect = FORBIDDEN, desc = "Both or none are permitted.")
    @State
    public static class TwoConnections {
        private final ConnectionRate rate = new ConnectionRate(1, 0);

        @Actor
        public void connect(ZZ_Result result) {
            result.r1 = rate.permits(0);
        }

        @Actor
        public void connectToo(ZZ_Result result) {
            result.r2 = rate.permits(0);
        }
    }
}
