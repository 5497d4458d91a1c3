package io.apexproxy.runtime.engine.sim.world;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** A network with listening sockets and connections. */
public final class SimulatedNetwork {

    /** The outcome of connects to an address. */
    public enum Reachability {
        /** Connects reach the listening socket, or are refused if there is none. */
        NORMAL,
        /** Connects are refused even if a socket listens. */
        REFUSED,
        /** Connects receive no answer. */
        SILENT,
        /** Connects fail because there is no route. */
        UNREACHABLE
    }

    private static final int FIRST_EPHEMERAL_PORT = 32_768;
    private static final int LAST_EPHEMERAL_PORT = 60_999;

    /** Time until the first retransmission of a SYN; doubled each time. */
    private static final long SYN_RETRY_NANOS = 1_000_000_000L;

    private final Simulation simulation;
    private final NetworkProfile profile;
    private final List<ListenQueue> listening = new ArrayList<>();
    private final Map<SocketAddress, Reachability> reachability = new HashMap<>();
    private int nextPort = FIRST_EPHEMERAL_PORT;
    private int nextHost;

    /** Creates a network without listening sockets. */
    public SimulatedNetwork(Simulation simulation, NetworkProfile profile) {
        this.simulation = simulation;
        this.profile = profile;
    }

    Simulation simulation() {
        return simulation;
    }

    NetworkProfile profile() {
        return profile;
    }

    /** Returns the number of connections to this address that are not accepted yet. */
    public int queued(SocketAddress address) {
        int sum = 0;
        for (ListenQueue queue : listening) {
            sum += queue.address().equals(address) ? queue.size() : 0;
        }
        return sum;
    }

    /** Sets the outcome of later connects to an address. */
    public void reach(SocketAddress address, Reachability how) {
        reachability.put(address, how);
        simulation.trace("network: " + address + " is " + how);
    }

    /** Returns an unconnected socket. */
    public Endpoint open() {
        return new Endpoint(this);
    }

    /** Opens a listening socket outside the process. */
    public ListenQueue listen(InetSocketAddress address, int backlog) throws BindException {
        return bind(address, backlog, () -> false);
    }

    /**
     * Opens a listening socket.
     *
     * @param backlog limit of the queue, 1 or more connections
     * @param sharesPort returns whether SO_REUSEPORT is set; also called when other sockets bind later
     */
    public ListenQueue bind(SocketAddress wanted, int backlog, BooleanSupplier sharesPort) throws BindException {
        SocketAddress address = wanted instanceof InetSocketAddress internet && internet.getPort() == 0
                ? new InetSocketAddress(internet.getAddress(), ephemeralPort()) : wanted;
        for (ListenQueue other : listening) {
            if (overlap(address, other.address()) && !(sharesPort.getAsBoolean() && other.sharesPort())) {
                throw new BindException("Address already in use");
            }
        }
        ListenQueue queue = new ListenQueue(this, address, backlog, sharesPort);
        listening.add(queue);
        return queue;
    }

    void unbind(ListenQueue queue) {
        listening.remove(queue);
    }

    private int ephemeralPort() {
        int port = nextPort;
        if (++nextPort > LAST_EPHEMERAL_PORT) {
            nextPort = FIRST_EPHEMERAL_PORT;
            nextHost++;
        }
        return port;
    }

    /** Returns a free address. If a host has no ports left, the next host of 127.0.0.0/8 is used. */
    public InetSocketAddress ephemeral() {
        int port = ephemeralPort();
        try {
            return new InetSocketAddress(
                    InetAddress.getByAddress(new byte[] {127, (byte) (nextHost >> 8), (byte) nextHost, 1}), port);
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static boolean overlap(SocketAddress one, SocketAddress other) {
        if (one instanceof InetSocketAddress first && other instanceof InetSocketAddress second) {
            return first.getPort() == second.getPort() && (first.getAddress().equals(second.getAddress())
                    || first.getAddress().isAnyLocalAddress() || second.getAddress().isAnyLocalAddress());
        }
        return one.equals(other);
    }

    /** Starts a connect. The endpoint reports the outcome, possibly within this call. */
    public void connect(Endpoint client, SocketAddress to) {
        if (client.local() == null && to instanceof InetSocketAddress) {
            client.bind(ephemeral());
        }
        client.startConnect(to);
        if (profile.latencyNanos() <= NetworkProfile.LOOPBACK.latencyNanos() && simulation.oneIn(2)) {
            request(client, SYN_RETRY_NANOS, true); // over loopback, the connection can be established within the call
        } else {
            later(client, () -> request(client, SYN_RETRY_NANOS, false));
        }
    }

    private void later(Endpoint client, Runnable task) {
        simulation.after(profile.delay(simulation.random()), client, task);
    }

    /** Handles the arrival of the SYN. */
    private void request(Endpoint client, long retryNanos, boolean atOnce) {
        if (!client.isConnecting()) {
            return; // the client has closed the socket
        }
        switch (reachability.getOrDefault(client.remote(), Reachability.NORMAL)) {
            case SILENT -> {}
            case REFUSED -> refuse(client);
            case UNREACHABLE ->
                    later(client, () -> client.connectFailed(new NoRouteToHostException("No route to host")));
            default -> {
                ListenQueue queue = listenerOf(client.remote());
                if (queue == null) {
                    refuse(client);
                } else if (queue.isFull()) {
                    simulation.after(retryNanos, client, () -> request(client, retryNanos * 2, false));
                } else {
                    accept(client, queue, atOnce);
                }
            }
        }
    }

    private void refuse(Endpoint client) {
        later(client, () -> client.connectFailed(new ConnectException("Connection refused")));
    }

    private void accept(Endpoint client, ListenQueue queue, boolean atOnce) {
        Endpoint server = new Endpoint(this);
        Endpoint.join(simulation, profile, client, server);
        if (atOnce) {
            client.connected();
        } else {
            later(client, () -> answer(client, server));
        }
        queue.add(server);
    }

    /** Handles the arrival of the SYN-ACK. A client that has closed the socket answers with a reset. */
    private static void answer(Endpoint client, Endpoint server) {
        if (client.isConnecting()) {
            client.connected();
        } else {
            server.receiveReset();
        }
    }

    /** Returns the listening socket for an address. An exact address has priority; the seed decides among equals. */
    private ListenQueue listenerOf(SocketAddress address) {
        ListenQueue chosen = null;
        int best = 0;
        int equal = 0;
        for (ListenQueue queue : listening) {
            int rank = rank(queue.address(), address);
            if (rank > best) {
                best = rank;
                equal = 0;
            }
            if (rank > 0 && rank == best && simulation.random().nextInt(++equal) == 0) {
                chosen = queue;
            }
        }
        return chosen;
    }

    private static int rank(SocketAddress listening, SocketAddress wanted) {
        if (listening.equals(wanted)) {
            return 3;
        }
        if (!overlap(listening, wanted)) {
            return 0;
        }
        boolean sameFamily = ((InetSocketAddress) listening).getAddress().getClass()
                == ((InetSocketAddress) wanted).getAddress().getClass();
        return sameFamily ? 2 : 1;
    }
}
