package io.apexproxy.runtime.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.api.ClientHello;
import io.apexproxy.api.ConnectionInfo;
import io.apexproxy.api.testkit.FakeClientHello;
import io.apexproxy.api.testkit.FakeConnection;
import io.apexproxy.runtime.config.RouteConfig;
import io.apexproxy.runtime.config.RoutingConfig;
import io.apexproxy.runtime.config.address.NetworkSet;
import io.apexproxy.runtime.config.address.Networks;
import io.apexproxy.runtime.config.tls.StartTls;
import io.apexproxy.runtime.protocol.tls.ServerNamePattern;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteTableTest {

    private static final RouteTable TABLE = table(
            route("a.example", "h2", "", "", "a-h2"),
            route("a.example", "", "", "", "a"),
            route("*.b.example", "", "10.0.0.0/8", "", "b-internal"),
            route("*.b.example c.b.example", "", "", "", "b"),
            route("", "acme-tls/1", "", "", "acme"),
            route("", "", "", "false", "plain"),
            route("", "", "192.0.2.0/24", "true", ""),
            route("*", "", "", "", "any-name"));

    @ParameterizedTest
    @CsvSource({
        // name,        protocols,     client,        route, pool
        "a.example,     h2,            198.51.100.1,  0, a-h2",
        "a.example,     http/1.1 h2,   198.51.100.1,  0, a-h2",
        "a.example,     http/1.1,      198.51.100.1,  1, a",
        "a.example,     '',            198.51.100.1,  1, a",
        "x.b.example,   '',            10.1.2.3,      2, b-internal",
        "x.y.b.example, '',            10.1.2.3,      2, b-internal",
        "x.b.example,   '',            198.51.100.1,  3, b",
        "b.example,     '',            198.51.100.1,  7, any-name",
        "ab.example,    acme-tls/1,    198.51.100.1,  4, acme",
        "c.b.example,   acme-tls/1,    198.51.100.1,  3, b",
        "'',            acme-tls/1,    198.51.100.1,  4, acme",
        "none,          none,          198.51.100.1,  5, plain",
        "none,          none,          192.0.2.1,     5, plain",
        "'',            '',            192.0.2.1,     6, ''",
        "x.test,        '',            192.0.2.1,     6, ''",
        "x.test,        '',            198.51.100.1,  7, any-name",
        "'',            '',            198.51.100.1,  default, fallback",
    })
    void firstMatchingRouteDecides(String name, String protocols, String client, String route, String pool) {
        RouteDecision decision = TABLE.decide(connection(name, protocols, client));

        assertThat(decision.route()).isEqualTo(route);
        assertThat(decision).isEqualTo(pool.isEmpty()
                ? new RouteDecision.Refused(RouteDecision.Reason.ROUTE, route, decision.counter())
                : new RouteDecision.ToPool(pool, route, decision.counter()));
        assertThat(TABLE.labels().get(decision.counter())).isEqualTo(route);
    }

    @Test
    void connectionWithoutRouteAndPoolIsRefused() {
        RouteTable table = new RouteTable(new RoutingConfig(Optional.empty(),
                List.of(route("a.example", "", "", "", "a")), Optional.empty(), StartTls.OFF));

        assertThat(table.decide(connection("b.example", "", "192.0.2.1"))).isEqualTo(
                new RouteDecision.Refused(RouteDecision.Reason.NO_ROUTE, "", RouteDecision.NOT_COUNTED));
    }

    @Test
    void decisionsAreThoseOfASearchInOrder() {
        // given random routes, which a plain loop over all of them evaluates, too
        SplittableRandom random = new SplittableRandom(42);
        String[] patterns = {"a", "*.a", "b.a", "*.b.a", "c.b.a", "*", "b"};
        String[] names = {"a", "b.a", "c.b.a", "d.c.b.a", "b", "x", "", "none"};
        for (int round = 0; round < 2_000; round++) {
            List<RouteConfig> routes = new ArrayList<>();
            for (int index = 0; index < random.nextInt(1, 8); index++) {
                String name = random.nextBoolean() ? "" : patterns[random.nextInt(patterns.length)];
                String tls = new String[] {"", "true", "false"}[random.nextInt(name.isEmpty() ? 3 : 2)];
                routes.add(route(name, random.nextInt(4) == 0 && !tls.equals("false") ? "h2" : "",
                        random.nextInt(4) == 0 ? "10.0.0.0/8" : "", tls, "pool" + index));
            }
            ConnectionInfo connection = connection(names[random.nextInt(names.length)],
                    random.nextBoolean() ? "h2" : "", random.nextBoolean() ? "10.0.0.1" : "192.0.2.1");

            RouteDecision decision = table(routes.toArray(RouteConfig[]::new)).decide(connection);

            assertThat(decision.route()).isEqualTo(inOrder(routes, connection));
        }
    }

    private static String inOrder(List<RouteConfig> routes, ConnectionInfo connection) {
        for (int index = 0; index < routes.size(); index++) {
            RouteConfig route = routes.get(index);
            Optional<ClientHello> hello = connection.clientHello();
            boolean name = route.serverNames().isEmpty() || hello.flatMap(ClientHello::serverName)
                    .filter(found -> route.serverNames().stream().anyMatch(each -> contains(each.text(), found)))
                    .isPresent();
            boolean protocol = route.applicationProtocols().isEmpty()
                    || hello.filter(sent -> sent.applicationProtocols().contains("h2")).isPresent();
            boolean from = route.from().isEmpty() || route.from().contains(connection.client());
            if (name && protocol && from && route.tls().map(tls -> tls == hello.isPresent()).orElse(true)) {
                return Integer.toString(index);
            }
        }
        return "default";
    }

    private static boolean contains(String pattern, String name) {
        return pattern.equals("*") || pattern.equals(name)
                || (pattern.startsWith("*.") && name.endsWith(pattern.substring(1)));
    }

    private static RouteTable table(RouteConfig... routes) {
        return new RouteTable(
                new RoutingConfig(Optional.of("fallback"), List.of(routes), Optional.empty(), StartTls.OFF));
    }

    /** Creates a route; empty text is no condition, or a refusal. */
    private static RouteConfig route(String names, String protocols, String from, String tls, String pool) {
        return new RouteConfig(words(names).stream().map(ServerNamePattern::new).toList(), words(protocols),
                new NetworkSet(words(from).stream().map(Networks::parse).toList()),
                tls.isEmpty() ? Optional.empty() : Optional.of(Boolean.parseBoolean(tls)),
                Optional.of(pool).filter(text -> !text.isEmpty()));
    }

    private static List<String> words(String text) {
        return Arrays.stream(text.split(" ")).filter(word -> !word.isEmpty()).toList();
    }

    /** Creates a connection; the name {@code none} is a connection without TLS. */
    private static ConnectionInfo connection(String name, String protocols, String client) {
        FakeConnection connection = FakeConnection.from(client);
        if (name.equals("none")) {
            return connection;
        }
        FakeClientHello hello = name.isEmpty() ? FakeClientHello.withoutServerName() : FakeClientHello.of(name);
        return connection.with(hello.withProtocols(words(protocols).toArray(String[]::new)));
    }
}
