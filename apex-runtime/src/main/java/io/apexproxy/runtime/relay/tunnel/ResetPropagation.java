package io.apexproxy.runtime.relay.tunnel;

import io.apexproxy.runtime.relay.loop.RelayLoop;
import java.util.concurrent.TimeUnit;

/**
 * The wait before a reset is propagated: polls the unacknowledged bytes of the side to be reset until there are none. A
 * client must also have sent nothing for one second. On the loop's thread only.
 */
final class ResetPropagation {

    private static final long POLL_MILLIS = 50;
    /**
     * Longer than the usual pause between two writes of a client. A client whose write fails with a reset often does
     * not read the response that it has already received.
     */
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Tunnel tunnel;
    private final RelayLoop loop;
    private final Side side;
    /** When bytes of the side last arrived, in running time. */
    private long lastReceived;
    /** The smallest number of unacknowledged bytes so far. */
    private long unacknowledged = Long.MAX_VALUE;

    /**
     * Creates a reset propagation; {@link #poll} starts it.
     *
     * @param side the side to be reset
     * @param lastReceived when bytes of that side last arrived, in running time
     */
    ResetPropagation(Tunnel tunnel, RelayLoop loop, Side side, long lastReceived) {
        this.tunnel = tunnel;
        this.loop = loop;
        this.side = side;
        this.lastReceived = lastReceived;
    }

    /** Records that the side has sent bytes, which were discarded. */
    void recordReceived() {
        lastReceived = loop.now();
    }

    void poll() {
        if (!tunnel.isResetting()) {
            return;
        }
        if (side == Side.CLIENT && !tunnel.isDone(side) && loop.now() - lastReceived < QUIET_NANOS) {
            loop.schedule(this::poll, POLL_MILLIS);
        } else {
            tunnel.queryUnacknowledged(side, this::evaluate);
        }
    }

    private void evaluate(long left) {
        if (!tunnel.isResetting()) {
            return;
        }
        if (left == 0) {
            tunnel.handle(TunnelEvent.ACKNOWLEDGED);
        } else if (left == Acknowledgements.UNKNOWN) {
            tunnel.handle(TunnelEvent.ACKNOWLEDGEMENT_UNKNOWN);
        } else {
            if (left < unacknowledged) {
                unacknowledged = left;
                tunnel.recordProgress();
            }
            loop.schedule(this::poll, POLL_MILLIS);
        }
    }
}
