package io.apexproxy.runtime.rates;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.runtime.config.ListenerConfig;
import io.apexproxy.runtime.config.address.HostPort;
import io.apexproxy.runtime.config.address.UnixPath;
import io.apexproxy.runtime.relay.accept.Listener;
import io.apexproxy.runtime.relay.accept.Routing;
import io.apexproxy.runtime.snapshot.RatesView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class RateSamplerTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final List<Listener> listeners = new ArrayList<>(List.of(listener("web")));
    private final AtomicBoolean isWanted = new AtomicBoolean(true);
    private final RateSampler sampler = new RateSampler(() -> listeners, List::of, isWanted::get);

    @Test
    void countsBeforeTheFirstReadingAreNoIncrease() {
        listeners.get(0).connections().add(0, 1_000);
        assertThat(sampler.rates(0).process().now()).isEqualTo(RatesView.Rates.NONE);

        listeners.get(0).connections().add(0, 20);
        RatesView rates = sampler.rates(2 * SECOND);
        assertThat(rates.ofListener("web").now().connections()).isEqualTo(10);
        assertThat(rates.process().now().connections()).isEqualTo(10);
    }

    @Test
    void newListenerBeginsAtZeroAfterThePreviousReading() {
        sampler.sample(0);
        Listener added = listener("added");
        added.connections().add(0, 30);
        listeners.add(added);

        assertThat(sampler.rates(10 * SECOND).ofListener("added").now().connections()).isEqualTo(3);
    }

    @Test
    void removedListenerStaysInTheRateOfTheProcess() {
        sampler.sample(0);
        listeners.get(0).connections().add(0, 30);
        sampler.sample(10 * SECOND);
        listeners.clear();

        RatesView rates = sampler.rates(12 * SECOND);
        assertThat(rates.listeners()).isEmpty();
        assertThat(rates.process().now().connections()).isEqualTo(2.5);
        assertThat(rates.process().history().rates(0).connections()).isEqualTo(3);
    }

    @Test
    void samplesAreFreedWhenTheyAreNotWanted() {
        sampler.sample(0);
        listeners.get(0).connections().add(0, 30);
        sampler.sample(10 * SECOND);
        isWanted.set(false);

        sampler.run();

        RatesView rates = sampler.rates(20 * SECOND);
        assertThat(rates.process().history().size()).isZero();
        assertThat(rates.process().now()).isEqualTo(RatesView.Rates.NONE);
    }

    private static Listener listener(String name) {
        ListenerConfig config = new ListenerConfig(name, List.of(new HostPort("127.0.0.1", 0)), UnixPath.DEFAULT_MODE,
                "web", 0, Duration.ofMinutes(1), Duration.ofMinutes(1), Optional.empty());
        return new Listener(config, new Routing.Parts(Map.of(), Optional.empty(), Optional.empty()), 1, 0, () -> {});
    }
}
