package io.apexproxy.runtime.pool;

import static io.apexproxy.runtime.pool.SimulatedPool.backend;
import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.runtime.config.pool.DrainRule;
import io.apexproxy.runtime.config.pool.Rebalance;
import io.apexproxy.runtime.config.pool.SessionSettings;
import io.apexproxy.runtime.pool.sessions.OpenSessions.EndReason;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RebalancerTest {

    private static final long MINUTE = 60_000;

    private final SimulatedPool simulated = new SimulatedPool(healthy -> connection -> healthy.get(0));
    private final SimulatedSessions sessions = simulated.sessions;

    private static SessionSettings rate(int percentPerMinute) {
        return new SessionSettings(DrainRule.KEEP, DrainRule.KEEP, Duration.ZERO,
                Optional.of(new Rebalance(percentPerMinute, Duration.ofSeconds(10))));
    }

    @Test
    void sessionsLeaveAtTheRateUntilTheCountsFit() {
        simulated.apply(rate(5), backend("a"));
        simulated.open("a", 200);
        simulated.run(MINUTE);
        assertThat(sessions.closed).isEmpty();

        simulated.apply(rate(5), backend("a"), backend("b"));
        for (int second = 1; second <= 20 * 60; second++) {
            simulated.run(1_000);
            int closed = sessions.closed.size();
            assertThat(closed).isLessThanOrEqualTo(second / 6 + 1); // 10 a minute
            assertThat(closed).isGreaterThanOrEqualTo(Math.min(100, second / 6 - 2));
            simulated.open("b", closed - sessions.open("b")); // the client reconnects
        }

        assertThat(sessions.open("a")).isEqualTo(100);
        assertThat(sessions.closed(EndReason.REBALANCED).get(0)).isEqualTo(1);
    }

    @Test
    void nothingLeavesWithoutTheSetting() {
        simulated.apply(backend("a"), backend("b"));
        simulated.open("a", 200);

        simulated.run(10 * MINUTE);

        assertThat(sessions.closed).isEmpty();
    }

    @Test
    void nothingLeavesAfterTheSettingIsRemoved() {
        simulated.apply(rate(100), backend("a"), backend("b"));
        simulated.open("a", 200);
        simulated.run(10_000);
        int closed = sessions.closed.size();
        assertThat(closed).isPositive();

        simulated.apply(backend("a"), backend("b"));
        simulated.run(10 * MINUTE);

        assertThat(sessions.closed).hasSize(closed);
    }

    @Test
    void fewSessionsLeaveSlowly() {
        simulated.apply(rate(5), backend("a"), backend("b"));
        simulated.open("a", 4);

        simulated.run(4 * MINUTE);
        assertThat(sessions.closed).isEmpty();
        simulated.run(2 * MINUTE);

        assertThat(sessions.closed).hasSize(1);
    }

    @Test
    void nothingLeavesForABackendThatIsDown() {
        simulated.makeUnhealthy("b");
        simulated.apply(rate(100), backend("a"), backend("b"));
        simulated.open("a", 200);

        simulated.run(10 * MINUTE);

        assertThat(sessions.closed).isEmpty();
    }
}
