package io.apexproxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.runtime.snapshot.AccessView;
import io.apexproxy.test.Bytes;
import io.apexproxy.test.TestServer;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests of client rules, rates and limits per client. */
class AccessTest {

    private static final int FLOOD = 200;

    private static AccessView access(TestProxy proxy) {
        return proxy.snapshot().listeners().get(0).access();
    }

    private static void assertServed(Socket client) throws IOException {
        assertThat(Bytes.ping(client)).isEqualTo('p');
    }

    @ParameterizedTest
    @CsvSource({
        "allow = ['127.0.0.0/8'], true",
        "allow = ['::ffff:127.0.0.1'], true",
        "allow = ['10.0.0.0/8'], false",
        "deny = ['127.0.0.1'], false",
        "deny = ['::1'], true",
    })
    void rulesDecideWhichClientsAreServed(String rule, boolean served) throws IOException {
        try (var backend = TestServer.echo();
                var proxy = TestProxy.threads(2).listener(rule.replace('\'', '"')).over(backend);
                var client = proxy.connect()) {
            if (served) {
                assertServed(client);
            } else {
                Bytes.assertReset(client);
                proxy.await(now -> access(proxy).refused().get("denied") == 1);
                assertThat(proxy.backend(0).connected()).isZero();
            }
        }
    }

    @Test
    void denyWinsOverAllow() throws IOException {
        try (var backend = TestServer.echo();
                var proxy =
                        TestProxy.threads(2).listener("allow = [\"127.0.0.0/8\"]").listener("deny = [\"127.0.0.1\"]")
                                .over(backend);
                var client = proxy.connect()) {
            Bytes.assertReset(client);
        }
    }

    @Test
    void rulesUseTheAddressThatTheHeaderClaims() throws IOException {
        try (var backend = TestServer.echo();
                var proxy = TestProxy.threads(2).listener("proxy_protocol = { from = [\"127.0.0.1\"] }")
                        .listener("deny = [\"192.0.2.66\"]").over(backend);
                var denied = proxy.connect(); var served = proxy.connect()) {
            denied.getOutputStream().write(header("192.0.2.66"));
            Bytes.assertReset(denied);
            proxy.awaitEnding("denied");

            served.getOutputStream().write(header("192.0.2.67"));
            assertServed(served);
        }
    }

    private static byte[] header(String client) {
        return ("PROXY TCP4 " + client + " 192.0.2.1 1000 80\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void clientHasAtMostItsLimitOfConnections() throws IOException {
        try (var backend = TestServer.echo();
                var proxy = TestProxy.threads(2).listener("per_client = { max_connections = 2 }").over(backend);
                var second = proxy.connect()) {
            Socket first = proxy.connect();
            assertServed(first);
            assertServed(second);
            try (var third = proxy.connect()) {
                Bytes.assertReset(third);
            }
            proxy.await(now -> access(proxy).refused().get("client-limit") == 1);
            assertThat(access(proxy).clients()).isOne();

            first.close();
            proxy.await(now -> now.connections() == 1);

            try (var next = proxy.connect()) {
                assertServed(next);
            }
            second.shutdownOutput();
            proxy.await(now -> access(proxy).clients() == 0);
        }
    }

    @Test
    void limitPerClientUsesTheAddressThatTheHeaderClaims() throws IOException {
        try (var backend = TestServer.echo();
                var proxy = TestProxy.threads(2).listener("proxy_protocol = { from = [\"127.0.0.1\"] }")
                        .listener("per_client = { max_connections = 1 }").over(backend)) {
            List<Socket> clients = new ArrayList<>();
            for (int i = 1; i <= 5; i++) {
                Socket client = proxy.connect();
                clients.add(client);
                client.getOutputStream().write(header("192.0.2." + i));
                assertServed(client);
            }
            try (var again = proxy.connect()) {
                again.getOutputStream().write(header("192.0.2.3"));
                Bytes.assertReset(again);
            }
            assertThat(access(proxy).clients()).isEqualTo(5);
            for (Socket client : clients) {
                client.close();
            }
            proxy.await(now -> access(proxy).clients() == 0);
        }
    }

    @Test
    void connectionsBeyondTheRateAreResetAndCounted() throws IOException {
        try (var backend = TestServer.echo();
                var proxy = TestProxy.threads(2).listener("per_client = { rate = 1 }").over(backend);
                var first = proxy.connect()) {
            assertServed(first);
            assertResetsAreCounted(proxy, "client-rate");
        }
    }

    @Test
    void rateOfTheListenerCountsAllClients() throws IOException {
        try (var backend = TestServer.echo();
                var proxy = TestProxy.threads(2).listener("rate = 1").over(backend); var first = proxy.connect()) {
            assertServed(first);
            assertResetsAreCounted(proxy, "listener-rate");
        }
    }

    /** Opens many connections. Some are reset, and exactly these are counted with the cause. */
    private static void assertResetsAreCounted(TestProxy proxy, String cause) throws IOException {
        int reset = 0;
        for (int i = 0; i < FLOOD; i++) {
            try (var client = proxy.connect()) {
                if (isReset(client)) {
                    reset++;
                }
            }
        }
        long expected = reset;
        assertThat(expected).isPositive();
        proxy.await(now -> access(proxy).refused().get(cause) == expected);
    }

    private static boolean isReset(Socket client) throws IOException {
        try {
            return Bytes.ping(client) != 'p';
        } catch (SocketException e) {
            return true;
        }
    }
}
