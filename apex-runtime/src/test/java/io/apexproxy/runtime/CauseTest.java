package io.apexproxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.api.testkit.BlackHole;
import io.apexproxy.test.Bytes;
import io.apexproxy.test.TestServer;
import java.io.IOException;
import java.net.UnknownHostException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

/** Tests of the cause with which a session ends. */
@RelayMatrix
class CauseTest {

    private static final String RARE_PROBES = "{ provider = \"tcp\", interval = \"1h\", timeout = \"200ms\" }";

    @Parameter
    int threads;

    @Test
    void resetByTheClientIsPropagatedAsClientReset() throws IOException {
        CompletableFuture<Arrival> seen = new CompletableFuture<>();
        TestServer.Script waiting = socket -> {
            if (socket.getInputStream().read() >= 0) {
                seen.complete(Arrival.of(socket.getInputStream()));
            }
        };
        try (var backend = TestServer.serving(waiting);
                var proxy = TestProxy.threads(threads).over(backend);
                var client = proxy.connect()) {
            client.getOutputStream().write('?');
            proxy.await(now -> proxy.backend(0).bytesToBackend() == 1);
            Bytes.reset(client);

            assertThat(Bytes.get(seen)).isEqualTo(Arrival.brokenAfter(0));
            proxy.awaitEnding("client-reset");
        }
    }

    @Test
    void resetByTheBackendIsPropagatedAsBackendReset() throws IOException {
        TestServer.Script resetting = socket -> {
            if (socket.getInputStream().read() >= 0) {
                Bytes.reset(socket);
            }
        };
        try (var backend = TestServer.serving(resetting);
                var proxy = TestProxy.threads(threads).over(backend)) {
            try (var client = proxy.connect()) {
                client.getOutputStream().write('?');

                assertThat(Arrival.of(client.getInputStream())).isEqualTo(Arrival.brokenAfter(0));
            }
            proxy.awaitEnding("backend-reset");
        }
    }

    @Test
    void failsOverWhenBackendRefuses() throws IOException {
        try (var stopped = TestServer.echo(); var running = TestServer.echo();
                var proxy = TestProxy.threads(threads).over(stopped, running)) {
            long earlier = proxy.awaitRotation();
            stopped.stop(); // after the only probe
            for (int i = 0; i < 4; i++) {
                try (var client = proxy.connect()) {
                    assertThat(Bytes.ping(client)).isEqualTo('p');
                }
            }
            proxy.awaitEnding("client-closed", earlier + 4);
            assertThat(proxy.backend(0).connectErrors()).isPositive();
            assertThat(proxy.backend(0).connections()).isZero();
        }
    }

    @Test
    void endsWithConnectFailedWhenAllBackendsRefuse() throws IOException {
        try (var stopped = TestServer.echo();
                var proxy = TestProxy.threads(threads).over(stopped)) {
            stopped.stop();
            try (var client = proxy.connect()) {
                assertThat(client.getInputStream().read()).isEqualTo(-1);
            }
            proxy.awaitEnding("connect-failed");
            assertThat(proxy.backend(0).connections()).isZero();
        }
    }

    @Test
    void endsWithConnectTimeoutWhenBackendDoesNotRespond() throws IOException {
        try (var hole = new BlackHole();
                var proxy = TestProxy.threads(threads).pool("connect_timeout = \"150ms\"")
                        .pool("when_all_down = \"try-all\"").healthCheck(RARE_PROBES).over(hole.address())) {
            try (var client = proxy.connect()) {
                assertThat(client.getInputStream().read()).isEqualTo(-1);
            }
            proxy.awaitEnding("connect-timeout");
        }
    }

    @Test
    void failsOverWhenBackendDoesNotRespond() throws IOException {
        try (var hole = new BlackHole();
                var proxy = TestProxy.threads(threads).pool("connect_timeout = \"150ms\"")
                        .pool("when_all_down = \"try-all\"").healthCheck(RARE_PROBES)
                        .over(hole.address(), TestServer.goneAddress());
                var client = proxy.connect()) {
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            proxy.await(now -> proxy.ended() == 1);
            assertThat(proxy.backend(0).connectErrors()).isEqualTo(1);
            assertThat(proxy.backend(1).connectErrors()).isEqualTo(1);
        }
    }

    @Test
    void closesClientImmediatelyWithoutHealthyBackend() throws IOException {
        try (var proxy = TestProxy.threads(threads).over(TestServer.goneAddress()); var client = proxy.connect()) {
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            proxy.awaitEnding("no-backend");
        }
    }

    @Test
    void endsWithBackendsFullAtTheLimitOfTheBackend() throws IOException {
        try (var backend = TestServer.echo();
                var proxy = TestProxy.threads(threads)
                        .overTables("{ address = \"" + backend.address() + "\", max_connections = 1 }");
                var first = proxy.connect()) {
            assertThat(Bytes.ping(first)).isEqualTo('p');
            try (var second = proxy.connect()) {
                assertThat(second.getInputStream().read()).isEqualTo(-1);
            }
            proxy.awaitEnding("backends-full");
            assertThat(Bytes.ping(first)).isEqualTo('p');
        }
    }

    @Test
    void endsWithConnectFailedWhenNameDoesNotResolve() throws IOException {
        try (var proxy = TestProxy.threads(threads).pool("when_all_down = \"try-all\"")
                .resolver(host -> CompletableFuture.failedStage(new UnknownHostException(host)))
                .over("nowhere.invalid:9000", TestServer.goneAddress());
                var client = proxy.connect()) {
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            proxy.awaitEnding("connect-failed");
        }
    }

    @Test
    void sessionEndsWhenClientResetsDuringADownload() throws IOException {
        TestServer.Script endless = socket -> {
            if (socket.getInputStream().read() >= 0) {
                while (true) {
                    Bytes.send(Bytes.MIB, socket.getOutputStream());
                }
            }
        };
        try (var backend = TestServer.serving(endless);
                var proxy = TestProxy.threads(threads).listener("half_closed_timeout = \"1h\"").over(backend)) {
            for (int i = 1; i <= 5; i++) {
                long before = proxy.backend(0).bytesToClient();
                try (var client = proxy.connect()) {
                    client.getOutputStream().write('?');
                    client.getInputStream().readNBytes(Bytes.KIB);
                    proxy.await(now -> proxy.backend(0).bytesToClient() > before + Bytes.MIB);
                    Bytes.reset(client);
                }
                proxy.awaitEnding("client-reset", i);
            }
        }
    }
}
