package io.apexproxy.runtime.relay;

import io.apexproxy.runtime.relay.connecting.Connecting;
import io.apexproxy.runtime.relay.loop.RelayLoop;
import io.apexproxy.runtime.relay.tunnel.Tunnel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The list of the open sessions of a loop. The loop records the bytes of each session, and selects the first sessions
 * of the order half a second later, when the rates are known. Both take several turns.
 */
final class SessionSampler {

    private static final long INTERVAL_MILLIS = 500;
    /** Less than 1 ms. */
    private static final int VISITS_PER_TURN = 500;

    private final RelayLoop loop;
    private final SessionFilter filter;
    private final int limit;
    private final List<Sample> samples = new ArrayList<>();
    private final Comparator<SessionView> order;
    /** The selected sessions; the last one of the order is the head. */
    private final PriorityQueue<SessionView> selected;
    private final CompletableFuture<Part> result = new CompletableFuture<>();
    private long sampledNanos;
    private int next;
    private int total;

    private record Sample(Session session, long bytes) {
    }

    /** The sessions of a loop that match, and the first of them. */
    record Part(int total, List<SessionView> sessions) {
    }

    SessionSampler(RelayLoop loop, SessionFilter filter, SessionOrder order, int limit) {
        this.loop = loop;
        this.filter = filter;
        this.limit = limit;
        this.order = order.largestFirst();
        this.selected = new PriorityQueue<>(this.order.reversed());
    }

    CompletableFuture<Part> result() {
        return result;
    }

    /** Starts to visit the sessions. Any thread. */
    void begin() {
        loop.forEachSession(entry -> sample((Session) entry), () -> {
            sampledNanos = loop.nanoTime();
            loop.schedule(this::select, INTERVAL_MILLIS);
        });
    }

    private void sample(Session session) {
        if (filter.matches(session)) {
            samples.add(new Sample(session, bytes(session)));
        }
    }

    private void select() {
        long now = loop.nanoTime();
        for (int visits = 0; visits < VISITS_PER_TURN && next < samples.size(); visits++) {
            Sample sample = samples.get(next++);
            if (sample.session().cause() == null) {
                total++;
                add(view(sample, now));
            }
        }
        if (next < samples.size()) {
            loop.execute(this::select);
        } else {
            result.complete(new Part(total, List.copyOf(selected)));
        }
    }

    private void add(SessionView view) {
        if (selected.size() < limit) {
            selected.add(view);
        } else if (order.compare(view, selected.element()) < 0) {
            selected.remove();
            selected.add(view);
        }
    }

    private SessionView view(Sample sample, long now) {
        Session session = sample.session();
        Tunnel tunnel = session.stage() instanceof Tunnel current ? current : null;
        long fromClient = tunnel == null ? 0 : tunnel.bytesFromClient();
        long fromBackend = tunnel == null ? 0 : tunnel.bytesFromBackend();
        long age = now - session.client().accepted().nanos();
        long interval = Math.max(TimeUnit.MILLISECONDS.toNanos(1), now - sampledNanos);
        double rate = (fromClient + fromBackend - sample.bytes()) * (double) TimeUnit.SECONDS.toNanos(1) / interval;
        return new SessionView(new SessionId(loop.index(), session.number()), session.listener().name(),
                session.client().connection().client(), SessionFilter.poolName(session),
                SessionFilter.backendName(session), state(session), age,
                tunnel == null ? age : Math.max(0, loop.now() - tunnel.lastProgress()), fromClient, fromBackend,
                (long) rate);
    }

    private static String state(Session session) {
        if (session.stage() instanceof Tunnel tunnel) {
            return tunnel.phase();
        }
        return session.stage() instanceof Connecting ? "connecting" : "opening";
    }

    private static long bytes(Session session) {
        return session.stage() instanceof Tunnel tunnel ? tunnel.bytesFromClient() + tunnel.bytesFromBackend() : 0;
    }
}
