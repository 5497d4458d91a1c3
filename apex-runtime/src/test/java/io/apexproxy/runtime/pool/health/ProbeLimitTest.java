package io.apexproxy.runtime.pool.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.test.LogCapture;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Limits used on the thread of the test instead of the control thread. */
class ProbeLimitTest {

    private final LogCapture log = LogCapture.of("apex.limit");
    private final ProbeLimit limit = new ProbeLimit(2);
    private final List<String> started = new ArrayList<>();

    @AfterEach
    void detach() {
        log.close();
    }

    @Test
    void probesBeyondTheLimitWait() {
        request("web", "a", "b", "c", "d");

        assertThat(started).containsExactly("a", "b");
        assertThat(limit.running()).isEqualTo(limit.max()).isEqualTo(2);
        assertThat(limit.waiting()).isEqualTo(2);
    }

    @Test
    void poolsAreServedRoundRobinAndProbesOfOnePoolInOrder() {
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
    void cancelledProbeDoesNotStart() {
        Runnable cancelled = () -> started.add("never");
        request("web", "a", "b");
        limit.request("web", cancelled);
        limit.request("web", cancelled); // two requests of the same probe count once
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
    void cancelAllRemovesWaitingProbesOfOnePool() {
        request("web", "a", "b", "c", "d");
        request("db", "x");

        limit.cancelAll("web");
        limit.release();

        assertThat(started).containsExactly("a", "b", "x");
        assertThat(limit.waiting()).isZero();
    }

    @Test
    void queueThatLastsBetweenChecksIsLoggedOnce() {
        request("web", "a", "b", "c", "d");
        limit.check();
        assertThat(limit.isReached()).isFalse();

        limit.release(); // c starts, d waits
        limit.check();
        limit.check();

        assertThat(limit.isReached()).isTrue();
        assertThat(log.lines()).containsExactly("WARN health checks: limit of 2 concurrent probes reached; verdicts are"
                + " delayed, 1 probe waits; raise the limit of file descriptors or the interval of health checks if"
                + " this lasts");
    }

    @Test
    void queueThatWasEmptyBetweenChecksIsNotLogged() {
        for (int second = 0; second < 3; second++) {
            request("web", "a", "b", "c", "d");
            limit.check();
            for (int i = 0; i < 4; i++) {
                limit.release();
            }
        }
        request("web", "a", "b", "c");
        limit.check();
        limit.cancelAll("web");
        request("web", "d");
        limit.check();

        assertThat(limit.isReached()).isFalse();
        assertThat(log.lines()).isEmpty();
    }

    private void request(String pool, String... probes) {
        for (String probe : probes) {
            limit.request(pool, () -> started.add(probe));
        }
    }
}
