package io.apexproxy.runtime.config.read;

import static io.apexproxy.runtime.config.read.Mistakes.assertReported;
import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.runtime.config.ListenerConfig;
import io.apexproxy.runtime.config.ProxyConfig;
import io.apexproxy.runtime.config.RouteConfig;
import io.apexproxy.runtime.config.RoutingConfig;
import io.apexproxy.runtime.config.address.NetworkSet;
import io.apexproxy.runtime.config.address.Networks;
import io.apexproxy.runtime.config.tls.StartTls;
import io.apexproxy.runtime.config.tree.Problems;
import io.apexproxy.runtime.config.tree.TreeFixture;
import io.apexproxy.runtime.protocol.tls.ServerNamePattern;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Routes, the router and STARTTLS of listeners, and their mistakes. */
class RouteReaderTest {

    private static final String POOLS = """
            [pools.a]
            backends = ["127.0.0.1:9000"]
            [pools.b]
            backends = ["127.0.0.1:9001"]
            """;
    private static final String NAME_EXPECTED =
            "expected a name such as \"a.example\", \"*.b.example\" or \"*\"";
    private static final String NAME_HINT = "; write it in ASCII, without a port, not as a regular expression";
    private static final String LISTENER = """
            [listeners.web]
            listen_addr = "127.0.0.1:8081"
            """;

    @Test
    void allKeysAreRead() {
        RoutingConfig routing = routing("""
                pool = "b"
                router = { provider = "weighted", share = 5 }
                starttls = "postgres"
                routes = [{ server_names = ["A.example.", "*.b.example"], alpn = ["h2"], from = ["10.0.0.0/8"], \
                pool = "a" }, { tls = false, refuse = true }]
                """);

        assertThat(routing.pool()).contains("b");
        assertThat(routing.router()).get().satisfies(router -> {
            assertThat(router.provider()).isEqualTo("weighted");
            assertThat(router.path()).isEqualTo("listeners.web.router");
            assertThat(router.settings().members()).containsOnlyKeys("share");
        });
        assertThat(routing.starttls()).isEqualTo(StartTls.POSTGRES);
        assertThat(routing.routes()).containsExactly(
                new RouteConfig(List.of(new ServerNamePattern("a.example"), new ServerNamePattern("*.b.example")),
                        List.of("h2"), new NetworkSet(List.of(Networks.parse("10.0.0.0/8"))), Optional.empty(),
                        Optional.of("a")),
                new RouteConfig(List.of(), List.of(), NetworkSet.EMPTY, Optional.of(false), Optional.empty()));
        assertThat(routing.pools()).containsExactly("b", "a");
    }

    @Test
    void poolIsOptionalWithRoutesOrARouter() {
        assertThat(routing("routes = [{ pool = \"a\" }]").pool()).isEmpty();
        assertThat(routing("router = \"weighted\"").pool()).isEmpty();
    }

    @Test
    void listenerWithoutRoutesWaitsForNothing() {
        assertThat(routing("pool = \"a\"").readsHello()).isFalse();
        assertThat(routing("routes = [{ from = [\"10.0.0.0/8\"], pool = \"a\" }]").readsHello()).isFalse();
        assertThat(routing("routes = [{ tls = false, pool = \"a\" }]").readsHello()).isTrue();
        assertThat(routing("routes = [{ alpn = [\"h2\"], pool = \"a\" }]").readsHello()).isTrue();
    }

    @Test
    void mistakesAreReportedWithTheirOrigin() {
        assertReported(LISTENER + """
                starttls = "mysql"
                routes = [{ server_names = ["a.example:443", "/x/", 5], alpn = [""], pool = "c" }, \
                { server_names = [], from = [], tls = "yes", refuse = true, pool = "a" }, \
                { tls = false, alpn = ["h2"], server_name = ["x"] }]
                """ + POOLS,
                "config.toml:3:12: listeners.web.starttls: expected \"off\" or \"postgres\", found \"mysql\"",
                "config.toml:4:29: listeners.web.routes[0].server_names[0]: " + NAME_EXPECTED
                        + ", found \"a.example:443\"" + NAME_HINT,
                "config.toml:4:46: listeners.web.routes[0].server_names[1]: " + NAME_EXPECTED + ", found \"/x/\""
                        + NAME_HINT,
                "config.toml:4:53: listeners.web.routes[0].server_names[2]: " + NAME_EXPECTED + ", found 5",
                "config.toml:4:65: listeners.web.routes[0].alpn[0]: expected a protocol such as \"h2\", found \"\"",
                "config.toml:4:77: listeners.web.routes[0].pool: no pool 'c'; available: a, b",
                "config.toml:4:101: listeners.web.routes[1].server_names: expected at least one element, found [];"
                        + " leave the key out to match all connections",
                "config.toml:4:112: listeners.web.routes[1].from: expected at least one network such as"
                        + " \"10.0.0.0/8\", found []; write [\"0.0.0.0/0\", \"::/0\"] for all",
                "config.toml:4:122: listeners.web.routes[1].tls: expected true or false, found \"yes\"",
                "config.toml:4:138: listeners.web.routes[1].refuse: cannot be combined with pool; remove one of the"
                        + " two",
                "config.toml:4:158: listeners.web.routes[2].pool: missing, expected the name of a pool, or refuse ="
                        + " true",
                "config.toml:4:166: listeners.web.routes[2].tls: false cannot be combined with server_names or alpn,"
                        + " which only a client with TLS sends; remove one of them",
                "config.toml:4:188: listeners.web.routes[2]: unknown key 'server_name' (did you mean"
                        + " 'server_names'?)");
    }

