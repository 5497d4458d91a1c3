package io.apexproxy.runtime.engine.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class SpinGuardTest {
    private final SpinGuard guard = new SpinGuard();

    @Test
    void toleratesEmptyTurnsUpToTheLimit() {
        for (int i = 0; i < SpinGuard.TOLERATED; i++) {
            assertThat(guard.recordEmptyTurn()).isZero();
        }
    }

    @Test
    void countsEmptyTurnsBeyondTheLimit() {
        toleratesEmptyTurnsUpToTheLimit();

        assertThat(guard.recordEmptyTurn()).isEqualTo(1);
        assertThat(guard.recordEmptyTurn()).isEqualTo(2);
    }

    @Test
    void turnWithWorkResetsTheCount() {
        toleratesEmptyTurnsUpToTheLimit();

        guard.recordWork();

        toleratesEmptyTurnsUpToTheLimit();
    }
}
