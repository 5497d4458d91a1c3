package io.apexproxy.api.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.apexproxy.api.ClientHello;
import io.apexproxy.api.ConnectionInfo;
import io.apexproxy.api.ProxyHeader;
import io.apexproxy.api.Settings;
import io.apexproxy.api.route.Route;
import io.apexproxy.api.route.Router;
import io.apexproxy.api.route.RouterProvider;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The contract of routers. */
@Timeout(60) // seconds, for a test that hangs
public abstract class RouterContract extends ProviderContract<RouterProvider> {

    private static final int THREADS = 4;
    private static final int ROUNDS = 1_000;

    /** Far more than {@link #ROUNDS} calls for each connection need, so that only a router that waits exceeds it. */
    private static final Duration CEILING = Duration.ofSeconds(30);

    /** The type of the field in which AWS sends the identifier of a VPC endpoint. */
    private static final int AWS_FIELD = 0xEA;

    private final FakeContext context = FakeContext.create();
    private Router router;
    private Set<String> pools;
    private boolean readsClientHello;

    /** Called by the constructors of subclasses. */
    protected RouterContract() {
        super(RouterProvider.class);
    }

    /**
     * Returns connections that the router distinguishes, such as those with a server name of the {@link #settings};
     * none by default. The tests route them and connections of all kinds: IPv4, IPv6 and Unix-domain clients, with and
     * without ClientHello and PROXY protocol header.
     */
    protected Stream<? extends ConnectionInfo> examples() {
        return Stream.empty();
    }

    @Override
    final Router create(Settings settings) {
        return provider().create(settings, context);
    }

    /** Makes the same calls as the runtime. */
    @BeforeEach
    void createRouter() {
        router = create(MapSettings.of(settings()));
        readsClientHello = router.readsClientHello();
        pools = router.pools();
    }

    @AfterEach
    void close() {
        router.close();
        context.close();
    }

    @Test
    void namesOfPoolsAreNotNull() {
        assertThat(pools).isNotNull().doesNotContainNull();
    }

    @Test
    void everyConnectionHasARoute() {
        assertThat(connections()).allSatisfy(connection -> assertThat(router.route(connection)).isNotNull());
    }

    @Test
    void poolOfARouteIsOneOfTheNamedPools() {
        assertThat(connections()).allSatisfy(connection -> {
            if (router.route(connection) instanceof Route.ToPool route && !pools.isEmpty()) {
                assertThat(route.pool()).isIn(pools);
            }
        });
    }

    @Test
    void reasonOfARefusalIsOneWord() {
        assertThat(connections()).allSatisfy(connection -> {
            if (router.route(connection) instanceof Route.Refuse route) {
                assertThat(route.reason()).matches("\\S+");
            }
        });
    }

    /** Whether a ClientHello is present then depends on the routes of the listener. */
    @Test
    void clientHelloIsReadOnlyIfRequested() {
        var calls = new AtomicInteger();

        connections().forEach(connection -> router.route(new CountedHello(connection, calls)));

        assertThat(readsClientHello || calls.get() == 0).as("readsClientHello() is true, or clientHello() is unused")
                .isTrue();
    }

    @Test
    void threadsRouteConcurrently() throws Exception {
        var connections = connections();
        var start = new CyclicBarrier(THREADS);
        List<Callable<List<Route>>> loops = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
            loops.add(() -> {
                start.await();
                List<Route> routes = new ArrayList<>();
                for (int round = 0; round < ROUNDS; round++) {
                    connections.forEach(connection -> routes.add(router.route(connection)));
                }
                return routes;
            });
        }

        ExecutorService executor = Executors.newFixedThreadPool(THREADS);
        try {
            for (Future<List<Route>> loop : executor.invokeAll(loops)) {
                assertThat(loop.get()).doesNotContainNull();
            }
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void manyConnectionsAreRoutedWithoutWaiting() {
        var connections = connections();

        assertTimeoutPreemptively(CEILING, () -> {
            for (int round = 0; round < ROUNDS; round++) {
                connections.forEach(router::route);
            }
        });
    }

    /** Methods that wait, such as those of queues and futures, throw on an interrupted thread and clear its status. */
    @Test
    void interruptedThreadRoutesAndStaysInterrupted() {
        var connections = connections();
        List<Boolean> interrupted = new ArrayList<>();
        Thread.currentThread().interrupt();
        try {
            for (ConnectionInfo connection : connections) {
                router.route(connection);
                interrupted.add(Thread.currentThread().isInterrupted());
            }
        } finally {
            Thread.interrupted(); // the threads of JUnit are shared
        }

        assertThat(interrupted).containsOnly(true);
    }

    /** A reload creates the new instance before it closes the old one. */
    @Test
    void closeOfAnInstanceDoesNotAffectAnother() {
        create(MapSettings.of(settings())).close();

        assertThat(connections()).allSatisfy(connection -> assertThat(router.route(connection)).isNotNull());
    }

    private List<ConnectionInfo> connections() {
        return Stream.concat(examples(), connectionsOfAllKinds()).map(ConnectionInfo.class::cast).toList();
    }

    private static Stream<FakeConnection> connectionsOfAllKinds() {
        return Stream.of(FakeConnection.from("192.0.2.1"), FakeConnection.from("2001:db8::1"),
                new FakeConnection(UnixDomainSocketAddress.of("")), // a client without a file of its own
                new FakeConnection(UnixDomainSocketAddress.of("/run/client.sock")))
                .flatMap(RouterContract::withAndWithoutHeader).flatMap(RouterContract::withAndWithoutHello);
    }

    private static Stream<FakeConnection> withAndWithoutHeader(FakeConnection direct) {
        var proxy = new InetSocketAddress("192.0.2.254", 50_000);
        byte[] endpoint = "\1vpce-08d2bf15fac5001c9".getBytes(StandardCharsets.US_ASCII);
        return Stream.of(direct, direct.through(proxy, FakeProxyHeader.v1()),
                direct.through(proxy, FakeProxyHeader.v2().withField(AWS_FIELD, endpoint)));
    }

    private static Stream<FakeConnection> withAndWithoutHello(FakeConnection other) {
        return Stream.of(other, other.with(FakeClientHello.withoutServerName()),
                other.with(FakeClientHello.of("www.example.com").withProtocols("h2", "http/1.1")),
                other.with(FakeClientHello.of("public.example.com").withEncryptedHello()));
    }

    /** A connection that counts the calls of {@code clientHello}. */
    private record CountedHello(ConnectionInfo connection, AtomicInteger calls) implements ConnectionInfo {

        @Override
        public SocketAddress client() {
            return connection.client();
        }

        @Override
        public SocketAddress local() {
            return connection.local();
        }

        @Override
        public String listener() {
            return connection.listener();
        }

        @Override
        public SocketAddress peer() {
            return connection.peer();
        }

        @Override
        public Optional<ProxyHeader> proxyHeader() {
            return connection.proxyHeader();
        }

        @Override
        public Optional<ClientHello> clientHello() {
            calls.incrementAndGet();
            return connection.clientHello();
        }
    }
}
