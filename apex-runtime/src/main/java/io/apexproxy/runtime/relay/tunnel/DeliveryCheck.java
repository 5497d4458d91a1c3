package io.apexproxy.runtime.relay.tunnel;

import io.apexproxy.runtime.relay.loop.RelayLoop;
import java.util.concurrent.TimeUnit;

/**
 * The check of a tunnel whose timeout has expired: distinguishes a peer that reads slowly from a peer that does not
 * read.
 *
 * <p>Written bytes can drain from the kernel's send buffer without an event for the tunnel. So each sample of the
 * unacknowledged bytes is compared with the previous one: if the number shrank, the tunnel is not idle. The first
 * sample has no predecessor, so a second one follows some time later.
 */
final class DeliveryCheck {

    /** The longest time between two samples: a peer that reads 1 kB/s reads a segment of 16 KiB in it. */
    private static final long MAX_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(30);
    /** A query without a result for this long counts as a timeout of the tunnel. */
    private static final long QUERY_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final Tunnel tunnel;
    private final RelayLoop loop;
    private boolean queryPending;
    private boolean hasSample;
    /** Unacknowledged bytes of the last sample. */
    private long lastUndelivered;
    /** The tunnel's last progress at the last sample, in running time. */
    private long sampledProgress;
    private long nextCheck;

    DeliveryCheck(Tunnel tunnel, RelayLoop loop) {
        this.tunnel = tunnel;
        this.loop = loop;
        this.nextCheck = loop.now();
    }

    /** Returns when {@link #expire} is due, in running time. */
    long due() {
        return nextCheck;
    }

    /** Takes a sample, or reports that the tunnel has timed out. */
    void expire(long now) {
        if (queryPending) {
            tunnel.handle(TunnelEvent.TIMED_OUT);
            return;
        }
        queryPending = true;
        nextCheck = now + QUERY_TIMEOUT_NANOS;
        tunnel.queryUnacknowledged(Side.CLIENT,
                client -> tunnel.queryUnacknowledged(Side.BACKEND, backend -> evaluate(client, backend)));
    }

    private void evaluate(long client, long backend) {
        if (tunnel.hasEnded()) {
            return;
        }
        queryPending = false;
        long undelivered = client + backend;
        boolean comparable = hasSample && sampledProgress == tunnel.lastProgress();
        boolean progress = comparable && undelivered < lastUndelivered;
        if (client < 0 || backend < 0 || (!progress && (comparable || undelivered == 0))) {
            tunnel.handle(TunnelEvent.TIMED_OUT);
            return;
        }
        hasSample = true;
        lastUndelivered = undelivered;
        if (progress) {
            tunnel.recordProgress();
            nextCheck = loop.now();
        } else {
            nextCheck = loop.now() + Math.min(MAX_INTERVAL_NANOS, tunnel.timeout());
        }
        sampledProgress = tunnel.lastProgress();
        tunnel.rescheduleTimeout();
    }
}
