package io.apexproxy.api.rules;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.api.ConnectionInfo;
import io.apexproxy.api.PluginContext;
import io.apexproxy.api.Settings;
import io.apexproxy.api.route.Route;
import io.apexproxy.api.route.Router;
import io.apexproxy.api.route.RouterProvider;
import io.apexproxy.api.testkit.FakeClientHello;
import io.apexproxy.api.testkit.FakeConnection;
import io.apexproxy.api.testkit.RouterContract;
import java.net.InetSocketAddress;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** Runs {@link RouterContract} with correct routers, and with routers that violate a rule. */
class RouterContractTest {

    private static final Route WEB = new Route.ToPool("web");
    private static final Set<String> TESTS_THAT_ROUTE = Set.of("clientHelloIsReadOnlyIfRequested",
            "closeOfAnInstanceDoesNotAffectAnother", "everyConnectionHasARoute",
            "interruptedThreadRoutesAndStaysInterrupted", "manyConnectionsAreRoutedWithoutWaiting",
            "poolOfARouteIsOneOfTheNamedPools", "reasonOfARefusalIsOneWord", "threadsRouteConcurrently");

    /** Set before each run of {@link Contract}, whose instances JUnit creates. */
    private static final AtomicReference<Supplier<Router>> CREATE = new AtomicReference<>(() -> connection -> WEB);

    @Test
    void correctRoutersFulfilTheContract() {
        assertThat(failedTests(() -> connection -> Route.PASS)).isEmpty();
        assertThat(failedTests(() -> new Sample(
                connection -> ThreadLocalRandom.current().nextBoolean() ? WEB : Route.PASS, Set.of("web"), false)))
                .isEmpty();
        assertThat(failedTests(() -> new Sample(connection -> refused("www", connection), Set.of(), true))).isEmpty();
    }

    @Test
    void nullIsFoundAsRouteAndAsNameOfAPool() {
        assertThat(failedTests(() -> connection -> null)).containsExactlyInAnyOrder(
                "closeOfAnInstanceDoesNotAffectAnother", "everyConnectionHasARoute", "threadsRouteConcurrently");
        assertThat(failedTests(() -> new Sample(connection -> Route.PASS, null, false)))
                .containsExactly("namesOfPoolsAreNotNull");
        assertThat(failedTests(() -> new Sample(connection -> Route.PASS, Collections.singleton(null), false)))
                .containsExactly("namesOfPoolsAreNotNull");
    }

    @Test
    void poolThatIsNotNamedIsFound() {
        assertThat(failedTests(() -> new Sample(connection -> WEB, Set.of("other"), false)))
                .containsExactly("poolOfARouteIsOneOfTheNamedPools");
    }

    @Test
    void reasonOfSeveralWordsIsFoundWithAnExample() {
        assertThat(failedTests(() -> new Sample(connection -> refused("rare", connection), Set.of(), true))).isEmpty();
        assertThat(failedTests(() -> new Sample(connection -> refused("rare name", connection), Set.of(), true)))
                .containsExactly("reasonOfARefusalIsOneWord");
    }

    @Test
    void clientHelloThatIsNotRequestedIsFound() {
        assertThat(failedTests(() -> connection -> connection.clientHello().isPresent() ? WEB : Route.PASS))
                .containsExactly("clientHelloIsReadOnlyIfRequested");
    }

    @Test
    void connectionThatIsNotSupportedIsFound() {
        assertThat(failedTests(() -> connection -> ((InetSocketAddress) connection.client()).getPort() == 1
                ? WEB
                : Route.PASS)).isEqualTo(TESTS_THAT_ROUTE);
        assertThat(failedTests(() -> new Sample(
                connection -> connection.clientHello().orElseThrow().hasEncryptedHello() ? WEB : Route.PASS,
                Set.of(), true))).isEqualTo(TESTS_THAT_ROUTE);
        assertThat(failedTests(() -> connection -> connection.proxyHeader().orElseThrow().version() == 1
                ? WEB
                : Route.PASS)).isEqualTo(TESTS_THAT_ROUTE);
    }

    @Test
    void routerForOneThreadIsFound() {
        assertThat(failedTests(() -> {
            var owner = new AtomicReference<Thread>();
            return connection -> {
                owner.compareAndSet(null, Thread.currentThread());
                return owner.get() == Thread.currentThread() ? WEB : null;
            };
        })).containsExactly("threadsRouteConcurrently");
    }

    @Test
    void stateThatInstancesShareIsFound() {
        var closed = new AtomicBoolean();

        assertThat(failedTests(() -> new Router() {
            @Override
            public Route route(ConnectionInfo connection) {
                return closed.get() ? null : WEB;
            }

            @Override
            public void close() {
                closed.set(true);
            }
        })).contains("closeOfAnInstanceDoesNotAffectAnother");
    }

    @Test
    void routerThatWaitsIsFound() {
        assertThat(failedTests(() -> connection -> {
            try {
                return new CountDownLatch(1).await(1, TimeUnit.NANOSECONDS) ? Route.PASS : WEB;
            } catch (InterruptedException e) {
                return Route.PASS;
            }
        })).containsExactly("interruptedThreadRoutesAndStaysInterrupted");
    }

    @Test
    void failingCloseIsFound() {
        assertThat(failedTests(() -> new Router() {
            @Override
            public Route route(ConnectionInfo connection) {
                return WEB;
            }

            @Override
            public void close() {
                throw new IllegalStateException("not open");
            }
        })).containsAll(TESTS_THAT_ROUTE).contains("readsAllItsSettings");
    }

    /** Runs the contract with a router and returns the names of the tests that failed. */
    private static Set<String> failedTests(Supplier<Router> create) {
        CREATE.set(create);
        var listener = new SummaryGeneratingListener();
        LauncherFactory.create().execute(LauncherDiscoveryRequestBuilder.request()
                .selectors(DiscoverySelectors.selectClass(Contract.class)).build(), listener);
        var summary = listener.getSummary();
        assertThat(summary.getTestsSucceededCount() + summary.getTestsFailedCount())
                .isGreaterThan(TESTS_THAT_ROUTE.size());
        Set<String> failed = summary.getFailures().stream()
                .map(failure -> (MethodSource) failure.getTestIdentifier().getSource().orElseThrow())
                .map(MethodSource::getMethodName).collect(toCollection(TreeSet::new));
        // the provider is not declared as a service, because tests of other modules would find it, too
        assertThat(failed.remove("isFoundAsAService")).as("isFoundAsAService failed").isTrue();
        return failed;
    }

    private static Route refused(String reason, ConnectionInfo connection) {
        return connection.clientHello().flatMap(hello -> hello.serverName())
                .filter(name -> name.startsWith("rare.")).isPresent() ? new Route.Refuse(reason) : Route.PASS;
    }

    static final class Contract extends RouterContract {

        @Override
        protected RouterProvider provider() {
            return new SampleProvider();
        }

        @Override
        protected Stream<FakeConnection> examples() {
            return Stream.of(FakeConnection.from("192.0.2.1").with(FakeClientHello.of("rare.example.com")));
        }
    }

    /** A router of which all methods have a result of the test. */
    private record Sample(Router route, Set<String> pools, boolean readsClientHello) implements Router {

        @Override
        public Route route(ConnectionInfo connection) {
            return route.route(connection);
        }
    }

    /** The provider of the router under test. */
    private static final class SampleProvider implements RouterProvider {

        @Override
        public String name() {
            return "sample";
        }

        @Override
        public String description() {
            return "the router of the test";
        }

        @Override
        public Router create(Settings settings, PluginContext context) {
            return CREATE.get().get();
        }
    }
}
