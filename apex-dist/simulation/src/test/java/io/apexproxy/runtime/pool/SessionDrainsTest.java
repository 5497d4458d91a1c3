package io.apexproxy.runtime.pool;

import static io.apexproxy.runtime.pool.SimulatedPool.backend;
import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.runtime.config.pool.DrainRule;
import io.apexproxy.runtime.config.pool.SessionSettings;
import io.apexproxy.runtime.pool.backend.BackendState;
import io.apexproxy.runtime.pool.backend.Verdict;
import io.apexproxy.runtime.pool.sessions.OpenSessions.EndReason;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The ends of sessions of backends that go down or leave the pool. */
class SessionDrainsTest {

    private static final Duration DRAIN = Duration.ofSeconds(30);
    private static final long DRAIN_MILLIS = DRAIN.toMillis();
    private static final int SESSIONS = 30;
    private static final List<Integer> ALL = IntStream.rangeClosed(1, SESSIONS).boxed().toList();

    private final SimulatedPool simulated = new SimulatedPool(healthy -> connection -> healthy.get(0));
    private final SimulatedSessions sessions = simulated.sessions;

    private static SessionSettings settings(DrainRule down, DrainRule removed) {
        return new SessionSettings(down, removed, Duration.ZERO, Optional.empty());
    }

    private static SessionSettings onDown(DrainRule rule) {
        return settings(rule, DrainRule.KEEP);
    }

    private static SessionSettings onRemoved(DrainRule rule) {
        return settings(DrainRule.KEEP, rule);
    }

    private void start(SessionSettings settings) {
        simulated.apply(settings, backend("a"), backend("b"));
        simulated.open("a", SESSIONS);
    }

    private void takeDown(String name) {
        simulated.makeUnhealthy(name);
        BackendState state = simulated.state(name);
        for (int i = 0; i < 1_000 && state.verdict().state() != Verdict.State.DOWN; i++) {
            simulated.run(10);
        }
    }

    @Test
    void drainClosesTheOldestSessionsEvenlyOverItsTime() {
        start(onDown(DrainRule.drain(DRAIN)));

        takeDown("a");

        assertThat(sessions.open("a")).isEqualTo(SESSIONS);
        for (int tenth = 1; tenth < 10; tenth++) {
            simulated.run(DRAIN_MILLIS / 10);
            assertThat(sessions.open("a")).isBetween(SESSIONS - 3 * tenth, SESSIONS - 3 * tenth + 1);
        }
        simulated.run(DRAIN_MILLIS / 10 + 500);
        assertThat(sessions.closed(EndReason.DOWN)).isEqualTo(ALL);
        assertThat(sessions.ended).isEmpty();
    }

    @Test
    void sessionsThatEndByThemselvesSpareTheOthers() {
        start(onDown(DrainRule.drain(DRAIN)));
        takeDown("a");

        sessions.leave(simulated.state("a"), 20);
        simulated.run(DRAIN_MILLIS * 6 / 10);
        assertThat(sessions.closed).isEmpty();

        simulated.run(DRAIN_MILLIS * 4 / 10 + 500);
        assertThat(sessions.closed(EndReason.DOWN)).isEqualTo(ALL.subList(0, 10));
    }

    @Test
    void recoveryCancelsTheDrain() {
        start(onDown(DrainRule.drain(DRAIN)));
        takeDown("a");
        simulated.run(DRAIN_MILLIS / 2);
        simulated.makeHealthy("a");
        simulated.run(SimulatedPool.INTERVAL.toMillis() * 2);
        int left = sessions.open("a");
        assertThat(left).isPositive();
        assertThat(simulated.state("a").isUp()).isTrue();

        simulated.run(2 * DRAIN_MILLIS);

        assertThat(sessions.open("a")).isEqualTo(left);
    }

    @Test
    void closeEndsAllSessionsAtOnceWhenTheBackendGoesDown() {
        start(onDown(DrainRule.CLOSE));

        takeDown("a");

        assertThat(sessions.ended).containsExactly("a DOWN");
    }

    @Test
    void keepLeavesAllSessionsOpen() {
        start(SessionSettings.DEFAULT);

        takeDown("a");
        simulated.apply(backend("b"));
        simulated.run(2 * DRAIN_MILLIS);

        assertThat(sessions.ended).isEmpty();
        assertThat(sessions.open("a")).isEqualTo(SESSIONS);
    }

