package io.apexproxy.runtime.relay.connecting;

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
 * The connections that this process has made to itself, by which forwarding loops are found. Any thread.
 *
 * <p>The local address of such a connection is the peer address of a connection that a listener of this process
 * accepts. So the listeners that a connection has passed can be followed back to the client. Only connections to ports
 * that this process listens on are recorded; without such a backend, a connection costs a look at a set of bits. A
 * connection through a Unix-domain socket has no address and ends the chain.
 */
public final class OwnConnections {

    /** A chain has each listener once, unless a loop was found late. */
    private static final int MOST_HOPS = 1_000;

    /** Replaced as a whole, so that a look needs no lock. */
    private volatile BitSet ports = new BitSet();
    /** The number of addresses that are listened on at each port; guarded by this. */
    private final Map<Integer, Integer> addresses = new HashMap<>();
    private final Map<SocketAddress, Attempt> made = new ConcurrentHashMap<>();
    private final AtomicInteger attempts = new AtomicInteger();
    private final AtomicInteger unfinished = new AtomicInteger();

    /** Creates an object that knows no port. */
    public OwnConnections() {
    }

    /** Adds an address that this process listens on. */
    public void listensOn(SocketAddress bound) {
        count(bound, 1);
    }

    /**
     * Removes an address that this process no longer listens on. Connections that were recorded remain until they are
     * closed. To be called after the sockets were closed, once for each {@link #listensOn}.
     */
    public void listensNoMoreOn(SocketAddress bound) {
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

    /** Returns whether a connection to an address may be one to this process, as it listens on that port. */
    public boolean mayLeadHere(SocketAddress address) {
        return address instanceof InetSocketAddress internet && ports.get(internet.getPort());
    }

    /**
     * Records an attempt to connect to an address that may be one of this process; empty if it is not.
     *
     * @param backend the address
     * @param listener through which the client came
     * @param client the peer address of the client's connection
     * @return the record, to be closed by the caller when the connection is closed
     */
    Optional<Attempt> open(SocketAddress backend, String listener, SocketAddress client) {
        return mayLeadHere(backend) ? Optional.of(new Attempt(listener, client)) : Optional.empty();
    }

    /** Returns whether no connection is recorded. */
    public boolean isEmpty() {
        return attempts.get() == 0;
    }

    /**
     * Returns whether a connection may be one of this process that is not known yet, as its connect has not completed
     * on the side that makes it.
     *
     * @param local the address that was connected to
     * @param peer the address of the other end
     */
    public boolean mayBecomeKnown(SocketAddress local, SocketAddress peer) {
        return unfinished.get() > 0 && isOneMachine(local, peer) && !made.containsKey(peer);
    }

    private static boolean isOneMachine(SocketAddress local, SocketAddress remote) {
        return local instanceof InetSocketAddress ours && remote instanceof InetSocketAddress theirs
                && (ours.getAddress().isLoopbackAddress() || ours.getAddress().equals(theirs.getAddress()));
    }

    /**
     * Returns the listeners that a connection has passed, from the client to this listener, if that is one of them.
     *
     * @param listener that has accepted the connection
     * @param peer the address of its other end
     */
    public Optional<List<String>> loop(String listener, SocketAddress peer) {
        Attempt hop = made.get(peer);
        if (hop == null) {
            return Optional.empty();
        }
        List<String> passed = new ArrayList<>(List.of(listener));
        while (hop != null && !hop.listener.equals(listener) && passed.size() < MOST_HOPS) {
            passed.add(hop.listener);
            hop = made.get(hop.client);
        }
        if (hop == null) {
            return Optional.empty();
        }
        passed.add(hop.listener);
        Collections.reverse(passed);
        return Optional.of(passed);
    }

    /** A connection that is being made or was made, and the one that it continues. One thread. */
    public final class Attempt {

        private final String listener;
        private final SocketAddress client;
        /** Null until it is connected. */
        private SocketAddress local;
        private boolean finished;
        private boolean closed;

        private Attempt(String listener, SocketAddress client) {
            this.listener = listener;
            this.client = client;
            attempts.incrementAndGet();
            unfinished.incrementAndGet();
        }

        /**
         * The connection was made.
         *
         * @param ours its local address
         * @param remote the address of its other end
         */
        void connected(SocketAddress ours, SocketAddress remote) {
            if (isOneMachine(ours, remote)) {
                local = ours;
                made.put(ours, this); // before it counts as finished
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

        /** The connection was closed, or could not be made. Only the first call does anything. */
        public void close() {
            if (!closed) {
                closed = true;
                finish();
                if (local != null) {
                    made.remove(local, this);
                }
                attempts.decrementAndGet();
            }
        }
    }
}
