package io.apexproxy.lb.peakewma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apexproxy.api.Backend;
import io.apexproxy.api.ConfigException;
import io.apexproxy.api.balance.BackendPicker;
import io.apexproxy.api.balance.LoadBalancerProvider;
import io.apexproxy.api.testkit.FakeBackend;
import io.apexproxy.api.testkit.FakeConnection;
import io.apexproxy.api.testkit.FakeContext;
import io.apexproxy.api.testkit.LoadBalancerContract;
import io.apexproxy.api.testkit.MapSettings;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PeakEwmaTest extends LoadBalancerContract {

    private static final FakeConnection CLIENT = FakeConnection.from("192.0.2.1");
    private static final long FAST = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long SLOW = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long DECAY = TimeUnit.SECONDS.toNanos(2);
    private static final int SAMPLES = 100;

    private final FakeBackend a = FakeBackend.of("a");
    private final FakeBackend b = FakeBackend.of("b");
    private final Random random = new Random(1);
    private long now;
    private final PeakEwma balancer = new PeakEwma(DECAY, () -> now, random::nextLong);
    private BackendPicker picker = balancer.over(List.of(a, b)); // both are always drawn

    @Override
    protected LoadBalancerProvider provider() {
        return new PeakEwmaProvider();
    }

    private void answer(Backend backend, long nanos) {
        for (int i = 0; i < SAMPLES; i++) {
            now += DECAY / SAMPLES;
            picker.firstByte(backend, CLIENT, nanos);
        }
    }

    private Backend pick() {
        Backend picked = picker.pick(CLIENT);
        for (int i = 0; i < 20; i++) { // in any order of the draws
            assertThat(picker.pick(CLIENT)).isSameAs(picked);
        }
        return picked;
    }

    @Test
    void fewerConnectionsAreBetterWithoutEstimates() {
        a.connections(2);
        b.connections(1);
        assertThat(pick()).isSameAs(b);

        // an estimate of one backend alone decides nothing
        answer(b, SLOW);
        assertThat(pick()).isSameAs(b);
    }

    @Test
    void backendThatAnswersSoonerIsBetter() {
        answer(b, SLOW);
        answer(a, FAST);
        a.connections(3);
        b.connections(0);
        assertThat(pick()).isSameAs(a);

        a.connections(30);
        assertThat(pick()).isSameAs(b);
    }

    @Test
    void connectionsCountInProportionToTheWeight() {
        a.weight(4);
        picker = balancer.over(List.of(a, b));
        answer(a, FAST);
        answer(b, FAST);
        a.connections(10);
        b.connections(3);

        assertThat(pick()).isSameAs(a);
    }

    @Test
    void longerTimeCountsAtOnceAndIsForgottenSlowly() {
        answer(a, FAST);
        answer(b, FAST);
        a.connections(4);
        picker.firstByte(b, CLIENT, SLOW);
        assertThat(pick()).isSameAs(a);

        // shorter times count in proportion to the time since the last sample
        picker.firstByte(b, CLIENT, FAST);
        assertThat(pick()).isSameAs(a);
        answer(b, FAST);
        answer(b, FAST);
        assertThat(pick()).isSameAs(b);
    }

    @Test
    void backendThatGetsNoConnectionsIsTriedAgain() {
        answer(a, FAST);
        answer(b, SLOW);
        for (int i = 0; i < 10; i++) {
            answer(a, FAST);
        }
        a.connections(1);

        assertThat(pick()).isSameAs(b);
    }

    @Test
    void backendThatNeverAnswersDoesNotBecomeBetter() {
        answer(a, FAST);
        answer(b, FAST);
        now += 20 * DECAY; // no sample of b in this time
        picker.firstByte(a, CLIENT, FAST);
        a.connections(1);
        b.connections(2);

        assertThat(pick()).isSameAs(a);
    }

    @Test
    void failedConnectCountsAsALongTime() {
        answer(a, FAST);
        answer(b, FAST);
        a.connections(50);
        picker.failed(b, CLIENT, 1);

        assertThat(pick()).isSameAs(a);
    }

    @Test
    void estimatesSurviveAChangeOfTheSet() {
        answer(b, SLOW);
        answer(a, FAST);
        a.connections(3);

        balancer.over(List.of(a));
        picker = balancer.over(List.of(a, b));

        assertThat(pick()).isSameAs(a);
    }

    @Test
    void clockOfAnotherThreadCanBeBehind() {
        answer(a, FAST);
        answer(b, FAST);
        now -= DECAY;
        picker.firstByte(a, CLIENT, FAST / 2);
        b.connections(1);

        assertThat(pick()).isSameAs(a);
    }

    @Test
    void malformedDecayIsRejected() {
        try (var context = FakeContext.create()) {
            for (String decay : List.of("2", "0s")) {
                assertThatThrownBy(() -> provider().create(MapSettings.of(Map.of("decay", decay)), context))
                        .isInstanceOf(ConfigException.class);
            }
        }
    }
}
