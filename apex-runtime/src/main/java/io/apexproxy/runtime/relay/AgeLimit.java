package io.apexproxy.runtime.relay;

import io.apexproxy.runtime.pool.Pool;
import io.apexproxy.runtime.pool.sessions.ConnectionAge;
import io.apexproxy.runtime.relay.tunnel.Tunnel;

/**
 * The {@code max_connection_age} of a session that relays. It needs no field and no timer of the session: the due time
 * follows from the accept, the number of the session and the setting of its pool. On the loop's thread only.
 */
final class AgeLimit {

    /** The result without a limit. */
    static final long NONE = Long.MAX_VALUE;
    /** Sessions of different loops have different numbers for the jitter. */
    private static final int LOOP_BITS = 10;

    private AgeLimit() {
    }

    /** Returns the time until a session has reached the highest age, in nanoseconds; negative if it is older. */
    static long nanosLeft(Session session) {
        Pool pool = session.client().target().pool();
        if (pool == null || !(session.stage() instanceof Tunnel)) {
            return NONE;
        }
        ConnectionAge age = pool.sessions().age();
        if (!age.isOn()) {
            return NONE;
        }
        long number = (session.number() << LOOP_BITS) + session.loop().index();
        return age.dueNanos(session.client().accepted().nanos(), number) - session.loop().nanoTime();
    }
}