    @Test
    void drainOfARemovedBackendClosesItsSessions() {
        start(onRemoved(DrainRule.drain(DRAIN)));

        simulated.apply(onRemoved(DrainRule.drain(DRAIN)), backend("b"));

        simulated.run(DRAIN_MILLIS / 2);
        assertThat(sessions.open("a")).isBetween(SESSIONS / 2, SESSIONS / 2 + 1);
        simulated.run(DRAIN_MILLIS / 2 + 500);
        assertThat(sessions.closed(EndReason.REMOVED)).isEqualTo(ALL);
    }

    @Test
    void closeOfARemovedBackendEndsItsSessionsAtOnce() {
        start(onRemoved(DrainRule.CLOSE));

        simulated.apply(onRemoved(DrainRule.CLOSE), backend("b"));

        assertThat(sessions.closed(EndReason.REMOVED)).isEqualTo(ALL);
    }

    @Test
    void removedBackendThatStillServesKeepsItsSessionsUntilAnotherIsHealthy() {
        SessionSettings close = onRemoved(DrainRule.CLOSE);
        simulated.apply(close, backend("a"));
        simulated.open("a", 3);
        simulated.pauseProbes("c");

        simulated.apply(close, backend("c"));
        assertThat(simulated.rotation()).containsExactly("a");
        assertThat(sessions.open("a")).isEqualTo(3);

        simulated.resumeProbes("c");
        simulated.run(100);
        assertThat(simulated.rotation()).containsExactly("c");
        assertThat(sessions.open("a")).isZero();
    }

    @Test
    void returnOfARemovedBackendCancelsTheDrain() {
        SessionSettings drain = onRemoved(DrainRule.drain(DRAIN));
        start(drain);
        simulated.apply(drain, backend("b"));
        simulated.run(DRAIN_MILLIS / 2);

        simulated.apply(drain, backend("a"), backend("b"));
        int left = sessions.open("a");
        simulated.run(2 * DRAIN_MILLIS);
        assertThat(sessions.open("a")).isEqualTo(left).isPositive();

        simulated.apply(drain, backend("b"));
        simulated.run(DRAIN_MILLIS + 500);
        assertThat(sessions.open("a")).isZero();
    }

    @Test
    void removalOfABackendThatIsDrainedKeepsTheEarlierEnd() {
        SessionSettings both = settings(DrainRule.drain(DRAIN), DrainRule.drain(DRAIN.multipliedBy(10)));
        start(both);
        takeDown("a");

        simulated.apply(both, backend("b"));
        simulated.run(DRAIN_MILLIS + 500);

        assertThat(sessions.closed(EndReason.DOWN)).isEqualTo(ALL);
    }

    @Test
    void closeOfThePoolRemovesItsBackends() {
        start(onRemoved(DrainRule.drain(DRAIN)));

        simulated.pool.close();
        simulated.run(DRAIN_MILLIS + 500);

        assertThat(sessions.closed(EndReason.REMOVED)).isEqualTo(ALL);
    }

    @Test
    void sessionWhoseConnectWasInProgressAtTheDeadlineEndsSoonAfterIt() {
        SessionSettings close = onRemoved(DrainRule.CLOSE);
        simulated.apply(close, backend("a"), backend("b"));
        BackendState a = simulated.state("a");
        a.claim(); // a connect in progress
        long accepted = simulated.simulation.nanoTime();
        simulated.apply(close, backend("b"));
        sessions.connected(a, accepted);

        simulated.run(1_500);

        assertThat(sessions.closed(EndReason.REMOVED)).hasSize(1);
    }

    @Test
    void sessionsThatBeginDuringTheDrainStayOpen() {
        start(onDown(DrainRule.drain(DRAIN)));
        takeDown("a");
        simulated.run(1_000);
        simulated.open("a", 1);

        simulated.run(2 * DRAIN_MILLIS);

        assertThat(sessions.closed(EndReason.DOWN)).isEqualTo(ALL);
        assertThat(sessions.open("a")).isEqualTo(1);
    }

    @Test
    void changedAgeUpdatesTheDeadlinesOfAllSessions() {
        simulated.apply(backend("a"));
        assertThat(sessions.updates).isZero();
        SessionSettings hour = new SessionSettings(DrainRule.KEEP, DrainRule.KEEP, Duration.ofHours(1),
                Optional.empty());

        simulated.apply(hour, backend("a"));
        simulated.apply(hour, backend("a"));
        assertThat(sessions.updates).isEqualTo(1);
        simulated.apply(backend("a"));
        assertThat(sessions.updates).isEqualTo(2);
    }
}
