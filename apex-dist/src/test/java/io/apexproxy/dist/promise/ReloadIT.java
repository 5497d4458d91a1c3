package io.apexproxy.dist.promise;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.dist.harness.Http;
import io.apexproxy.dist.harness.HttpBackend;
import io.apexproxy.test.Bytes;
import io.apexproxy.test.FreePorts;
import io.apexproxy.test.TestServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Tests of reloads. A reload affects only changed parts and refuses, resets or cuts no connection. Removed listeners
 * and backends keep their connections and receive no new ones.
 */
class ReloadIT extends Scenario {

    @Test
    void fortyReloadsFailNoConnection() {
        int reloads = 40;
        List<HttpBackend> backends = Stream.generate(HttpBackend::started).limit(3).toList();
        String[] addresses = backends.stream().map(HttpBackend::address).toArray(String[]::new);
        List<Http.Connection> sessions = new ArrayList<>();
        var over = new AtomicBoolean();
        var served = new AtomicInteger();
        Queue<String> failures = new ConcurrentLinkedQueue<>();
        try (var proxy = start(Config.withBackends(addresses))) {
            int port = proxy.port();
            for (int i = 0; i < 30; i++) {
                sessions.add(Http.Connection.to(port));
            }
            List<String> partners = sessions.stream().map(Http.Connection::get).toList();
            List<CompletableFuture<Void>> visitors = Stream.generate(() -> Bytes.<Void>async(() -> {
                while (!over.get()) {
                    Http.get(port).ifPresentOrElse(answer -> served.incrementAndGet(), () -> failures.add("cut"));
                }
                return null;
            })).limit(2).toList();

            for (int i = 0; i < reloads; i++) {
                int first = i % addresses.length; // each reload removes another backend and changes a setting
                proxy.changeAtOnce(Config.withBackends(addresses[first], addresses[(first + 1) % addresses.length])
                        .pool("connect_attempts = " + (2 + i % 2)));
            }
            over.set(true);
            visitors.forEach(CompletableFuture::join);

            assertThat(failures).isEmpty();
            assertThat(served.get()).isGreaterThan(reloads);
            assertThat(sessions.stream().map(Http.Connection::get).toList()).isEqualTo(partners);
            assertThat(proxy.lines("apex.access")).allMatch(line -> line.contains("client-closed"));
        } finally {
            over.set(true);
            sessions.forEach(Http.Connection::close);
            backends.forEach(HttpBackend::close);
        }
    }

    @Test
    @Tag(QUICK)
    void clientStaysConnectedWhileBackendsChange() {
        try (var one = HttpBackend.started(); var two = HttpBackend.started(); var three = HttpBackend.started();
                var proxy = start(Config.withBackends(one.address(), two.address()));
                var client = Http.Connection.to(proxy.port())) {
            String servesTheClient = client.get();
            String other = servesTheClient.equals(one.address()) ? two.address() : one.address();

            proxy.change(Config.withBackends(one.address(), two.address(), three.address()));
            eventually(() -> proxy.answers(3).contains(three.address()));
            assertThat(client.get()).isEqualTo(servesTheClient);

            proxy.change(Config.withBackends(other, three.address()));
            assertThat(proxy.answers(6)).containsOnly(other, three.address());
            assertThat(client.get()).isEqualTo(servesTheClient);
        }
    }

    @Test
    @Tag(QUICK)
    void keptBackendKeepsHealthCountersAndConnections() {
        try (var one = HttpBackend.started(); var two = HttpBackend.started();
                var proxy = start(Config.withBackends(one.address()).health(Config.ONCE));
                var client = Http.Connection.to(proxy.port())) {
            client.get();
            proxy.answers(3);
            assertThat(proxy.backend(one.address(), "connections_total")).isEqualTo(4);

            proxy.change(Config.withBackends(one.address(), two.address()).health(Config.ONCE)
                    .pool("connect_timeout = \"1s\""));

            assertThat(proxy.backend(one.address(), "connections_total")).isEqualTo(4);
            eventually(() -> proxy.backend(one.address(), "connections_active") == 1);
            assertThat(proxy.backend(one.address(), "up")).isOne();
            assertThat(proxy.logged("Health check " + one.address())).isOne();
            assertThat(client.get()).isEqualTo(one.address());
        }
    }

    @Test
    void keptListenerStaysOpenAndARemovedOneDrains() {
        int port = FreePorts.next();
        String second = "[listeners.second]\nlisten_addr = \"127.0.0.1:" + port + "\"\npool = \"web\"\n";
        try (var backend = HttpBackend.started();
                var proxy = start(Config.withBackends(backend.address()).and(second))) {
            eventually(() -> proxy.ports().size() == 2);
            int stays = proxy.ports().stream().filter(each -> each != port).findFirst().orElseThrow();
            try (var client = Http.Connection.to(port)) {
                client.get();

                proxy.change(Config.withBackends(backend.address()));

                assertThat(Http.get(port)).isEmpty();
                assertThat(client.get()).isEqualTo(backend.address());
                assertThat(Http.get(stays)).isEqualTo(Optional.of(backend.address()));
                assertThat(proxy.logged("Proxy listening on")).isEqualTo(2);
            }
        }
    }

    @Test
    void replacingAllBackendsRefusesNoConnection() {
        try (var old = HttpBackend.started(); var fresh = HttpBackend.started(); var gate = TestServer.stalled();
                var proxy = start(Config.withBackends(old.address()))) {
            assertThat(proxy.answers(2)).containsOnly(old.address());

            // the probe of the new backend is never answered
            proxy.change(Config.withBackends(fresh.address())
                    .health("expect = \"!\"\ntimeout = \"5m\"\nport = " + gate.port()));
            assertThat(proxy.answers(4)).containsOnly(old.address());

            proxy.change(Config.withBackends(fresh.address()));
            eventually(() -> proxy.answers(1).contains(fresh.address()));
            assertThat(proxy.ended("no-backend")).isZero();
        }
    }

    @Test
    @Tag(QUICK)
    void invalidFileChangesNothingAndTheNextValidOneIsApplied() {
        try (var one = HttpBackend.started(); var two = HttpBackend.started();
                var proxy = start(Config.withBackends(one.address()))) {
            proxy.port();

            apex.configure("backend_addrs = [\"127.0.0.1:99999\"]");
            assertThat(proxy.awaitLine("Configuration not changed, the previous one stays in force")).contains("ERROR");
            proxy.awaitLine("config.toml:1:18");
            assertThat(proxy.answers(2)).containsOnly(one.address());

            proxy.change(Config.withBackends(two.address()));
            eventually(() -> proxy.answers(1).contains(two.address()));
        }
    }
}
