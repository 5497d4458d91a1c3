package io.apexproxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.api.testkit.BlackHole;
import java.io.IOException;
import java.net.UnknownHostException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

/** Each session ends for exactly one cause, and the cause is told. */
@RelayMatrix
class EndingTest {

    private static final String NO_PROBE_COUNTS = "{ provider = \"tcp\", interval = \"1h\", timeout = \"200ms\" }";

    @Parameter
    int threads;

    @Test
    void aResetByTheClientIsToldAndTheBackendSeesIt() throws IOException {
        CompletableFuture<Arrival> seen = new CompletableFuture<>();
        TestBackend.Script waiting = socket -> {
            if (socket.getInputStream().read() >= 0) {
                seen.complete(Arrival.of(socket.getInputStream()));
            }
        };
        try (var backend = TestBackend.serving(waiting);
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
    void aResetByTheBackendIsToldAndTheClientSeesIt() throws IOException {
        TestBackend.Script breaking = socket -> {
            if (socket.getInputStream().read() >= 0) {
                Bytes.reset(socket);
            }
        };
        try (var backend = TestBackend.serving(breaking);
                var proxy = TestProxy.threads(threads).over(backend)) {
            try (var client = proxy.connect()) {
                client.getOutputStream().write('?');

                assertThat(Arrival.of(client.getInputStream())).isEqualTo(Arrival.brokenAfter(0));
            }
            proxy.awaitEnding("backend-reset");
        }
    }

    @Test
    void aRefusedConnectionIsTriedElsewhereAndCostsTheClientNothing() throws IOException {
        try (var dead = TestBackend.echo(); var alive = TestBackend.echo();
                var proxy = TestProxy.threads(threads).over(dead, alive)) {
            long earlier = proxy.awaitRotation();
            dead.stop(); // after the only probe
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
    void aConnectionThatEveryBackendRefusesEndsAsFailed() throws IOException {
        try (var dead = TestBackend.echo();
                var proxy = TestProxy.threads(threads).over(dead)) {
            dead.stop();
            try (var client = proxy.connect()) {
                assertThat(client.getInputStream().read()).isEqualTo(-1);
            }
            proxy.awaitEnding("connect-failed");
            assertThat(proxy.backend(0).connections()).isZero();
        }
    }

    @Test
    void aBackendThatDoesNotAnswerIsGivenUp() throws IOException {
        try (var hole = new BlackHole();
                var proxy = TestProxy.threads(threads).pool("connect_timeout = \"150ms\"")
                        .pool("when_all_down = \"try-all\"").healthCheck(NO_PROBE_COUNTS).over(hole.address())) {
            try (var client = proxy.connect()) {
                assertThat(client.getInputStream().read()).isEqualTo(-1);
            }
            proxy.awaitEnding("connect-timeout");
        }
    }

    @Test
    void anotherBackendIsTriedAfterOneThatDoesNotAnswer() throws IOException {
        try (var hole = new BlackHole();
                var proxy = TestProxy.threads(threads).pool("connect_timeout = \"150ms\"")
                        .pool("when_all_down = \"try-all\"").healthCheck(NO_PROBE_COUNTS)
                        .over(hole.address(), TestBackend.goneAddress());
                var client = proxy.connect()) {
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            proxy.await(now -> proxy.ended() == 1);
            assertThat(proxy.backend(0).connectErrors()).isEqualTo(1);
            assertThat(proxy.backend(1).connectErrors()).isEqualTo(1);
        }
    }

    @Test
    void withoutAHealthyBackendTheClientIsClosedAtOnce() throws IOException {
        try (var proxy = TestProxy.threads(threads).over(TestBackend.goneAddress()); var client = proxy.connect()) {
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            proxy.awaitEnding("no-backend");
        }
    }

    @Test
    void aBackendTakesNoMoreConnectionsThanItMay() throws IOException {
        try (var backend = TestBackend.echo();
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
    void aNameThatDoesNotResolveIsNotTriedEither() throws IOException {
        try (var proxy = TestProxy.threads(threads).pool("when_all_down = \"try-all\"")
                .resolver(host -> CompletableFuture.failedStage(new UnknownHostException(host)))
                .over("nowhere.invalid:9000", TestBackend.goneAddress());
                var client = proxy.connect()) {
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            proxy.awaitEnding("connect-failed");
        }
    }

    /** A cancelled download: what the backend goes on sending is for nobody. */
    @Test
    void aClientThatLeavesInTheMiddleOfADownloadTakesTheSessionWithIt() throws IOException {
        TestBackend.Script endless = socket -> {
            if (socket.getInputStream().read() >= 0) {
                while (true) {
                    Bytes.send(Bytes.MIB, socket.getOutputStream());
                }
            }
        };
        try (var backend = TestBackend.serving(endless);
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
