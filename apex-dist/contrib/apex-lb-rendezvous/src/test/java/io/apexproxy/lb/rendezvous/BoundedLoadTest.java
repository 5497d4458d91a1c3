package io.apexproxy.lb.rendezvous;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.api.Backend;
import io.apexproxy.api.balance.BackendPicker;
import io.apexproxy.api.balance.LoadBalancerProvider;
import io.apexproxy.api.testkit.FakeBackend;
import io.apexproxy.api.testkit.FakeConnection;
import io.apexproxy.api.testkit.LoadBalancerContract;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BoundedLoadTest extends LoadBalancerContract {

    private static final int FACTOR = 125;
    private static final int NO_BOUND = 0;
    private static final int CONNECTIONS = 20_000;
    private static final int HOT_CLIENT = 1_000_000;

    private final List<FakeBackend> ten = IntStream.range(0, 10).mapToObj(i -> FakeBackend.of("app" + i)).toList();

    @Override
    protected LoadBalancerProvider provider() {
        return new RendezvousProvider();
    }

    @Override
    protected Map<String, Object> settings() {
        return Map.of("balance_factor", FACTOR);
    }

    private static BackendPicker picker(List<FakeBackend> backends, int factor) {
        return new RendezvousPicker(List.copyOf(backends), new ClientHash(32, 64), factor);
    }

    /** Opens connections, 30 % of which are of one client. */
    private static void open(BackendPicker picker) {
        Random random = new Random(1);
        for (int i = 0; i < CONNECTIONS; i++) {
            int client = random.nextInt(10) < 3 ? HOT_CLIENT : i;
            ((FakeBackend) picker.pick(FakeConnection.ofClient(client))).open();
        }
    }

    @Test
    void clientWithManyConnectionsOverloadsItsBackendWithoutABound() {
        open(picker(ten, NO_BOUND));

        // 30 % of all, and a tenth of the rest
        assertThat(greatestLoad()).isGreaterThan(3.5);
    }

    @Test
    void noBackendHasMoreThanTheBound() {
        open(picker(ten, FACTOR));

        assertThat(greatestLoad()).isLessThanOrEqualTo(FACTOR / 100.0 + 1.0 / (CONNECTIONS / 10));
    }

    @Test
    void boundIsInProportionToTheWeight() {
        FakeBackend heavy = ten.get(0);
        heavy.weight(11); // 11 of 20

        open(picker(ten, FACTOR));

        double average = CONNECTIONS / 20.0;
        assertThat(heavy.activeConnections()).isBetween((int) (0.5 * 11 * average), (int) (1.25 * 11 * average) + 1);
        assertThat(ten.subList(1, 10)).allMatch(light -> light.activeConnections() <= 1.25 * average + 1);
    }

    @Test
    void clientStaysAtItsBackendBelowTheBound() {
        var unbounded = picker(ten, NO_BOUND);
        var bounded = picker(ten, FACTOR);
        ten.forEach(backend -> backend.connections(100));

        for (int client = 0; client < 1_000; client++) {
            var connection = FakeConnection.ofClient(client);
            assertThat(bounded.pick(connection)).isSameAs(unbounded.pick(connection));
        }
    }

    @Test
    void clientsOfAFullBackendHaveTheSameSecondChoice() {
        var bounded = picker(ten, FACTOR);
        var connection = FakeConnection.ofClient(HOT_CLIENT);
        FakeBackend first = (FakeBackend) bounded.pick(connection);
        ten.forEach(backend -> backend.connections(100));
        first.connections(150);

        Backend second = bounded.pick(connection);

        assertThat(second).isNotSameAs(first);
        var others = ten.stream().filter(backend -> backend != first).toList();
        assertThat(picker(others, NO_BOUND).pick(connection)).isSameAs(second);
        // and the client returns when its connections have ended
        first.connections(100);
        assertThat(bounded.pick(connection)).isSameAs(first);
    }

    @Test
    void onlyBackendHasNoBound() {
        FakeBackend only = ten.get(0);
        only.connections(1_000);

        assertThat(picker(List.of(only), FACTOR).pick(FakeConnection.ofClient(1))).isSameAs(only);
    }

    /** Returns the connections of the most loaded backend, relative to the average. */
    private double greatestLoad() {
        return ten.stream().mapToInt(Backend::activeConnections).max().orElseThrow() * 10.0 / CONNECTIONS;
    }
}
