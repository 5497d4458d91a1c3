package io.apexproxy.runtime.snapshot;

import io.apexproxy.runtime.log.CleanText;
import io.apexproxy.runtime.snapshot.Snapshot.BackendView;
import io.apexproxy.runtime.snapshot.Snapshot.LimitView;
import io.apexproxy.runtime.snapshot.Snapshot.PoolView;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A condition that an operator should check.
 *
 * @param kind the kind of condition
 * @param subject the affected component, such as {@code pool web}
 * @param text the description, one line
 * @since 0.2
 */
public record Problem(Kind kind, String subject, String text) {

    /** The kinds of problems, the most severe first. */
    public enum Kind {
        /** No backend of a pool takes new connections. */
        POOL_DOWN,
        /** A limit is reached. */
        LIMIT_REACHED,
        /** The source of a pool's backends has no answer, or one that is not used. */
        BACKEND_SOURCE,
        /** A certificate has expired, or its changed files cannot be used. */
        CERTIFICATE,
        /** A backend is down, and others of its pool are not. */
        BACKEND_DOWN,
        /** A healthy backend takes no new connections for some time after failed connections. */
        BACKEND_EJECTED,
        /** A backend takes no new connections, because its weight is 0. */
        BACKEND_DRAIN,
        /** A backend is in maintenance. */
        BACKEND_MAINTENANCE
    }

    /** Returns whether the condition is unintended; weight 0 and maintenance are settings of an operator. */
    boolean isUrgent() {
        return kind != Kind.BACKEND_DRAIN && kind != Kind.BACKEND_MAINTENANCE;
    }

    static List<Problem> all(Snapshot snapshot) {
        return Stream.of(
                snapshot.pools().stream().filter(PoolView::isDown).map(Problem::ofPool),
                snapshot.limits().stream().filter(LimitView::reached).map(Problem::ofLimit),
                ofSources(snapshot),
                ofCertificates(snapshot),
                ofBackends(snapshot, BackendView.DOWN, Kind.BACKEND_DOWN, BackendView::reason),
                ofBackends(snapshot, BackendView.EJECTED, Kind.BACKEND_EJECTED, BackendView::reason),
                ofBackends(snapshot, BackendView.DRAIN, Kind.BACKEND_DRAIN,
                        backend -> drainReason(backend) + ", " + connectionsLeft(backend)),
                ofBackends(snapshot, BackendView.MAINTENANCE, Kind.BACKEND_MAINTENANCE, Problem::connectionsLeft))
                .flatMap(Function.identity()).toList();
    }

    private static Problem ofPool(PoolView pool) {
        String text = pool.backends().isEmpty() ? "no backends" : "no backend takes connections: "
                + CleanText.list(pool.backends().stream().map(Problem::nameAndReason).toList());
        return new Problem(Kind.POOL_DOWN, "pool " + pool.name(), text);
    }

    private static String nameAndReason(BackendView backend) {
        return backend.name() + " ("
                + (backend.state().equals(BackendView.DRAIN) ? drainReason(backend) : backend.reason()) + ")";
    }

    private static String drainReason(BackendView backend) {
        return backend.weight() == 0 ? "weight 0" : backend.reason();
    }

    private static Problem ofLimit(LimitView limit) {
        String subject = limit.name().isEmpty() ? limit.kind() : limit.kind() + " " + limit.name();
        return new Problem(Kind.LIMIT_REACHED, subject, limit.current() + " of " + limit.max()
                + (limit.waiting() > 0 ? ", " + limit.waiting() + " waiting" : ""));
    }

    private static Stream<Problem> ofSources(Snapshot snapshot) {
        return snapshot.pools().stream().flatMap(pool -> pool.source().stream()
                .filter(source -> !source.problem().isEmpty())
                .map(source -> new Problem(Kind.BACKEND_SOURCE, "source of pool " + pool.name(),
                        source.provider() + ": "
                                + source.problem() + (source.stale() ? "; its backends get no new connections" : ""))));
    }

    private static Stream<Problem> ofCertificates(Snapshot snapshot) {
        return snapshot.tls().certificates().stream()
                .filter(each -> each.hasExpired(snapshot.taken()) || !each.problem().isEmpty())
                .map(each -> new Problem(Kind.CERTIFICATE, "certificate " + each.certificate()
                        + (each.listener().isEmpty() ? " of pool " + each.pool() : " of listener " + each.listener()),
                        (each.hasExpired(snapshot.taken()) ? "expired at " + each.expiry().orElseThrow() : "in use")
                                + (each.problem().isEmpty() ? ""
                                        : "; its changed files cannot be used: " + each.problem())));
    }

    /** Returns a problem for each backend in this state, except in pools that are down. */
    private static Stream<Problem> ofBackends(Snapshot snapshot, String state, Kind kind,
            Function<BackendView, String> text) {
        return snapshot.pools().stream().filter(pool -> !pool.isDown()).flatMap(pool -> pool.backends().stream()
                .filter(backend -> backend.state().equals(state))
                .map(backend -> new Problem(kind, "backend " + backend.name() + " of pool " + pool.name(),
                        text.apply(backend))));
    }

    private static String connectionsLeft(BackendView backend) {
        return backend.connections() + (backend.connections() == 1 ? " connection" : " connections")
                + " left";
    }
}
