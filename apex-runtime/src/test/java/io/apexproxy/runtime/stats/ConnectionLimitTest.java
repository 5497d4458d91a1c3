package io.apexproxy.runtime.stats;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class ConnectionLimitTest {

    @Test
    void claimsAreRefusedAtTheLimit() {
        ConnectionLimit limit = new ConnectionLimit(2);

        assertThat(limit.claim()).isTrue();
        assertThat(limit.claim()).isTrue();
        assertThat(limit.claim()).isFalse();
        limit.release();
        assertThat(limit.claim()).isTrue();
        assertThat(limit.active()).isEqualTo(2);
    }

    @Test
    void zeroIsNoLimit() {
        ConnectionLimit limit = new ConnectionLimit(0);
        for (int i = 0; i < 100_000; i++) {
            assertThat(limit.claim()).isTrue();
        }
        assertThat(limit.active()).isEqualTo(100_000);
    }

    @Test
    void loweredLimitAppliesToNewConnectionsOnly() {
        ConnectionLimit limit = new ConnectionLimit(0);
        limit.claim();
        limit.claim();
        limit.change(1);

        assertThat(limit.active()).isEqualTo(2);
        assertThat(limit.claim()).isFalse();
        limit.release();
        assertThat(limit.claim()).isFalse();
        limit.release();
        assertThat(limit.claim()).isTrue();
    }

    /** A refused claim that is counted briefly would cause the refusal of another claim below the limit. */
    @Test
    void refusedClaimIsNeverCounted() throws InterruptedException {
        ConnectionLimit limit = new ConnectionLimit(1);
        limit.claim();
        AtomicBoolean stop = new AtomicBoolean();
        Thread refused = new Thread(() -> {
            while (!stop.get()) {
                limit.claim();
            }
        });
        refused.start();

        int most = 0;
        for (int i = 0; i < 5_000_000; i++) {
            most = Math.max(most, limit.active());
        }
        stop.set(true);
        refused.join();
        assertThat(most).isEqualTo(1);
    }

    @Test
    void limitIsReachedWhenTheCountEqualsIt() {
        ConnectionLimit limit = new ConnectionLimit(1);
        assertThat(limit.isReached()).isFalse();

        limit.claim();
        assertThat(limit.isReached()).isTrue();
        limit.release();
        assertThat(limit.isReached()).isFalse();
        limit.change(0);
        assertThat(limit.isReached()).isFalse();
    }

    @Test
    void refusalIsReportedOnce() {
        ConnectionLimit limit = new ConnectionLimit(1);
        limit.claim();
        limit.claim();
        limit.release();

        assertThat(limit.wasReached()).isTrue();
        assertThat(limit.wasReached()).isFalse();
    }
}
