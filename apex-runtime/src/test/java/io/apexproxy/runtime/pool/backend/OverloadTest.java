package io.apexproxy.runtime.pool.backend;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OverloadTest {

    private final Overload overload = new Overload();

    @Test
    void clockIsNotReadBeforeTheFirstOverload() {
        assertThat(overload.isAssumed(() -> {
            throw new AssertionError("read");
        })).isFalse();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 5, -1_000_000_000, Long.MAX_VALUE})
    void overloadExpiresAfterASecond(long start) {
        AtomicLong now = new AtomicLong(start);
        overload.assume(start);

        assertThat(overload.isAssumed(now::get)).isTrue();
        now.addAndGet(Overload.NANOS - 1);
        assertThat(overload.isAssumed(now::get)).isTrue();
        now.addAndGet(2);
        assertThat(overload.isAssumed(now::get)).isFalse();
    }
}
