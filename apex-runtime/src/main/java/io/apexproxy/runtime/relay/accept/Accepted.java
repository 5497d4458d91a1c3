package io.apexproxy.runtime.relay.accept;

import io.apexproxy.runtime.engine.LoopSocketChannel;
import io.apexproxy.runtime.routing.Claim;
import java.net.SocketAddress;

/**
 * A connection that was accepted.
 *
 * @param client the channel of the client
 * @param listenAddress the requested address of the listening socket; its port can be 0
 * @param nanos when the connection was accepted, in {@code nanoTime} of its loop
 * @param waitedNanos how long the connection was held at a limit, in nanoseconds; 0: it was not held
 * @param expectsHeader whether the connection begins with a PROXY protocol header
 * @param claim its place in the limits of its client
 */
public record Accepted(LoopSocketChannel client, SocketAddress listenAddress, long nanos, long waitedNanos,
        boolean expectsHeader, Claim.Admitted claim) {

    /** Returns a connection that was not held and has no place in the limits of its client. */
    static Accepted of(LoopSocketChannel client, SocketAddress listenAddress, long nanos) {
        return new Accepted(client, listenAddress, nanos, 0, false, Claim.UNCOUNTED);
    }

    Accepted withHeader() {
        return new Accepted(client, listenAddress, nanos, waitedNanos, true, claim);
    }

    Accepted with(Claim.Admitted next) {
        return new Accepted(client, listenAddress, nanos, waitedNanos, expectsHeader, next);
    }

    Accepted heldFor(long heldNanos) {
        return new Accepted(client, listenAddress, nanos, heldNanos, expectsHeader, claim);
    }

    /** Closes the channel and releases the claim. */
    void close(long nowNanos) {
        client.close();
        claim.release(nowNanos);
    }
}
