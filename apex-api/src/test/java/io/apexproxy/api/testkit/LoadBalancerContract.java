package io.apexproxy.api.testkit;

import static java.util.stream.Collectors.collectingAndThen;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.apexproxy.api.Backend;
import io.apexproxy.api.Settings;
import io.apexproxy.api.balance.BackendPicker;
import io.apexproxy.api.balance.LoadBalancer;
import io.apexproxy.api.balance.LoadBalancerProvider;
import java.net.UnixDomainSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The contract of load balancers. */
@Timeout(60) // seconds, for a test that hangs
public abstract class LoadBalancerContract extends ProviderContract<LoadBalancerProvider> {

    /** Enough for the shares of a random choice to be within {@link #tolerance}. */
    private static final int CONNECTIONS = 30_000;

    private static final int REPORTS = 1_000;
    private static final long MILLISECOND = 1_000_000; // in nanoseconds

    private final FakeBackend a = FakeBackend.of("a");
    private final FakeBackend b = FakeBackend.of("b");
    private final FakeBackend c = FakeBackend.of("c");

    private final FakeContext context = FakeContext.create();
    private LoadBalancer balancer;

    /** Called by the constructors of subclasses. */
    protected LoadBalancerContract() {
        super(LoadBalancerProvider.class);
    }

    /** Returns the largest allowed difference between a backend's share of connections and its share of the weights. */
    protected double tolerance() {
        return 0.02;
    }

    @Override
    final LoadBalancer create(Settings settings) {
        return provider().create(settings, context);
    }

    @BeforeEach
    void createBalancer() {
        balancer = create(MapSettings.of(settings()));
    }

    @AfterEach
    void close() {
        balancer.close();
        context.close();
    }

    @Test
    void singleBackendReceivesAllConnections() {
        assertThat(picks(balancer.over(List.of(a)), 100)).containsOnly(a);
    }

    @Test
    void backendsReceiveSharesByWeight() {
        a.weight(1);
        b.weight(2);
        c.weight(5);

        var shares = shares(balancer.over(List.of(a, b, c)));

        assertThat(shares.get(a)).isCloseTo(1 / 8.0, within(tolerance()));
        assertThat(shares.get(b)).isCloseTo(2 / 8.0, within(tolerance()));
        assertThat(shares.get(c)).isCloseTo(5 / 8.0, within(tolerance()));
    }

    @Test
    void changedWeightAppliesFromTheNextCall() {
        balancer.over(List.of(a, b));
        b.weight(3);

        var shares = shares(balancer.over(List.of(a, b)));

        assertThat(shares.get(b)).isCloseTo(0.75, within(tolerance()));
    }

    @Test
    void exactlyTheGivenBackendsArePicked() {
        assertThat(picks(balancer.over(List.of(a, b)), 1_000)).containsOnly(a, b);
        assertThat(picks(balancer.over(List.of(b, c)), 1_000)).containsOnly(b, c);
        assertThat(picks(balancer.over(List.of(c)), 10)).containsOnly(c);
        assertThat(picks(balancer.over(List.of(a, b, c)), 1_000)).containsOnly(a, b, c);
    }

    @Test
    void previousPickerKeepsItsBackends() {
        // an event loop can use it for a short time after the change
        var old = balancer.over(List.of(a, b));
        balancer.over(List.of(c));

        assertThat(picks(old, 100)).isSubsetOf(a, b);
    }

    @Test
    void backendsOfTheSameNameAreDistinguished() {
        // a reload with a changed address creates a new backend of the same name
        balancer.over(List.of(a, b));
        var replacement = FakeBackend.of("a");

        assertThat(picks(balancer.over(List.of(replacement, b)), 1_000)).containsOnly(replacement, b);
    }

    @Test
    void clientWithUnixAddressIsAccepted() {
        var picker = balancer.over(List.of(a, b));
        var client = new FakeConnection(UnixDomainSocketAddress.of("/run/client.sock"));

        assertThat(picker.pick(client)).isIn(a, b);
    }

    @Test
    void reportsOfUnknownBackendsAreIgnored() {
        // a connection can outlive its backend in the set, and round-robin can choose a backup
        var picker = balancer.over(List.of(a, b));
        for (int client = 0; client < REPORTS; client++) {
            reportAll(picker, c, FakeConnection.ofClient(client), MILLISECOND);
        }

        assertThat(picks(picker, 1_000)).containsOnly(a, b);
    }

    @Test
    void reportsInAnyOrderAndWithAnyTimeAreAccepted() {
        var picker = balancer.over(List.of(a, b));
        var client = FakeConnection.ofClient(1);
        for (long nanos : new long[] {0, 1, Long.MAX_VALUE}) {
            for (Backend backend : List.of(a, b)) {
                picker.closed(backend, client, nanos, nanos, nanos);
                picker.firstByte(backend, client, nanos);
                picker.failed(backend, client, nanos);
                reportAll(picker, backend, client, nanos);
            }
        }

        assertThat(picks(picker, 1_000)).isSubsetOf(a, b);
    }

    @Test
    void clientWithUnixAddressIsReported() {
        var picker = balancer.over(List.of(a, b));
        var client = new FakeConnection(UnixDomainSocketAddress.of("/run/client.sock"));

        reportAll(picker, a, client, MILLISECOND);

        assertThat(picker.pick(client)).isIn(a, b);
    }

    private static void reportAll(BackendPicker picker, Backend backend, FakeConnection client, long nanos) {
        picker.failed(backend, client, nanos);
        picker.connected(backend, client, nanos);
        picker.firstByte(backend, client, nanos);
        picker.closed(backend, client, nanos, 1, 1);
    }

    @Test
    void threadsPickAndReportConcurrentlyWhileTheSetChanges() throws Exception {
        var picker = new AtomicReference<>(balancer.over(List.of(a, b, c)));
        var threads = 4;
        var start = new CyclicBarrier(threads);
        List<Callable<List<Backend>>> loops = new ArrayList<>();
        for (int thread = 0; thread < threads - 1; thread++) {
            loops.add(() -> {
                start.await();
                List<Backend> picked = picks(connection -> picker.get().pick(connection), CONNECTIONS);
                for (int client = 0; client < REPORTS; client++) {
                    reportAll(picker.get(), picked.get(client), FakeConnection.ofClient(client), MILLISECOND);
                }
                return picked;
            });
        }
        loops.add(() -> {
            start.await();
            for (int change = 0; change < 1_000; change++) {
                picker.set(balancer.over(change % 2 == 0 ? List.of(a, c) : List.of(a, b, c)));
            }
            return List.of(a);
        });

        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            for (Future<List<Backend>> loop : executor.invokeAll(loops)) {
                assertThat(Set.copyOf(loop.get())).isSubsetOf(a, b, c);
            }
        } finally {
            executor.shutdownNow();
        }
    }

    /** Picks for connections of different clients, all of which stay open. */
    private static List<Backend> picks(BackendPicker picker, int count) {
        return IntStream.range(0, count).mapToObj(client -> {
            Backend picked = picker.pick(FakeConnection.ofClient(client));
            ((FakeBackend) picked).open();
            return picked;
        }).toList();
    }

    private static Map<Backend, Double> shares(BackendPicker picker) {
        Stream<Backend> picked = picks(picker, CONNECTIONS).stream();
        return picked.collect(groupingBy(backend -> backend,
                collectingAndThen(counting(), count -> (double) count / CONNECTIONS)));
    }
}
