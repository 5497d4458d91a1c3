package io.apexproxy.runtime.relay;

import io.apexproxy.runtime.buffer.BufferPool;
import io.apexproxy.runtime.config.address.Address;
import io.apexproxy.runtime.engine.sim.SimulatedLoop;
import io.apexproxy.runtime.engine.sim.peer.Peer;
import io.apexproxy.runtime.pool.Pool;
import io.apexproxy.runtime.pool.backend.BackendState;
import io.apexproxy.runtime.relay.Scenario.Incident;
import io.apexproxy.runtime.relay.loop.RelayLoop;
import io.apexproxy.runtime.relay.record.SessionRecord;
import io.apexproxy.runtime.stats.ConnectionLimit;
import java.net.SocketAddress;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The invariants of a scenario, checked after each step and at the end. */
final class Invariants {

    /** Longest time to an accept that nothing prevents. Includes the pause after a failed accept. */
    private static final long LATEST_ACCEPT_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    /** Longest time for which a connection is in the queue of a pool although a backend is free. */
    private static final long LATEST_CALL_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    /** Times of one loop are at most as old as its last turn. */
    private static final long STALE_NANOS = RelayLoop.STALE_NANOS;

    /** Most steps until closed loops have ended. */
    private static final int MOST_LAST_STEPS = 10_000;

    private final Scenario scenario;
    private final SimulatedProxy proxy;
    private final Map<SocketAddress, SessionRecord> records = new HashMap<>();

    Invariants(Scenario scenario) {
        this.scenario = scenario;
        this.proxy = scenario.proxy();
    }

    static void require(boolean condition, String what) {
        if (!condition) {
            throw new AssertionError(what);
        }
    }

    /** Returns whether connections are queued and no limit or missing descriptor explains it. */
    static boolean isAcceptDue(Scenario scenario) {
        SimulatedProxy proxy = scenario.proxy();
        return proxy.isServing() && proxy.relay().waiting() == 0 && !scenario.happened(Incident.NO_DESCRIPTORS)
                && scenario.queued() > 0;
    }

    static void checkStep(Scenario scenario) {
        SimulatedProxy proxy = scenario.proxy();
        List<Throwable> escaped = proxy.process().escaped();
        if (!escaped.isEmpty()) {
            throw new AssertionError("an exception escaped", escaped.get(0));
        }
        require(scenario.acceptDueFor() < LATEST_ACCEPT_NANOS, "connections stay in the queue of the listener");
        int active = proxy.relay().active();
        require(active >= 0, "active connections: " + active);
        long accepted = proxy.listener().connections().sum();
        require(accepted == active + proxy.records().size() || active > accepted - proxy.records().size(),
                accepted + " accepted, " + active + " active, " + proxy.records().size() + " ended");
        int limit = proxy.settings().maxConnections();
        require(proxy.relay().waiting() == 0 || isFull(proxy),
                proxy.relay().waiting() + " connections wait although no limit is reached");
        require(limit == 0 || active <= limit || scenario.happened(Incident.RELOAD),
                active + " active, the limit is " + limit);
        proxy.pools().forEach(pool -> checkPool(scenario, pool));
        require(scenario.callDueFor() < LATEST_CALL_NANOS, "connections wait for a backend that is free");
    }

    private static void checkPool(Scenario scenario, Pool pool) {
        int limit = scenario.proxy().settings().backendConnections();
        require(limit == 0 || scenario.happened(Incident.RELOAD)
                || pool.backends().stream().allMatch(backend -> backend.activeConnections() <= limit),
                "a backend has more connections than " + limit);
        ConnectionLimit queue = pool.queue().limit();
        require(queue.active() <= queue.max() || scenario.happened(Incident.RELOAD) || areConnectsDisturbed(scenario),
                queue.active() + " connections in a queue for " + queue.max());
    }