    @Test
    void starttlsWithoutADecisionAboutTlsIsReported() {
        assertReported(LISTENER + "starttls = \"postgres\"\nroutes = [{ from = [\"10.0.0.0/8\"], pool = \"a\" }]\n"
                + POOLS,
                "config.toml:3:12: listeners.web.starttls: has no effect without [listeners.web.tls], a router,"
                        + " or a route with server_names, alpn or tls; leave it out, and the backend answers the"
                        + " request");
    }

    @Test
    void listenerWithoutAnyRouteRequiresAPool() {
        assertReported(LISTENER + "routes = []\n" + POOLS,
                "config.toml:1:1: listeners.web.pool: missing, expected the name of a pool");
    }

    @Test
    void routerRequiresAProvider() {
        assertReported(LISTENER + "router = { share = 5 }\n" + POOLS,
                "config.toml:3:10: listeners.web.router.provider: missing, expected the name of a router");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        // earlier routes                              | later route                                  | covering
        "{}                                            | {}                                           | 0",
        "{}                                            | { server_names = ['a.example'] }             | 0",
        "{ server_names = ['*.example'] }              | { server_names = ['a.example','*.b.example'] } | 0",
        "{ server_names = ['*.example'] }              | { server_names = ['a.example','example'] }   | ''",
        "{ server_names = ['*'] }                      | { server_names = ['*'], alpn = ['h2'] }      | 0",
        "{ server_names = ['a.example'] }              | { alpn = ['h2'] }                            | ''",
        "{ server_names = ['a.example'] }, { server_names = ['b.example'] } "
                + "| { server_names = ['b.example','a.example'] } | 1 0",
        "{ alpn = ['h2','http/1.1'] }                  | { alpn = ['h2'] }                            | 0",
        "{ alpn = ['h2'] }                             | { alpn = ['h2','http/1.1'] }                 | ''",
        "{ tls = true }                                | { alpn = ['h2'] }                            | 0",
        "{ tls = true }                                | { tls = false }                              | ''",
        "{ tls = true }, { tls = false }               | { from = ['10.0.0.0/8'] }                    | 1 0",
        "{ tls = false }                               | { server_names = ['a'] }                     | ''",
        "{ from = ['10.0.0.0/8'] }                     | { from = ['10.1.0.0/16','10.2.0.0/16'] }     | 0",
        "{ from = ['10.0.0.0/8'] }                     | { from = ['10.1.0.0/16','11.0.0.0/8'] }      | ''",
        "{ from = ['10.0.0.0/8'] }                     | {}                                           | ''",
        "{ from = ['2001:db8::/32'] }                  | { from = ['2001:db8:1::/48'], tls = true }   | 0",
        "{ from = ['unix:'] }                          | { from = ['unix:'] }                         | 0",
        "{ from = ['0.0.0.0/0'] }                      | { from = ['unix:'] }                         | ''",
    })
    void routeThatNeverMatchesIsReported(String earlier, String later, String covering) {
        Problems problems = new Problems();
        ConfigReader.read(TreeFixture.tree(LISTENER + "routes = [" + withPool(earlier) + ", " + withPool(later) + "]\n"
                + POOLS), problems);

        if (covering.isEmpty()) {
            assertThat(problems.list()).isEmpty();
        } else {
            String[] indices = covering.split(" ");
            String names = "routes[" + String.join("], routes[", indices) + "]";
            assertThat(problems.list()).singleElement().asString().contains(
                    ": never matches, because " + names + (indices.length > 1 ? " match all" : " matches all"));
        }
    }

    private static String withPool(String routes) {
        return routes.replace("{}", "{ pool = 'a' }").replace(" }", ", pool = 'a' }").replace("'a', pool = 'a' }",
                "'a' }").replace('\'', '"');
    }

    @Test
    void routeOfDeniedNetworksIsReported() {
        assertReported(LISTENER + "deny = [\"10.0.0.0/8\"]\nroutes = [{ from = [\"10.1.0.0/16\"], pool = \"a\" }]\n"
                + POOLS,
                "config.toml:4:11: listeners.web.routes[0]: never matches, because deny contains all networks of"
                        + " from; remove it, or change deny");
    }

    @Test
    void backendThatLeadsBackByARouteIsReported() {
        assertReported(LISTENER + """
                routes = [{ server_names = ["a.example"], pool = "self" }]
                [pools.self]
                backends = ["127.0.0.1:8081"]
                """,
                "config.toml:5:13: pools.self.backends[0]: 127.0.0.1:8081 is an address of listener 'web', which uses"
                        + " this pool: connections would loop without end; write the address of a server");
    }

    @Test
    void backendThatARouteReachesForSomeClientsOnlyIsNoCertainLoop() {
        routing("routes = [{ from = [\"10.0.0.0/8\"], pool = \"a\" }]", """
                [pools.a]
                backends = ["127.0.0.1:8081"]
                """);
    }

    private static RoutingConfig routing(String keys) {
        return routing(keys, POOLS);
    }

    private static RoutingConfig routing(String keys, String pools) {
        Problems problems = new Problems();
        ProxyConfig config = ConfigReader.read(TreeFixture.tree(LISTENER + keys + "\n" + pools), problems);
        assertThat(problems.list()).isEmpty();
        assertThat(config.listeners()).hasSize(1);
        return config.listeners().stream().map(ListenerConfig::routing).findFirst().orElseThrow();
    }
}
