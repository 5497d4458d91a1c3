package io.apexproxy.runtime.engine.select;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class SpinGuardTest {
    private final SpinGuard guard = new SpinGuard();

    @Test
    void aFewFruitlessTurnsAreTolerated() {
        for (int i = 0; i < SpinGuard.TOLERATED; i++) {
            assertThat(guard.fruitless()).isZero();
        }
    }

    @Test
    void theOnesBeyondAreCounted() {
        aFewFruitlessTurnsAreTolerated();

        assertThat(guard.fruitless()).isEqualTo(1);
        assertThat(guard.fruitless()).isEqualTo(2);
    }

    @Test
    void aFruitfulTurnForgivesAll() {
        aFewFruitlessTurnsAreTolerated();

        guard.fruitful();

        aFewFruitlessTurnsAreTolerated();
    }
}
