package com.example.zone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apexproxy.api.Backend;
import io.apexproxy.api.ConfigException;
import io.apexproxy.api.balance.BackendPicker;
import io.apexproxy.api.balance.LoadBalancer;
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

/** The contract of load balancers, with backends outside of the zone, and the preference for the zone. */
class ZoneTest extends LoadBalancerContract {
    @Override
    protected LoadBalancerProvider provider() {
        return new ZoneProvider();
    }

    @Override
    protected Map<String, Object> settings() {
        return Map.of("prefix", "near-");
    }

    @Test
    void backendsOfTheZoneArePickedWhileEnoughAreHealthy() {
        Backend one = FakeBackend.of("near-1");
        Backend two = FakeBackend.of("near-2");
        Backend far = FakeBackend.of("far-1");
        LoadBalancer balancer = balancer(Map.of("prefix", "near-", "min_healthy", 2));

        assertThat(picks(balancer.over(List.of(one, two, far)))).containsOnly(one, two);
        assertThat(picks(balancer.over(List.of(one, far)))).containsOnly(one, far);
    }

    @Test
    void emptyPrefixIsAMistake() {
        assertThatThrownBy(() -> balancer(Map.of("prefix", ""))).isInstanceOf(ConfigException.class)
                .hasMessageContaining("prefix: expected the first characters of names, found ''");
    }

    private LoadBalancer balancer(Map<String, Object> settings) {
        try (FakeContext context = FakeContext.create()) {
            return provider().create(MapSettings.of(settings), context);
        }
    }

    private static Stream<Backend> picks(BackendPicker picker) {
        return IntStream.range(0, 100).mapToObj(client -> picker.pick(FakeConnection.ofClient(client)));
    }
}
