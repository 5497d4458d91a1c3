package io.apexproxy.runtime.relay;

import io.apexproxy.runtime.engine.sim.peer.Peer;
import io.apexproxy.runtime.engine.sim.peer.PeerPlan;
import io.apexproxy.runtime.engine.sim.world.Endpoint;
import io.apexproxy.runtime.engine.sim.world.NetworkProfile;
import io.apexproxy.runtime.engine.sim.world.SimulatedNetwork;
import io.apexproxy.runtime.engine.sim.world.Simulation;
import io.apexproxy.runtime.relay.record.Cause;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A simulated run of a proxy: clients connect, incidents occur, the proxy stops, and the invariants are checked. The
 * seed determines the whole run.
 */
final class Scenario {

    /** An event that disturbs the run while clients are connected. */
    enum Incident {
        BACKEND_FAILS, BACKEND_RETURNS, RELOAD, POOL_CHANGE, LISTENER_MOVES, ABORT, SUSPENSION, NO_DESCRIPTORS,
        NO_PORTS, ACCEPT_FAILS, CLIENTS_RESET, OPERATOR_CLOSES
    }

    /** Most clients in runs of many seeds. */
    static final int FEW_CLIENTS = 12;

    private static final int MOST_INCIDENTS = 5;
    private static final int MOST_STEPS_PER_CLIENT = 20_000;
    private static final long START_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long LONGEST_INCIDENT_NANOS = TimeUnit.SECONDS.toNanos(5);
    /** Longest time until aborted sessions have ended and timers of loops without sessions have expired. */
    private static final long END_NANOS = TimeUnit.SECONDS.toNanos(3);
    private static final long NEVER = Long.MAX_VALUE;
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Simulation simulation;
    private final SplittableRandom random;
    private final SimulatedNetwork network;
    private final Servers servers;
    private final SimulatedProxy proxy;
    private final List<Peer> clients = new ArrayList<>();
    private final Set<Incident> incidents = EnumSet.noneOf(Incident.class);
    private final int mostClients;
    private final int plenty;
    private int nextNumber;
    private int expectedClients;
    private long stoppedAt;
    private long acceptDueSince = NEVER;
    private long callDueSince = NEVER;
    private boolean drained;
    private boolean over;

    /**
     * Creates a scenario.
     *
     * @param mostClients upper limit of the number of clients, which the seed chooses
     * @param traced whether the simulation keeps a trace
     */
    Scenario(long seed, int mostClients, boolean traced) throws IOException {
        this.mostClients = mostClients;
        simulation = new Simulation(seed, traced);
        random = simulation.random();
        NetworkProfile profile = NetworkProfile.any(random);
        network = new SimulatedNetwork(simulation, profile);
        plenty = profile.plenty();
        ScenarioSettings settings = ScenarioSettings.any(random);
        simulation.trace(settings.toString());
        servers = new Servers(simulation, network, settings, () -> nextNumber++,
                () -> PeerPlan.any(random, false, plenty));
        proxy = new SimulatedProxy(simulation, network, settings, number -> servers.check());
    }

    /**
     * Runs the scenario.
     *
     * @throws AssertionError if an invariant is broken
     */
    void run() {
        runUntil("the proxy serves", proxy::isServing, START_NANOS);
        planClients();
        planIncidents();
        runUntil("", () -> clients.size() == expectedClients && clients.stream().allMatch(Peer::isGone)
                && proxy.relay().active() == 0, random.nextLong(LONGEST_NANOS));
        stop();
        over = true;
        new Invariants(this).checkAtEnd();
    }

    private void planClients() {
        expectedClients = 1 + random.nextInt(mostClients);
        boolean burst = random.nextBoolean();
        for (int i = 0; i < expectedClients; i++) {
            simulation.after(burst ? 0 : random.nextLong(LONGEST_INCIDENT_NANOS), "a client connects", this::connect);
        }
    }

    private void connect() {
        if (proxy.isStopped()) {
            expectedClients--;
            return;
        }
        Endpoint endpoint = network.open();
        Peer client = new Peer(simulation, nextNumber++, PeerPlan.any(random, true, plenty), endpoint);
        clients.add(client);
        network.connect(endpoint, proxy.address());
        if (simulation.isTraced()) {
            simulation.trace("  " + client + " at " + endpoint.local() + ": " + client.plan());
        }
        client.act();
    }

    private void planIncidents() {
        for (int left = random.nextInt(MOST_INCIDENTS + 1); left > 0; left--) {
            Incident incident = Incident.values()[random.nextInt(Incident.values().length)];
            simulation.after(random.nextLong(LONGEST_INCIDENT_NANOS), incident, () -> trigger(incident));
        }
    }

