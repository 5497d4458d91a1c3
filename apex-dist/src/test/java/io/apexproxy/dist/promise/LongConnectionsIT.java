package io.apexproxy.dist.promise;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.test.TestServer;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests that long connections end when their backend leaves or goes down, by their age, and to fit the weights. */
class LongConnectionsIT extends Scenario {

    private static final int MANY = 60;
    private static final Pattern CONNECTED =
            Pattern.compile(".* backend=(\\S+) .* duration_ms=(\\d+)\\.\\d .*");

    @AutoClose
    private final TestServer first = TestServer.echo();
    @AutoClose
    private final TestServer second = TestServer.echo();
    private final List<Client> clients = new ArrayList<>();

    @AfterEach
    void closeClients() {
        clients.forEach(Client::close);
    }

    /** Opens connections one after the other. */
    private void open(Proxy proxy, int count) {
        for (int i = 0; i < count; i++) {
            clients.add(proxy.client());
            assertThat(clients.get(clients.size() - 1).echo("hello")).isEqualTo("hello");
        }
    }

    /** One event loop, so that the lines of the access log have the order of the ends. */
    private static Config config(String pool, TestServer... backends) {
        String[] addresses = new String[backends.length];
        for (int i = 0; i < backends.length; i++) {
            addresses[i] = backends[i].address();
        }
        return Config.withBackends(addresses).settings("threads = 1").pool(pool);
    }

    private static List<Long> durations(Proxy proxy, String cause) {
        return proxy.lines("apex.access: " + cause + " ").stream().map(CONNECTED::matcher)
                .peek(line -> assertThat(line.matches()).isTrue()).map(line -> Long.valueOf(line.group(2))).toList();
    }

    @Test
    @Tag(QUICK)
    void connectionsOfARemovedBackendEndWithinTheDrainTheOldestFirst() {
        String drain = "on_backend_removed = { drain = \"2s\" }";
        try (var proxy = start(config(drain, first))) {
            open(proxy, 8);

            proxy.change(config(drain, second));

            clients.forEach(client -> assertThat(client.read(1)).isEmpty());
            eventually(() -> proxy.ended("backend-removed") == 8);
            eventually(() -> durations(proxy, "backend-removed").size() == 8);
            List<Long> durations = durations(proxy, "backend-removed");
            long span = durations.get(7) - durations.get(0);
            assertThat(span).as("ends are spread: %s", durations).isGreaterThan(500);
            proxy.awaitLine("pools.web: " + first.address()
                    + " removed: 8 connections end within 2s, the oldest first");
            try (var client = proxy.client()) {
                assertThat(client.echo("hello")).isEqualTo("hello");
            }
            assertThat(proxy.backend(second.address(), "connections_total")).isPositive();
        }
    }

    @Test
    @Tag(QUICK)
    void connectionsOfABackendThatIsDownEndWithinTheDrain() {
        try (var proxy = start(config("on_backend_down = { drain = \"1s\" }", first, second)
                .health(Config.OFTEN + "\nfast_interval = \"100ms\""))) {
            eventually(() -> {
                open(proxy, 1);
                return proxy.backend(first.address(), "connections_active") >= 4
                        && proxy.backend(second.address(), "connections_active") >= 4;
            });
            double toFirst = proxy.backend(first.address(), "connections_active");

            first.refuse();

            eventually(() -> proxy.ended("backend-down") == toFirst);
            assertThat(proxy.backend(second.address(), "connections_active"))
                    .isEqualTo(clients.size() - toFirst);
        }
    }

    @Test
    @Tag(QUICK)
    void connectionEndsAtItsAge() {
        try (var proxy = start(config("max_connection_age = \"1s\"", first))) {
            open(proxy, 5);

            clients.forEach(client -> assertThat(client.read(1)).isEmpty());

            eventually(() -> durations(proxy, "max-connection-age").size() == 5);
            assertThat(durations(proxy, "max-connection-age")).allMatch(millis -> millis >= 900);
            assertThat(proxy.ended("max-connection-age")).isEqualTo(5);
        }
    }

    @Test
    @Tag(QUICK)
    void idleConnectionsMoveToAnAddedBackend() {
        try (var proxy = start(config("", first))) {
            open(proxy, MANY);

            proxy.change(config("rebalance = { percent_per_minute = 100, idle = \"500ms\" }", first, second));

            assertThat(clients.get(0).read(1)).isEmpty();
            assertThat(clients.get(1).read(1)).isEmpty();
            eventually(() -> durations(proxy, "rebalanced").size() >= 2);
            assertThat(proxy.backend(first.address(), "connections_active")).isGreaterThan(MANY / 2.0);
            proxy.awaitLine("pools.web: backends have more connections than their shares: idle ones leave, "
                    + "at most 100 % a minute");
        }
    }
}
