package io.apexproxy.lb.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

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
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RandomTest extends LoadBalancerContract {

    private static final int PICKS = 50_000;

    private final FakeBackend a = FakeBackend.of("a");
    private final FakeBackend b = FakeBackend.of("b");

    @Override
    protected LoadBalancerProvider provider() {
        return new RandomProvider();
    }

    @Override
    protected Map<String, Object> settings() {
        return Map.of("choices", 3);
    }

    @Test
    void oneDrawIgnoresTheLoad() {
        a.weight(3);
        a.connections(1_000);

        assertThat(share(new RandomPicker(List.of(a, b), 1), a)).isCloseTo(0.75, within(0.02));
    }

    @Test
    void moreLoadedBackendIsPickedOnlyIfDrawnTwice() {
        a.connections(1);

        assertThat(share(new RandomPicker(List.of(a, b), 2), a)).isCloseTo(0.25, within(0.02));
    }

    @Test
    void loadIsConnectionsPerWeight() {
        // given 5 / 2, which is less than 3 / 1, so that b is picked only if both draws give b
        a.weight(2);
        a.connections(5);
        b.connections(3);

        assertThat(share(new RandomPicker(List.of(a, b), 2), b)).isCloseTo(1 / 9.0, within(0.02));
    }

    @Test
    void twoDrawsBalanceLongConnectionsBetterThanOne() {
        assertThat(greatestLoad(2)).isLessThan(greatestLoad(1) - 30);
    }

    @Test
    void zeroChoicesAreRejected() {
        try (var context = FakeContext.create()) {
            assertThatThrownBy(() -> provider().create(MapSettings.of(Map.of("choices", 0)), context))
                    .isInstanceOf(ConfigException.class);
        }
    }

    /** Returns the load of the most loaded of 100 backends after 100,000 open connections; the ideal is 1,000. */
    private static int greatestLoad(int choices) {
        List<FakeBackend> backends = IntStream.range(0, 100).mapToObj(i -> FakeBackend.of("b" + i)).toList();
        var picker = new RandomPicker(List.copyOf(backends), choices);
        for (int i = 0; i < 100_000; i++) {
            ((FakeBackend) picker.pick(FakeConnection.from("192.0.2.1"))).open();
        }
        return backends.stream().mapToInt(Backend::activeConnections).max().orElseThrow();
    }

    private static double share(BackendPicker picker, Backend backend) {
        long picked = Stream.generate(() -> picker.pick(FakeConnection.from("192.0.2.1"))).limit(PICKS)
                .filter(candidate -> candidate == backend).count();
        return (double) picked / PICKS;
    }
}
