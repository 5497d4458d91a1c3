package io.apexproxy.lb.leastconn;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.api.balance.BackendPicker;
import io.apexproxy.api.balance.LoadBalancer;
import io.apexproxy.api.balance.LoadBalancerProvider;
import io.apexproxy.api.testkit.FakeBackend;
import io.apexproxy.api.testkit.FakeConnection;
import io.apexproxy.api.testkit.LoadBalancerContract;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LeastConnectionsTest extends LoadBalancerContract {

    private final FakeBackend a = FakeBackend.of("a");
    private final FakeBackend b = FakeBackend.of("b");
    private final FakeBackend c = FakeBackend.of("c");
    private final LoadBalancer balancer = new LeastConnections();

    @Override
    protected LoadBalancerProvider provider() {
        return new LeastConnectionsProvider();
    }

    @Test
    void leastLoadedBackendIsPicked() {
        a.connections(3);
        b.connections(2);
        c.connections(4);

        assertThat(picks(balancer.over(List.of(a, b, c)), 3)).isEqualTo("bbb");
    }

    @Test
    void loadIsConnectionsPerWeight() {
        // given 5 / 2, which is less than 3 / 1; a rounded quotient would equal 2 / 1
        a.connections(5);
        a.weight(2);
        b.connections(3);
        assertThat(picks(balancer.over(List.of(a, b)), 2)).isEqualTo("aa");

        b.connections(2);
        assertThat(picks(balancer.over(List.of(a, b)), 2)).isEqualTo("bb");
    }

    @Test
    void largeCountsAndWeightsDoNotOverflow() {
        a.connections(2_000_000);
        a.weight(1_000_000);
        b.connections(1_999_999);
        b.weight(1_000_000);

        assertThat(picks(balancer.over(List.of(a, b)), 2)).isEqualTo("bb");
    }

    @Test
    void backendsWithEqualLoadsArePickedInTurn() {
        c.connections(1);

        assertThat(picks(balancer.over(List.of(a, b, c)), 6)).isEqualTo("ababab");
    }

    @Test
    void turnsContinueAfterAChangeOfTheSet() {
        assertThat(picks(balancer.over(List.of(a, b, c)), 1)).isEqualTo("a");
        assertThat(picks(balancer.over(List.of(a, b, c)), 1)).isEqualTo("b");
        assertThat(picks(balancer.over(List.of(a, b, c)), 1)).isEqualTo("c");
    }

    @Test
    void everyPickUsesCurrentLoads() {
        var picker = balancer.over(List.of(a, b));
        a.connections(1);
        assertThat(picks(picker, 1)).isEqualTo("b");

        b.connections(2);
        assertThat(picks(picker, 1)).isEqualTo("a");
    }

    private static String picks(BackendPicker picker, int count) {
        var client = FakeConnection.from("192.0.2.1");
        return Stream.generate(() -> picker.pick(client).name()).limit(count).collect(joining());
    }
}
