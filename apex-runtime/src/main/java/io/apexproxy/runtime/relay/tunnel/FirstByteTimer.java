package io.apexproxy.runtime.relay.tunnel;

import io.apexproxy.runtime.relay.loop.RelayLoop;

/**
 * The measurement of the time for which a client waits for the first byte of the backend. On the loop's thread only.
 *
 * <p>A client that connects early and sends its request late does not wait for the backend until then, so the time
 * starts with the first bytes of the client.
 */
final class FirstByteTimer {

    private final TunnelOwner owner;
    private final RelayLoop loop;
    private long startedNanos;

    /** Creates a timer that starts at a time of the loop's {@link RelayLoop#nanoTime}, that of the connect. */
    FirstByteTimer(TunnelOwner owner, RelayLoop loop, long startedNanos) {
        this.owner = owner;
        this.loop = loop;
        this.startedNanos = startedNanos;
    }

    /** Handles the first bytes of a side. Called once for each side. */
    void received(Side from) {
        long now = loop.nanoTime();
        if (from == Side.BACKEND) {
            owner.firstByteReceived(now - startedNanos);
        } else {
            startedNanos = now;
        }
    }
}
