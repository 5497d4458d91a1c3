package io.apexproxy.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.Distribution;
import io.apexproxy.dist.harness.Http;
import io.apexproxy.dist.harness.HttpBackend;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The running proxy in front of real servers, from its start to its end. */
@DisabledOnOs(OS.WINDOWS)
class ProxyIT {

    @TempDir
    Path directory;

    private Distribution apex;

    @BeforeEach
    void unpack() {
        apex = Distribution.copiedTo(directory);
    }

    @Test
    void connectionsGoToBothBackendsInTurn() {
        try (var one = HttpBackend.started(); var two = HttpBackend.started();
                var proxy = apex.configure(config(one, two)).start()) {
            List<String> answers = answers(proxy.port(), 4);

            assertThat(answers.subList(0, 2)).containsExactlyInAnyOrder(one.address(), two.address());
            assertThat(answers.subList(2, 4)).isEqualTo(answers.subList(0, 2));
            assertThat(proxy.output()).anyMatch(line -> line.matches(
                    "\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z INFO  apex: "
                            + "Proxy listening on 127\\.0\\.0\\.1:" + proxy.port()));
        }
    }

    @Test
    void aBackendThatStopsCostsTheClientsNothingAndReturnsWhenItIsBack() {
        try (var one = HttpBackend.started(); var two = HttpBackend.started();
                var proxy = apex.configure(config(one, two)).start()) {
            int port = proxy.port();
            assertThat(answers(port, 2)).contains(two.address());

            two.stop();
            assertThat(answers(port, 4)).containsOnly(one.address());
            proxy.awaitLine("Health check " + two.address() + " => alive: false");

            two.start();
            await().atMost(ApexProcess.PATIENCE).until(() -> answers(port, 2).contains(two.address()));
        }
    }

    @Test
    void backendsAreAddedAndRemovedWhileAClientStaysConnected() {
        try (var one = HttpBackend.started(); var two = HttpBackend.started(); var three = HttpBackend.started();
                var proxy = apex.configure(config(one, two)).start();
                var client = Http.Connection.to(proxy.port())) {
            int port = proxy.port();
            String servesTheClient = client.get();

            apex.configure(config(one, two, three));
            await().atMost(ApexProcess.PATIENCE).until(() -> answers(port, 3).contains(three.address()));
            assertThat(client.get()).isEqualTo(servesTheClient);

            apex.configure(config(servesTheClient.equals(one.address()) ? two : one, three));
            await().atMost(ApexProcess.PATIENCE).until(() -> !answers(port, 3).contains(servesTheClient));
            assertThat(client.get()).isEqualTo(servesTheClient);
        }
    }

    @Test
    void aMistakeInAReloadChangesNothingAndTheNextGoodFileCounts() {
        try (var one = HttpBackend.started(); var two = HttpBackend.started();
                var proxy = apex.configure(config(one)).start()) {
            int port = proxy.port();

            apex.configure("backend_addrs = [\"127.0.0.1:99999\"]");
            proxy.awaitLine("ERROR");
            proxy.awaitLine("config.toml:1:");
            assertThat(answers(port, 2)).containsOnly(one.address());

            apex.configure(config(two));
            await().atMost(ApexProcess.PATIENCE).until(() -> answers(port, 1).contains(two.address()));
        }
    }

    @Test
    void hangupReadsTheConfigurationAgain() {
        try (var one = HttpBackend.started(); var proxy = apex.configure(config(one)).start()) {
            int port = proxy.port();

            apex.configure("= nothing");
            proxy.awaitLine("config.toml:1:");
            long told = complaints(proxy);

            proxy.signal("HUP"); // the file is the same, so nothing else would make Apex look at it
            await().atMost(ApexProcess.PATIENCE).until(() -> complaints(proxy) > told);
            assertThat(answers(port, 1)).containsExactly(one.address());
        }
    }

    @Test
    void terminationRefusesNewConnectionsAndLetsTheOthersFinish() {
        try (var one = HttpBackend.started(); var proxy = apex.configure(config(one)).start()) {
            int port = proxy.port();
            try (var client = Http.Connection.to(port)) {
                assertThat(client.get()).isEqualTo(one.address());

                proxy.signal("TERM");
                await().atMost(ApexProcess.PATIENCE).until(() -> Http.get(port).isEmpty());

                assertThat(client.get()).isEqualTo(one.address());
                assertThat(proxy.isAlive()).isTrue();
            }
            assertThat(proxy.exitStatus()).isZero();
        }
    }

    @Test
    void aSecondSignalEndsAtOnce() {
        try (var one = HttpBackend.started(); var proxy = apex.configure(config(one)).start();
                var client = Http.Connection.to(proxy.port())) {
            assertThat(client.get()).isEqualTo(one.address());
            int port = proxy.port();

            proxy.signal("TERM");
            await().atMost(ApexProcess.PATIENCE).until(() -> Http.get(port).isEmpty());
            proxy.signal("INT");

            assertThat(proxy.exitStatus()).isZero();
        }
    }

    @Test
    void largeBodiesArriveAsTheyWereSent() throws IOException {
        byte[] body = new byte[10 * 1024 * 1024];
        new Random(1).nextBytes(body);
        try (var one = HttpBackend.started(); var proxy = apex.configure(config(one)).start()) {
            byte[] answer = Http.post(proxy.port(), body);

            assertThat(Arrays.equals(answer, body)).as("the answer is what was sent").isTrue();
        }
    }

    @Test
    void eachConnectionLeavesOneLineInTheAccessLog() {
        try (var one = HttpBackend.started(); var proxy = apex.configure(config(one)).start()) {
            answers(proxy.port(), 1);

            assertThat(proxy.awaitLine("apex.access")).contains(one.address(), "client-closed");
        }
    }

    @Test
    void verboseLogsEveryStepOfAConnection() {
        try (var one = HttpBackend.started(); var proxy = apex.configure(config(one)).start("--verbose")) {
            answers(proxy.port(), 1);

            proxy.awaitLine("DEBUG apex");
            proxy.awaitLine("Accepted connection from ");
            proxy.awaitLine("Connected to backend: " + one.address());
        }
    }

    private static long complaints(ApexProcess proxy) {
        return proxy.output().stream().filter(line -> line.contains("config.toml:1:")).count();
    }

    /** Listens on any free port, which the log tells and a reload keeps. */
    private static String config(HttpBackend... backends) {
        String addresses = Arrays.stream(backends).map(backend -> '"' + backend.address() + '"')
                .collect(Collectors.joining(", "));
        return """
                listen_addr = "127.0.0.1:0"
                backend_addrs = [%s]
                drain_timeout = "10m" # longer than any test waits
                """.formatted(addresses);
    }

    /** The addresses of the backends that answered, each request on a connection of its own. */
    private static List<String> answers(int port, int requests) {
        return IntStream.range(0, requests).mapToObj(request -> Http.get(port)).map(Optional::orElseThrow).toList();
    }
}
