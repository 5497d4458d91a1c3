package io.apexproxy.runtime.rates;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.runtime.snapshot.RateHistory;
import io.apexproxy.runtime.snapshot.RatesView.Component;
import io.apexproxy.runtime.snapshot.RatesView.Rates;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RateTracksTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Object one = new Object();
    private final Object two = new Object();
    private final Object three = new Object();
    private final RateTracks<Object> tracks = new RateTracks<>(2);

    @Test
    void historyHasTheRatesOfTheLastIntervals() {
        for (int interval = 0; interval <= RateHistory.MAX_INTERVALS + 5; interval++) {
            tracks.track(one, 0, Counts.ZERO).add(new Counts(10L * interval, 0, 0, 20));
            tracks.sample((interval + 1) * 10L * SECOND);
        }

        RateHistory history = history(one);
        assertThat(history.size()).isEqualTo(RateHistory.MAX_INTERVALS);
        assertThat(history.rates(0)).isEqualTo(new Rates(6, 0, 0, 2));
        assertThat(history.rates(RateHistory.MAX_INTERVALS - 1))
                .isEqualTo(new Rates(RateHistory.MAX_INTERVALS + 5, 0, 0, 2));
    }

    @Test
    void componentThatIsNoLongerReadIsForgotten() {
        read(one, two);
        tracks.sample(10 * SECOND);
        read(two);
        tracks.sample(20 * SECOND);

        assertThat(tracks.component(one, 30 * SECOND)).isEqualTo(Component.NONE);
        assertThat(history(two).size()).isEqualTo(2);
    }

    @Test
    void historiesAreLimitedAndOfferedToNewComponents() {
        read(one, two, three);
        tracks.sample(10 * SECOND);
        assertThat(history(two).size()).isEqualTo(1);
        assertThat(history(three).size()).isZero();
        assertThat(tracks.rates(three, 15 * SECOND)).isEqualTo(new Rates(0, 0, 0, 0));

        read(two);
        tracks.sample(20 * SECOND);
        read(two, three);
        tracks.sample(30 * SECOND);
        assertThat(history(two).size()).isEqualTo(3);
        assertThat(history(three).size()).isEqualTo(1);
    }

    @Test
    void componentsAreComparedByIdentity() {
        String name = "web";
        @SuppressWarnings("StringOperationCanBeSimplified") // another object with the same content
        String copy = new String(name);
        tracks.track(name, 0, Counts.ZERO).add(new Counts(10, 0, 0, 0));
        tracks.track(copy, 0, Counts.ZERO);

        assertThat(tracks.rates(name, 10 * SECOND).connections()).isEqualTo(1);
        assertThat(tracks.rates(copy, 10 * SECOND)).isEqualTo(Rates.NONE);
    }

    private void read(Object... components) {
        for (Object component : components) {
            tracks.track(component, 0, Counts.ZERO);
        }
    }

    private RateHistory history(Object component) {
        return tracks.component(component, 0).history();
    }
}
