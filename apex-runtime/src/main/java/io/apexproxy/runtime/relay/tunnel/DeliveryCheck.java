package io.apexproxy.runtime.relay.tunnel;

import io.apexproxy.runtime.relay.loop.RelayLoop;
import java.util.concurrent.TimeUnit;

/**
 * Tells a peer that reads slowly from one that does not read at all, when no byte of a tunnel has moved for its
 * timeout.
 *
 * <p>Bytes that were written may still be in the kernel's send buffer, and then drain from it without the tunnel
 * noticing. So the unacknowledged amount is compared with that of the last look. If it shrank, the tunnel is not idle.
 * The first look of a silent tunnel has nothing to compare with, so there is a second one some time later.
 */
final class DeliveryCheck {

    /** From the first look to the second, at most: a peer that reads 1 kB/s has read a segment of 16 KiB by then. */
    private static final long LONGEST_SECOND_LOOK_NANOS = TimeUnit.SECONDS.toNanos(30);
    /** An answer that takes longer is taken for none. */
    private static final long LONGEST_ANSWER_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final Tunnel tunnel;
    private final RelayLoop loop;
    private boolean asking;
    /** Unacknowledged bytes at the last look. */
    private long last;
    /** When the tunnel had last moved at that look, in running time; meaningful if there was one. */
    private long movedBefore;
    private boolean looked;
    /** When the tunnel may be asked again, in running time. */
    private long nextLook;

    DeliveryCheck(Tunnel tunnel, RelayLoop loop) {
        this.tunnel = tunnel;
        this.loop = loop;
        this.nextLook = loop.now();
    }

    /** Returns when {@link #expire} is due, in running time. */
    long due() {
        return nextLook;
    }

    /** Looks, or reports that the tunnel has timed out. */
    void expire(long now) {
        if (asking) { // and no answer came
            tunnel.on(TunnelEvent.TIMED_OUT);
            return;
        }
        asking = true;
        nextLook = now + LONGEST_ANSWER_NANOS;
        tunnel.unacknowledged(Side.CLIENT, client ->
                tunnel.unacknowledged(Side.BACKEND, backend -> judge(client, backend)));
    }

    private void judge(long client, long backend) {
        if (tunnel.hasEnded()) {
            return;
        }
        asking = false;
        long undelivered = client + backend;
        boolean comparable = looked && movedBefore == tunnel.movedAt();
        boolean progress = comparable && undelivered < last;
        if (client < 0 || backend < 0 || !progress && (comparable || undelivered == 0)) {
            tunnel.on(TunnelEvent.TIMED_OUT);
            return;
        }
        looked = true;
        last = undelivered;
        if (progress) {
            tunnel.moved();
            nextLook = loop.now();
        } else {
            nextLook = loop.now() + Math.min(LONGEST_SECOND_LOOK_NANOS, tunnel.timeout());
        }
        movedBefore = tunnel.movedAt();
        tunnel.timeoutChanged();
    }
}
