package io.apexproxy.runtime.relay;

import java.net.InetSocketAddress;

/** A side that is to be reset when it has everything. Made by the loop, looked at by {@code Resets}. */
final class PendingReset {

    /**
     * A client that is still sending may meet a reset before it reads the answer it already has, and many then never
     * read it. So it is reset only when it has been silent for this long: more than a client pauses between two writes,
     * and less than anybody minds to wait for bad news.
     */
    private static final long QUIET_MILLIS = 1_000;
    /** The system's list is not made in one moment: a connection may be missing from it though it is there. */
    private static final int MOST_MISSED = 2;

    private final Session session;
    private final InetSocketAddress local;
    private final InetSocketAddress remote;
    private volatile long quietMillis;

    // the thread of Resets only
    private boolean found;
    private boolean flushed;
    private int missed;

    /**
     * @param local our end of the connection that is to be reset
     * @param remote its other end
     * @param heardMillis when it last sent something; {@link Long#MIN_VALUE} if that does not matter
     */
    PendingReset(Session session, InetSocketAddress local, InetSocketAddress remote, long heardMillis) {
        this.session = session;
        this.local = local;
        this.remote = remote;
        this.quietMillis = heardMillis == Long.MIN_VALUE ? heardMillis : heardMillis + QUIET_MILLIS;
    }

    InetSocketAddress local() {
        return local;
    }

    InetSocketAddress remote() {
        return remote;
    }

    /** It goes on sending. */
    void heard() {
        if (quietMillis != Long.MIN_VALUE) {
            quietMillis = session.loop().clock().millis() + QUIET_MILLIS;
        }
    }

    /** It sends no more. */
    void silent() {
        quietMillis = Long.MIN_VALUE;
    }

    boolean isQuiet() {
        return session.loop().clock().millis() >= quietMillis;
    }

    /** What the system says of it. */
    void found(long unacknowledged) {
        found = true;
        flushed = unacknowledged == 0;
    }

    /** Tells the session what was found, once that is certain. */
    void decide() {
        if (found && flushed) {
            session.loop().later(() -> session.arrived(true), 0);
        } else if (!found && ++missed >= MOST_MISSED) {
            session.loop().later(() -> session.arrived(false), 0);
        }
        found = false;
    }
}
