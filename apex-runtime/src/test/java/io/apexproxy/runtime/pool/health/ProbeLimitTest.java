package io.apexproxy.runtime.pool.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The probes here run on the test's thread, which has the part of the control thread. */
class ProbeLimitTest {

    private final ScheduledExecutorService control = Executors.newSingleThreadScheduledExecutor();
    private final ProbeLimit limit = new ProbeLimit(2, control);
    private final List<String> started = new ArrayList<>();

    @AfterEach
    void end() {
        control.shutdownNow();
    }

    @Test
    void probesBeyondTheLimitWait() {
        request("web", "a", "b", "c", "d");

        assertThat(started).containsExactly("a", "b");
        assertThat(limit.running()).isEqualTo(limit.max()).isEqualTo(2);
        assertThat(limit.waiting()).isEqualTo(2);
    }

    @Test
    void poolsTakeTurnsAndWithinAPoolTheFirstComesFirst() {
        request("web", "a", "b", "c", "d", "e");
        request("db", "x", "y");
        started.clear();

        for (int i = 0; i < 5; i++) {
            limit.release();
        }

        assertThat(started).containsExactly("c", "x", "d", "y", "e");
        assertThat(limit.waiting()).isZero();
        assertThat(limit.running()).isEqualTo(2);
    }

    @Test
    void whatIsCancelledDoesNotStart() {
        Runnable cancelled = () -> started.add("never");
        request("web", "a", "b");
        limit.request("web", cancelled);
        limit.request("web", cancelled); // a second request of the same probe counts once
        request("web", "c");
        assertThat(limit.waiting()).isEqualTo(2);

        limit.cancel("web", cancelled);
        limit.cancel("web", cancelled);
        limit.release();
        limit.release();
        limit.release();

        assertThat(started).containsExactly("a", "b", "c");
        assertThat(limit.waiting()).isZero();
        assertThat(limit.running()).isZero();
    }

    @Test
    void allWaitingProbesOfAPoolCanBeCancelled() {
        request("web", "a", "b", "c", "d");
        request("db", "x");

        limit.cancelAll("web");
        limit.release();

        assertThat(started).containsExactly("a", "b", "x");
        assertThat(limit.waiting()).isZero();
    }

    private void request(String pool, String... probes) {
        for (String probe : probes) {
            limit.request(pool, () -> started.add(probe));
        }
    }
}
