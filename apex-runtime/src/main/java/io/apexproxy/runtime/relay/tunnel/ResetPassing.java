package io.apexproxy.runtime.relay.tunnel;

import io.apexproxy.runtime.relay.loop.RelayLoop;
import java.util.concurrent.TimeUnit;

/**
 * Finds out when the side that is to be reset has all bytes, by asking again and again. A client is also given the time
 * to become silent. On the loop's thread only.
 */
final class ResetPassing {

    /** From one question to the next, in milliseconds. */
    private static final long ASK_MILLIS = 50;
    /**
     * A client that is still sending when it meets a reset often never reads the answer it already has. So it is reset
     * only when it has been silent for this long: more than a client pauses between two writes.
     */
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Tunnel tunnel;
    private final RelayLoop loop;
    private final Side side;
    /** When the side last sent something, in running time. */
    private long heardAt;
    /** Unacknowledged bytes, when last asked. */
    private long unacknowledged = Long.MAX_VALUE;

    /**
     * Creates it; {@link #ask} begins.
     *
     * @param side that is to be reset
     * @param heardAt when it last sent something, in running time
     */
    ResetPassing(Tunnel tunnel, RelayLoop loop, Side side, long heardAt) {
        this.tunnel = tunnel;
        this.loop = loop;
        this.side = side;
        this.heardAt = heardAt;
    }

    /** The side has sent something, which was discarded. */
    void heard() {
        heardAt = loop.now();
    }

    void ask() {
        if (!tunnel.isResetting()) {
            return;
        }
        if (side == Side.CLIENT && !tunnel.isDone(side) && loop.now() - heardAt < QUIET_NANOS) {
            loop.schedule(this::ask, ASK_MILLIS);
        } else {
            tunnel.unacknowledged(side, this::answered);
        }
    }

    private void answered(long left) {
        if (!tunnel.isResetting()) {
            return;
        }
        if (left == 0) {
            tunnel.on(TunnelEvent.ACKNOWLEDGED);
        } else if (left == Acknowledgements.UNKNOWN) {
            tunnel.on(TunnelEvent.ACKNOWLEDGEMENT_UNKNOWN);
        } else {
            if (left < unacknowledged) {
                unacknowledged = left;
                tunnel.moved(); // it reads slowly
            }
            loop.schedule(this::ask, ASK_MILLIS);
        }
    }
}
