package io.apexproxy.runtime;

import static io.apexproxy.runtime.ReloadFixture.pool;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.apexproxy.api.ClientHello;
import io.apexproxy.api.ConfigException;
import io.apexproxy.api.route.Route;
import io.apexproxy.api.route.Router;
import io.apexproxy.runtime.protocol.tls.HelloBuilder;
import io.apexproxy.runtime.snapshot.Snapshot;
import io.apexproxy.test.Bytes;
import io.apexproxy.test.LogCapture;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests of listeners with a router. */
class RouterTest {

    private static final String WEB = """
            threads = 2
            [listeners.web]
            listen_addr = "127.0.0.1:0"
            """;
    private static final String ROUTED = WEB + "pool = \"web\"\nrouter = \"scripted-router\"\n";

    @AutoClose
    private final ReloadFixture apex = new ReloadFixture();
    private final NamedServer a = apex.server("a");
    private final NamedServer b = apex.server("b");

    private String pools() {
        return pool(a) + poolOfB("canary");
    }

    private String poolOfB(String name) {
        return pool(b).replace("[pools.web]", "[pools." + name + "]");
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), apex.address("web").getPort());
        socket.setSoTimeout((int) TestProxy.PATIENCE.toMillis());
        return socket;
    }

    private long ended(String cause) {
        return apex.proxy().snapshot().endings().get(cause);
    }

    private Map<String, Long> routes() {
        return apex.proxy().snapshot().listeners().get(0).routing().routes();
    }

    @Test
    void routerChoosesThePool() {
        apex.router.script = connection -> new Route.ToPool("canary");
        apex.start(ROUTED + pools());

        assertThat(apex.ask(3)).containsOnly("b");

        assertThat(routes()).isEqualTo(Map.of("default", 0L, "router", 3L));
    }

    @Test
    void routerCanLeaveTheDecisionToRoutesAndPool() {
        apex.start(ROUTED + "routes = [{ from = [\"127.0.0.0/8\"], pool = \"canary\" }]\n" + pools());
        assertThat(apex.ask()).isEqualTo("b");
        assertThat(routes()).containsEntry("0", 1L).containsEntry("router", 0L);

        apex.reload(ROUTED + pools());
        assertThat(apex.ask()).isEqualTo("a");
    }

    @Test
    void refusalResetsTheConnectionAndIsLoggedWithItsReason() throws IOException {
        apex.router.script = connection -> new Route.Refuse("over-quota\nforged");
        apex.start(ROUTED + pools());
        try (var log = LogCapture.of("apex.access"); var client = connect()) {
            Bytes.assertReset(client);

            await().until(() -> log.lines().size() == 1);
            assertThat(log.values("route")).containsExactly("over-quota\nforged"); // escaped by the encoder
            assertThat(ended("router")).isOne();
            assertThat(apex.proxy().snapshot().listeners().get(0).access().refused()).containsEntry("router", 1L);
        }
    }

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of((Router) connection -> null, "route() returned null"),
                Arguments.of((Router) connection -> new Route.ToPool("gone"),
                        "route() returned pool 'gone', which does not exist"),
                Arguments.of((Router) connection -> {
                    throw new IllegalStateException("no quota");
                }, "route() failed"),
                Arguments.of((Router) connection -> {
                    throw new NoClassDefFoundError("missing");
                }, "route() failed"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void failingRouterRefusesTheConnection(Router failing, String message) throws IOException {
        apex.router.script = failing;
        apex.start(ROUTED + pools());

        for (int connection = 0; connection < 3; connection++) {
            try (var client = connect()) {
                Bytes.assertReset(client);
            }
        }

        await().until(() -> ended("internal-error") == 3);
        assertThat(apex.log.lines()).filteredOn(line -> line.contains("listeners.web.router")).singleElement()
                .asString().startsWith("ERROR listeners.web.router: " + message).endsWith("; connection refused");
        assertThat(a.conversations() + b.conversations()).isZero();
    }

    @Test
    void routerThatNeedsTheHelloGetsIt() throws IOException {
        apex.router.readsClientHello = true;
        apex.router.script = connection -> connection.clientHello().flatMap(ClientHello::serverName)
                .filter("b.example"::equals).<Route>map(name -> new Route.ToPool("canary")).orElse(Route.PASS);
        apex.start(ROUTED + pools());
        try (var client = connect(); var plain = connect()) {
            client.getOutputStream().write(new HelloBuilder().serverName("b.example").record());
            client.getOutputStream().write('\n');
            assertThat(client.getInputStream().read()).isEqualTo('b');

            plain.getOutputStream().write("hello\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(plain.getInputStream().read()).isEqualTo('a');
        }
    }

    @Test
    void poolThatTheRouterNamesMustExist() {
        apex.router.pools = Set.of("canary", "cannary");

        assertThatThrownBy(() -> apex.start(ROUTED + pools())).isInstanceOf(ConfigException.class).hasMessageEndingWith(
                "config.toml:5:10: listeners.web.router: the router uses pool 'cannary', which does not exist (did you"
                        + " mean 'canary'?); available: web, canary");
        assertThat(apex.router.open).hasValue(0);
    }

    @Test
    void starttlsWithoutADecisionAboutTlsIsReported() {
        assertThatThrownBy(() -> apex.start(ROUTED + "starttls = \"postgres\"\n" + pools()))
                .hasMessageEndingWith("config.toml:5:10: listeners.web.starttls: has no effect, because neither the"
                        + " router nor a route needs the ClientHello; leave it out");
    }

    @Test
    void poolThatTheRouterDoesNotNameIsAFailure() throws IOException {
        apex.router.pools = Set.of("web");
        apex.router.script = connection -> new Route.ToPool("canary");
        apex.start(ROUTED + pools());
        try (var client = connect()) {
            Bytes.assertReset(client);
        }

        assertThat(apex.log.lines()).anyMatch(line -> line.contains("'canary', which does not exist or is not in"));
    }

    @Test
    void routerWithoutNamedPoolsCanChooseAPoolOfALaterReload() {
        apex.start(ROUTED + pool(a));
        apex.router.script = connection -> new Route.ToPool("canary");

        apex.reload(ROUTED + pools());

        assertThat(apex.ask()).isEqualTo("b");
        assertThat(apex.router.created).hasValue(1);
    }

    @Test
    void poolThatTheRouterNeedsCannotBeRemoved() {
        apex.router.pools = Set.of("canary");
        apex.start(ROUTED + pools());

        apex.reload(ROUTED + pool(a));

        assertThat(apex.log.lines()).anyMatch(line -> line.contains("the router uses pool 'canary'"));
        assertThat(apex.proxy().snapshot().pools()).extracting(Snapshot.PoolView::name).contains("canary");
        assertThat(apex.router.open).hasValue(1);
    }

    @Test
    void unchangedRouterIsKeptAndAChangedOneIsReplacedAndClosed() {
        apex.start(ROUTED + pools());
        apex.reload(ROUTED + pools() + poolOfB("other"));
        assertThat(apex.router.created).hasValue(1);

        String changed = ROUTED.replace("\"scripted-router\"", "{ provider = \"scripted-router\", variant = \"x\" }");
        apex.reload(changed + pools());

        assertThat(apex.router.created).hasValue(2);
        await().until(() -> apex.router.open.get() == 1);
        assertThat(apex.ask()).isEqualTo("a");

        apex.reload(WEB + "pool = \"web\"\n" + pools());
        await().until(() -> apex.router.open.get() == 0);
        assertThat(apex.ask()).isEqualTo("a");
    }

    @Test
    void routerOfARemovedListenerDecidesAboutItsLastClients() throws IOException {
        // given a client that has not sent its hello yet
        apex.router.readsClientHello = true;
        apex.router.script = connection -> new Route.ToPool("canary");
        String drained = "drain_timeout = \"500ms\"\n" + ROUTED + "first_bytes_timeout = \"2s\"\n";
        apex.start(drained + pools());
        try (var client = connect()) {
            await().until(() -> apex.proxy().snapshot().listeners().get(0).access().opening() == 1);

            // when its listener is removed
            apex.reload(drained.replace("listeners.web", "listeners.other").replace("router", "#") + pools());
            client.getOutputStream().write("hello\n".getBytes(StandardCharsets.US_ASCII));

            // then the router still decides, and is closed later
            assertThat(client.getInputStream().read()).isEqualTo('b');
            assertThat(apex.router.open).hasValue(1);
        }
        await().until(() -> apex.router.open.get() == 0);
    }

    @Test
    void routerOfARejectedConfigurationIsClosed() {
        apex.start(WEB + "pool = \"web\"\n" + pools());

        apex.reload(ROUTED + "max_connections = -1\n" + pools());

        await().until(() -> apex.router.created.get() == apex.router.open.get() + 1);
        assertThat(apex.ask()).isEqualTo("a");
    }

    @Test
    void routerIsClosedWithTheProxy() {
        apex.start(ROUTED + pools());

        apex.proxy().close();

        assertThat(apex.router.open).hasValue(0);
    }

    @Test
    void unknownRouterIsReported() {
        assertThatThrownBy(() -> apex.start(WEB + "router = \"scripted-ruoter\"\n" + pools()))
                .hasMessageEndingWith(
                        "config.toml:4:10: listeners.web.router: no provider 'scripted-ruoter' (did you mean"
                                + " 'scripted-router'?); available: scripted-router");
    }

    @Test
    void routesOfAReloadDecideAboutAClientWhoseHeaderIsIncomplete() throws IOException {
        // given a client that has sent half of its header, while the listener has no routes
        String listener = WEB + "pool = \"web\"\nproxy_protocol = { from = [\"127.0.0.0/8\"] }\n";
        apex.start(listener + pools());
        byte[] header = "PROXY UNKNOWN\r\n".getBytes(StandardCharsets.US_ASCII);
        try (var client = connect()) {
            client.getOutputStream().write(header, 0, 5);
            await().until(() -> apex.proxy().snapshot().listeners().get(0).access().opening() == 1);

            // when a reload adds a route by name, and the client completes header and hello
            apex.reload(listener + "routes = [{ server_names = [\"b.example\"], pool = \"canary\" }]\n" + pools());
            client.getOutputStream().write(header, 5, header.length - 5);
            client.getOutputStream().write(new HelloBuilder().serverName("b.example").record());
            client.getOutputStream().write('\n');

            // then the new route decides
            assertThat(client.getInputStream().read()).isEqualTo('b');
        }
    }
}
