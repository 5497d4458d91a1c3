package io.apexproxy.runtime.relay.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RefusalsTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    /** The clock of the system can be negative. */
    private static final long START = -SECOND / 2;

    private final Refusals refusals = new Refusals(1);

    private long permitted(Cause cause, int connections, long now) {
        return IntStream.range(0, connections).filter(any -> refusals.permitsLine(cause, now)).count();
    }

    @Test
    void floodHasTenLinesPerSecondAndCause() {
        assertThat(permitted(Cause.DENIED, 1_000, START)).isEqualTo(10);
        assertThat(permitted(Cause.CLIENT_RATE, 12, START)).isEqualTo(10);
        assertThat(permitted(Cause.DENIED, 1_000, START + SECOND - 1)).isZero();
        assertThat(permitted(Cause.DENIED, 1_000, START + SECOND)).isEqualTo(10);

        assertThat(refusals.takeOmitted()).isEqualTo("denied 2980, client-rate 2");
        assertThat(refusals.takeOmitted()).isEmpty();
    }

    @Test
    void everyRefusalIsCounted() {
        for (int i = 0; i < 1_000; i++) {
            refusals.add(0, Cause.DENIED);
        }
        refusals.add(0, Cause.CLIENT_CLOSED); // no refusal

        assertThat(refusals.sums()).doesNotContainKey(Cause.CLIENT_CLOSED).containsEntry(Cause.CLIENT_RATE, 0L)
                .containsEntry(Cause.DENIED, 1_000L);
    }
}
