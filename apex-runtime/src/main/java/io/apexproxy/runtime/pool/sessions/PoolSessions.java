package io.apexproxy.runtime.pool.sessions;

import io.apexproxy.runtime.config.pool.SessionSettings;
import io.apexproxy.runtime.pool.backend.BackendState;
import io.apexproxy.runtime.pool.backend.Verdict;
import io.apexproxy.runtime.pool.sessions.OpenSessions.EndReason;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** The open sessions of one pool and the settings that end them. Used on the control thread, except {@link #age}. */
public final class PoolSessions {

    private final LongSupplier nanoTime;
    private final OpenSessions open;
    private final SessionDrains drains;
    private final Rebalancer rebalancer;
    private SessionSettings settings = SessionSettings.DEFAULT;
    private volatile ConnectionAge age = ConnectionAge.OFF;

    /**
     * Creates an object that ends no session before {@link #apply}.
     *
     * @param pool the name of the pool, for the log
     * @param control the executor of the control thread
     * @param nanoTime the clock
     * @param open ends the sessions
     * @param sharing returns the backends among which sessions are divided; empty: none should leave now
     */
    public PoolSessions(String pool, ScheduledExecutorService control, LongSupplier nanoTime, OpenSessions open,
            Supplier<List<BackendState>> sharing) {
        this.nanoTime = nanoTime;
        this.open = open;
        this.drains = new SessionDrains(pool, control, nanoTime, open);
        this.rebalancer = new Rebalancer(pool, control, nanoTime, open, sharing);
    }

    /** Changes the settings. Drains that have begun go on. */
    public void apply(SessionSettings next) {
        settings = next;
        ConnectionAge changed = age.changed(next.maxConnectionAge(), nanoTime.getAsLong());
        if (!changed.equals(age)) {
            age = changed;
            open.updateDeadlines();
        }
        rebalancer.configure(next.rebalance());
        drains.cancel(EndReason.DOWN, BackendState::isUp, "is no longer checked"); // has no verdict then
    }

    /** Handles a changed verdict on a backend. */
    public void onVerdict(BackendState backend) {
        if (backend.isUp()) {
            drains.cancel(EndReason.DOWN, backend::equals, "is up again");
        } else if (backend.verdict().state() == Verdict.State.DOWN) {
            settings.onBackendDown().within().ifPresent(within -> endSessions(backend, within));
        }
    }

    private void endSessions(BackendState backend, Duration within) {
        if (within.isZero()) {
            open.end(backend, EndReason.DOWN);
        } else {
            drains.begin(List.of(backend), within, EndReason.DOWN);
        }
    }

    /** Handles backends that have left the pool, after they have left the rotation. */
    public void removed(List<BackendState> backends) {
        settings.onBackendRemoved().within()
                .ifPresent(within -> drains.begin(backends, within, EndReason.REMOVED));
    }

    /** Handles backends that are in the pool again, with new states: the sessions of their earlier states stay open. */
    public void returned(Predicate<BackendState> earlier) {
        drains.cancel(EndReason.REMOVED, earlier, "is back");
    }

    /** Returns the limit of the age of connections. Any thread. */
    public ConnectionAge age() {
        return age;
    }

    /** Ends the rebalancing. Drains that have begun go on. */
    public void close() {
        rebalancer.close();
    }
}
