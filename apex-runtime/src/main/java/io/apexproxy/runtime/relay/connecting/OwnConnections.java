package io.apexproxy.runtime.relay.connecting;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The connections from this process to itself, for the detection of forwarding loops. Any thread.
 *
 * <p>The local address of such a connection is the peer address of a connection that a listener of this process
 * accepts. So the chain of listeners can be followed back to the client. Only connections to ports that this process
 * listens on are recorded; all others cost one lookup in a bit set. A Unix-domain socket has no peer address and ends
 * the chain.
 */
public final class OwnConnections {

    /** More than any chain without a repeated listener. */
    private static final int MAX_HOPS = 1_000;

    /** The ports that this process listens on. Copied on write, so that reads need no lock. */
    private volatile BitSet ports = new BitSet();
    /** The number of listen addresses of each port. */
    @GuardedBy("this")
    private final Map<Integer, Integer> addresses = new HashMap<>();
    private final Map<SocketAddress, Attempt> byLocalAddress = new ConcurrentHashMap<>();
    private final AtomicInteger attempts = new AtomicInteger();
    private final AtomicInteger unfinished = new AtomicInteger();

    /** Creates an object without listen addresses and connections. */
    public OwnConnections() {
    }

    /** Adds a listen address of this process. */
    public void addListenAddress(SocketAddress bound) {
        count(bound, 1);
    }

    /**
     * Removes a listen address. Connections that are already recorded remain until they are closed. Called once for
     * each {@link #addListenAddress}, after the sockets are closed.
     */
    public void removeListenAddress(SocketAddress bound) {
        count(bound, -1);
    }

    private synchronized void count(SocketAddress bound, int change) {
        if (bound instanceof InetSocketAddress internet) {
            int port = internet.getPort();
            boolean remains = addresses.merge(port, change, Integer::sum) > 0;
            if (!remains) {
                addresses.remove(port);
            }
            BitSet next = (BitSet) ports.clone();
            next.set(port, remains);
            ports = next;
        }
    }

    /** Returns whether a connection to an address can lead to this process, which listens on the port. */
    public boolean canLeadToThisProcess(SocketAddress address) {
        return address instanceof InetSocketAddress internet && ports.get(internet.getPort());
    }

    /**
     * Records an attempt to connect to an address, if the address can lead to this process.
     *
     * @param backend the address
     * @param listener the listener that accepted the client
     * @param client the peer address of the client's connection
     * @return the record, which the caller closes when the connection is closed; empty if nothing was recorded
     */
    Optional<Attempt> open(SocketAddress backend, String listener, SocketAddress client) {
        return canLeadToThisProcess(backend) ? Optional.of(new Attempt(listener, client)) : Optional.empty();
    }

    /** Returns whether no connection is recorded. */
    public boolean isEmpty() {
        return attempts.get() == 0;
    }

    /**
     * Returns whether an accepted connection can belong to an attempt of this process whose connect has not completed.
     */
    public boolean canBeUnfinished(SocketAddress local, SocketAddress peer) {
        return unfinished.get() > 0 && isOneMachine(local, peer) && !byLocalAddress.containsKey(peer);
    }

    private static boolean isOneMachine(SocketAddress local, SocketAddress remote) {
        return local instanceof InetSocketAddress near && remote instanceof InetSocketAddress far
                && (near.getAddress().isLoopbackAddress() || near.getAddress().equals(far.getAddress()));
    }

    /** Returns the listeners that a connection has passed, in their order, if it has passed this listener before. */
    public Optional<List<String>> findLoop(String listener, SocketAddress peer) {
        Attempt hop = byLocalAddress.get(peer);
        if (hop == null) {
            return Optional.empty();
        }
        List<String> passed = new ArrayList<>(List.of(listener));
        while (hop != null && !hop.listener.equals(listener) && passed.size() < MAX_HOPS) {
            passed.add(hop.listener);
            hop = byLocalAddress.get(hop.client);
        }
        if (hop == null) {
            return Optional.empty();
        }
        passed.add(hop.listener);
        Collections.reverse(passed);
        return Optional.of(passed);
    }

    /** A connection or connect attempt of this process, with the client connection that it serves. One thread. */
    public final class Attempt {

        private final String listener;
        private final SocketAddress client;
        /** Null until the connection is established. */
        private SocketAddress local;
        private boolean finished;
        private boolean closed;

        private Attempt(String listener, SocketAddress client) {
            this.listener = listener;
            this.client = client;
            attempts.incrementAndGet();
            unfinished.incrementAndGet();
        }

        /** Records that the connection is established between these addresses. */
        void connected(SocketAddress localAddress, SocketAddress remote) {
            if (isOneMachine(localAddress, remote)) {
                local = localAddress;
                byLocalAddress.put(localAddress, this); // before finish(), so that an accepting loop finds it
                finish();
            } else {
                close(); // the same port of another machine
            }
        }

        private void finish() {
            if (!finished) {
                finished = true;
                unfinished.decrementAndGet();
            }
        }

        /** Removes the record of a connection that was closed or has failed. Idempotent. */
        public void close() {
            if (!closed) {
                closed = true;
                finish();
                if (local != null) {
                    byLocalAddress.remove(local, this);
                }
                attempts.decrementAndGet();
            }
        }
    }
}