    /** Returns whether a connect can have failed, after which a connection excludes a backend or returns to a queue. */
    private static boolean areConnectsDisturbed(Scenario scenario) {
        return scenario.happened(Incident.BACKEND_FAILS) || scenario.happened(Incident.NO_PORTS)
                || scenario.happened(Incident.NO_DESCRIPTORS) || scenario.happened(Incident.SUSPENSION)
                || !scenario.proxy().settings().earlyClose().isZero();
    }

    /** Returns whether a connection waits although a backend is free. */
    static boolean isCallDue(Scenario scenario) {
        return !areConnectsDisturbed(scenario) && scenario.proxy().pools().stream()
                .anyMatch(pool -> !pool.queue().isEmpty() && pool.backends().stream()
                        .anyMatch(backend -> backend.isInRotation() && backend.isUp() && !backend.limit().isReached()));
    }

    private static boolean isFull(SimulatedProxy proxy) {
        int total = proxy.settings().maxConnections();
        int own = proxy.settings().listenerConnections();
        return (total > 0 && proxy.relay().active() >= total) || (own > 0 && proxy.listener().active() >= own);
    }

    void checkAtEnd() {
        proxy.records().forEach(session -> {
            require(records.put(session.client(), session) == null, "a session ended twice: " + session);
        });
        checkResourcesAreFreed();
        checkCounters();
        scenario.clients().forEach(this::checkClient);
        checkSessions();
        checkOrder();
        proxy.close();
        for (int left = MOST_LAST_STEPS; left > 0 && !haveLoopsEnded(); left--) {
            scenario.simulation().step();
        }
        require(haveLoopsEnded(), "a loop has not ended");
        require(proxy.process().openDescriptors() == 0, proxy.process().openDescriptors() + " descriptors stay open");
    }

    private boolean haveLoopsEnded() {
        return proxy.engine().loops().stream().allMatch(SimulatedLoop::hasEnded);
    }

    private void checkResourcesAreFreed() {
        Relay relay = proxy.relay();
        require(relay.active() == 0, relay.active() + " sessions do not end");
        require(relay.waiting() == 0, relay.waiting() + " connections stay at a limit");
        require(relay.memory().used() == 0, relay.memory().used() + " bytes of buffers are not released");
        for (RelayLoop loop : relay.loops()) {
            require(loop.stats().sessions() == 0, loop.stats().sessions() + " sessions in the timeouts");
            require(loop.stats().blockedSinks() == 0, loop.stats().blockedSinks() + " sinks stay blocked");
            require(loop.memoryQueue().waiting() == 0, loop.memoryQueue().waiting() + " reads wait for memory");
            for (int size = 0; size < BufferPool.SIZES; size++) {
                require(loop.buffers().countLent(size) == 0, "a buffer of size " + size + " is not released");
            }
        }
        for (SimulatedLoop loop : proxy.engine().loops()) {
            require(loop.timers() == 0, loop.timers() + " timers of a loop without sessions");
            require(loop.channels() == 0, loop.channels() + " channels stay open");
        }
        int spare = proxy.relay().lanes();
        require(proxy.process().openDescriptors() <= spare,
                proxy.process().openDescriptors() + " descriptors are open, " + spare + " of them spare ones");
        for (var pool : proxy.pools()) {
            for (BackendState backend : pool.backends()) {
                require(backend.activeConnections() == 0, backend + " has " + backend.activeConnections());
            }
            require(pool.queue().isEmpty(), pool.queue().limit().active() + " connections stay in the queue");
        }
        require(proxy.listener().active() == 0, "the listener has " + proxy.listener().active());
    }

    private void checkCounters() {
        long accepted = proxy.listener().connections().sum();
        long ended = proxy.relay().causes().values().stream().mapToLong(Long::longValue).sum();
        require(ended == accepted && proxy.records().size() == accepted,
                accepted + " accepted, " + ended + " ended, " + proxy.records().size() + " records");
    }