    private void trigger(Incident incident) {
        if (over) {
            return; // the proxy has ended
        }
        incidents.add(incident);
        switch (incident) {
            case BACKEND_FAILS -> servers.breakServer();
            case BACKEND_RETURNS -> servers.repairServer();
            case RELOAD -> proxy.reload(proxy.settings().reloaded(random), false);
            case POOL_CHANGE -> proxy.reload(proxy.settings(), true);
            case LISTENER_MOVES -> proxy.move();
            case ABORT -> proxy.abort(Cause.SHUTDOWN);
            case OPERATOR_CLOSES -> proxy.abort(Cause.CLOSED_BY_OPERATOR);
            case SUSPENSION -> proxy.process().suspend(random.nextLong(LONGEST_INCIDENT_NANOS));
            case NO_DESCRIPTORS -> {
                proxy.process().limitDescriptors(proxy.process().openDescriptors() + random.nextInt(4));
                simulation.after(random.nextLong(LONGEST_INCIDENT_NANOS), "descriptors return",
                        () -> proxy.process().limitDescriptors(Integer.MAX_VALUE));
            }
            case NO_PORTS -> proxy.process().failConnectsLocally(1 + random.nextInt(4));
            case CLIENTS_RESET -> clients.stream().filter(client -> client.connectedAt() > 0).forEach(Peer::kill);
            case ACCEPT_FAILS -> proxy.process().failNextAccept(
                    random.nextBoolean() ? new OutOfMemoryError("injected") : new IOException("injected"));
        }
    }

    /** Stops the proxy like a signal: drain, abort, close. */
    private void stop() {
        proxy.stop();
        stoppedAt = simulation.elapsedNanos();
        runUntil("the proxy stops", proxy::isStopped, 2 * LONGEST_INCIDENT_NANOS);
        runUntil("", this::isQuiet, proxy.settings().drain().toNanos());
        drained = true;
        for (long left = END_NANOS; left > 0 && !isQuiet(); left -= TICK_NANOS) {
            proxy.abort(Cause.DRAINED);
            runUntil("", this::isQuiet, TICK_NANOS);
        }
        // waits for the timers of all drains; the last drain can have begun just now
        long last = END_NANOS + proxy.settings().drain().toNanos();
        do {
            runUntil("", () -> false, last);
        } while (proxy.process().resumesAt() > simulation.elapsedNanos() - last);
    }

    private boolean isQuiet() {
        return proxy.relay().active() == 0 && proxy.relay().waiting() == 0;
    }

    /** Runs until a condition holds or the time is over; fails at that time if a reason is given. */
    private void runUntil(String reason, BooleanSupplier condition, long nanos) {
        long end = simulation.elapsedNanos() + nanos;
        boolean[] over = {false};
        simulation.after(nanos, "time is over", () -> over[0] = true);
        while (!condition.getAsBoolean()) {
            if (over[0] && simulation.elapsedNanos() >= end) {
                if (!reason.isEmpty()) {
                    throw new AssertionError("not within " + nanos + " ns: " + reason);
                }
                return;
            }
            if (!simulation.step()) {
                throw new AssertionError("no event is left");
            }
            boolean due = Invariants.isAcceptDue(this);
            acceptDueSince = due ? Math.min(acceptDueSince, simulation.elapsedNanos()) : NEVER;
            callDueSince = Invariants.isCallDue(this) ? Math.min(callDueSince, simulation.elapsedNanos()) : NEVER;
            Invariants.checkStep(this);
            if (simulation.steps() > (long) mostClients * MOST_STEPS_PER_CLIENT) {
                throw new AssertionError("no end after " + simulation.steps() + " steps");
            }
        }
    }

    Simulation simulation() {
        return simulation;
    }

    SimulatedProxy proxy() {
        return proxy;
    }

    List<Peer> clients() {
        return clients;
    }

    Servers servers() {
        return servers;
    }

    boolean happened(Incident incident) {
        return incidents.contains(incident);
    }

    int queued() {
        return network.queued(proxy.address());
    }

    /** Returns the time for which connections have been queued although they could be accepted, in nanoseconds. */
    long acceptDueFor() {
        long since = Math.max(acceptDueSince, proxy.process().resumesAt());
        return Math.max(0, simulation.elapsedNanos() - since);
    }

    /** Returns the time for which connections have been in a queue although a backend is free, in nanoseconds. */
    long callDueFor() {
        return Math.max(0, simulation.elapsedNanos() - callDueSince);
    }

    long stoppedAt() {
        return stoppedAt;
    }

    boolean isDrained() {
        return drained;
    }
}
