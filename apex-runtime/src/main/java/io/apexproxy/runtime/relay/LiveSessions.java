package io.apexproxy.runtime.relay;

import io.apexproxy.runtime.pool.backend.BackendState;
import io.apexproxy.runtime.pool.sessions.OpenSessions;
import io.apexproxy.runtime.relay.loop.RelayLoop;
import io.apexproxy.runtime.relay.record.Cause;
import io.apexproxy.runtime.relay.tunnel.Tunnel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The open sessions of all loops: visits, lists and ends them. Any thread but those of the loops.
 *
 * <p>Each loop visits its sessions in several turns. A loop that does not answer in time is blocked; its sessions are
 * missing in the result.
 */
public final class LiveSessions implements OpenSessions {

    /** Two turns per 1,000 sessions take much less, also with 100,000 sessions under load. */
    private static final long TIMEOUT_MILLIS = 4_000;

    private final List<RelayLoop> loops;
    private final OldestSessions oldest;

    LiveSessions(List<RelayLoop> loops) {
        this.loops = loops;
        this.oldest = new OldestSessions(loops);
    }

    /**
     * A list of sessions.
     *
     * @param total the number of sessions that match the filter
     * @param sessions the first of them in the requested order
     * @param blockedLoops the number of loops that did not answer in time
     */
    public record Listing(int total, List<SessionView> sessions, int blockedLoops) {
    }

    /**
     * The sessions that were ended.
     *
     * @param count their number
     * @param blockedLoops the number of loops that did not answer in time; they end their sessions when they continue
     */
    public record Closed(int count, int blockedLoops) {
    }

    /** Returns a scan for a drain that has not begun. */
    public DrainScan drainScan() {
        return new DrainScan(loops);
    }

    void forEach(Consumer<Session> action) {
        loops.forEach(loop -> loop.forEachSession(entry -> action.accept((Session) entry), () -> {}));
    }

    /** Ends the sessions whose tunnel uses this backend, asynchronously. The connecting stage fails over instead. */
    @Override
    public void end(BackendState backend, EndReason reason) {
        Cause cause = Cause.of(reason);
        forEach(session -> {
            if (session.stage() instanceof Tunnel && session.backend() == backend) {
                session.abort(cause);
            }
        });
    }

    @Override
    public CompletionStage<Integer> endOldest(Map<BackendState, Selection> selections, long nowNanos) {
        return oldest.end(selections, nowNanos);
    }

    @Override
    public void updateDeadlines() {
        forEach(Session::advanceDeadline);
    }

    /**
     * Lists open sessions. Takes half a second to measure the rates, and at most 4 s if a loop is blocked.
     *
     * @param filter the sessions to list
     * @param order their order
     * @param limit the largest number of sessions in the list
     * @return the list
     * @throws InterruptedException if the thread is interrupted
     */
    public Listing list(SessionFilter filter, SessionOrder order, int limit) throws InterruptedException {
        List<CompletableFuture<SessionSampler.Part>> parts = new ArrayList<>();
        for (RelayLoop loop : loops) {
            SessionSampler sampler = new SessionSampler(loop, filter, order, limit);
            sampler.begin();
            parts.add(sampler.result());
        }
        awaitAll(parts);
        int total = 0;
        int blocked = 0;
        List<SessionView> views = new ArrayList<>();
        for (CompletableFuture<SessionSampler.Part> part : parts) {
            Optional<SessionSampler.Part> result = Optional.ofNullable(part.getNow(null));
            blocked += result.isPresent() ? 0 : 1;
            total += result.map(SessionSampler.Part::total).orElse(0);
            result.ifPresent(present -> views.addAll(present.sessions()));
        }
        views.sort(order.largestFirst());
        return new Listing(total, List.copyOf(views.subList(0, Math.min(limit, views.size()))), blocked);
    }

    /**
     * Ends the session with an identifier, with the cause {@link Cause#CLOSED_BY_OPERATOR}.
     *
     * @param id the identifier of {@link SessionView#id}
     * @return one session, or none if there is no such session
     * @throws InterruptedException if the thread is interrupted
     */
    public Closed close(SessionId id) throws InterruptedException {
        List<RelayLoop> owners = id.loop() < loops.size() ? List.of(loops.get(id.loop())) : List.of();
        return close(owners, session -> session.number() == id.number());
    }

    /**
     * Ends the sessions that are connected to a backend, with the cause {@link Cause#CLOSED_BY_OPERATOR}.
     *
     * @param pool the name of its pool
     * @param backend its name
     * @return the number of ended sessions
     * @throws InterruptedException if the thread is interrupted
     */
    public Closed close(String pool, String backend) throws InterruptedException {
        SessionFilter filter = SessionFilter.ALL.withPool(pool).withBackend(backend);
        return close(loops, session -> session.stage() instanceof Tunnel && filter.matches(session));
    }

    private static Closed close(List<RelayLoop> loops, Predicate<Session> condition)
            throws InterruptedException {
        AtomicInteger closed = new AtomicInteger();
        List<CompletableFuture<Boolean>> parts = new ArrayList<>();
        for (RelayLoop loop : loops) {
            CompletableFuture<Boolean> done = new CompletableFuture<>();
            parts.add(done);
            loop.forEachSession(entry -> {
                Session session = (Session) entry;
                if (condition.test(session)) {
                    closed.incrementAndGet();
                    session.abort(Cause.CLOSED_BY_OPERATOR);
                }
            }, () -> done.complete(true));
        }
        awaitAll(parts);
        return new Closed(closed.get(), (int) parts.stream().filter(part -> !part.isDone()).count());
    }

    private static void awaitAll(List<? extends CompletableFuture<?>> parts) throws InterruptedException {
        try {
            CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new))
                    .get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return; // the caller uses the complete parts
        } catch (ExecutionException e) {
            throw new IllegalStateException("the sessions of a loop cannot be visited", e);
        }
    }
}