    private void checkClient(Peer client) {
        SessionRecord session = records.get(client.endpoint().local());
        if (client.connectedAt() == 0) {
            require(client.isGone(), client + " was never answered");
            require(scenario.happened(Incident.LISTENER_MOVES) || client.goneAt() >= scenario.stoppedAt(),
                    client + " could not connect: " + client.broken());
            return;
        }
        boolean descriptorsEnded = scenario.happened(Incident.NO_DESCRIPTORS);
        boolean limited = proxy.settings().isLimited() || scenario.happened(Incident.RELOAD);
        if (session == null) {
            // a connection that waits at a limit is closed at the end of the drain
            long drained = proxy.firstDrain() + proxy.settings().drain().toNanos();
            boolean closedAtLimit = limited
                    && (client.hasLeftEarly() || client.goneAt() == 0 || client.goneAt() >= drained);
            require(descriptorsEnded || closedAtLimit, client + " was connected, and no session served it");
            return;
        }
        long waited = session.acceptedNanos() - scenario.simulation().nanoTime()
                + scenario.simulation().elapsedNanos() - client.connectedAt();
        require(waited < LATEST_ACCEPT_NANOS || limited || descriptorsEnded
                || scenario.happened(Incident.SUSPENSION), client + " was accepted after " + waited + " ns");
    }

    private void checkSessions() {
        Map<Integer, Peer> clients = new HashMap<>();
        scenario.clients().forEach(client -> clients.put(client.number(), client));
        Map<Integer, Peer> backends = new HashMap<>();
        scenario.servers().peers().forEach(backend -> backends.put(backend.number(), backend));
        Map<Peer, Peer> partners = new HashMap<>();
        scenario.clients().forEach(
                client -> client.sender().ifPresent(number -> partners.put(client, partner(backends, number, client))));
        backends.values().forEach(backend -> backend.sender().ifPresent(number -> {
            Peer client = partner(clients, number, backend);
            Peer known = partners.put(client, backend);
            // after a late failure of the first attempt, a client has had two backends, but only one received bytes
            require(known == null || known == backend, client + " is connected to " + known + " and " + backend);
        }));
        for (Peer client : scenario.clients()) {
            SessionRecord session = records.get(client.endpoint().local());
            if (session != null) {
                new SessionCheck(scenario, session, client, partners.get(client)).check();
            }
        }
    }

    /** Checks that connections leave the queue of their pool for a backend in the order of their arrival. */
    private void checkOrder() {
        long tolerance = proxy.relay().lanes() == 1 ? STALE_NANOS : LATEST_CALL_NANOS;
        if (scenario.happened(Incident.SUSPENSION) || scenario.happened(Incident.POOL_CHANGE)) {
            return; // one loop can be far behind another, or the connections are of different pools
        }
        List<SessionRecord> waited = proxy.records().stream()
                .filter(session -> session.queuedNanos() > 0 && session.connectedNanos() != 0
                        && session.attempts() == 1)
                .sorted(Comparator.comparingLong(this::arrival)).toList();
        long last = 0;
        int earlier = 0;
        for (SessionRecord session : waited) {
            for (; arrival(waited.get(earlier)) < arrival(session) - tolerance; earlier++) {
                last = Math.max(last, leaving(waited.get(earlier)));
            }
            require(leaving(session) >= last - tolerance, text(session) + " overtook a connection in the queue");
        }
    }

    /** Returns when a connection left the queue for a backend. */
    private long leaving(SessionRecord session) {
        return arrival(session) + session.queuedNanos();
    }

    /** Returns when a connection was admitted, in nanoseconds of the simulation. Clocks of loops can overflow. */
    private long arrival(SessionRecord session) {
        return session.acceptedNanos() - scenario.simulation().nanoTime() + scenario.simulation().elapsedNanos()
                + session.waitedNanos();
    }

    private static Peer partner(Map<Integer, Peer> peers, int number, Peer receiver) {
        Peer partner = peers.get(number);
        require(partner != null, receiver + " has received bytes of peer " + number);
        return partner;
    }

    static String text(SessionRecord session) {
        return "session of " + Address.text(session.client()) + " (" + session.cause().label() + ")";
    }
}
