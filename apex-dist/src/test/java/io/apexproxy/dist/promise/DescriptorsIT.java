package io.apexproxy.dist.promise;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.test.TestServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Tests of a proxy without free file descriptors. It logs this every five seconds, does not spin, and marks no backend
 * down. Clients wait in the accept queue of the kernel and are served when descriptors are free again.
 */
class DescriptorsIT extends Scenario {

    /** A limit of descriptors; the JVM and Apex use about half of them. */
    private static final int LIMIT = 100;
    private static final int CLIENTS = 2 * LIMIT;
    private static final int RELOADS = 20;
    private static final Duration EXHAUSTED_TIME = Duration.ofSeconds(3);
    private static final long LOG_PERIOD_SECONDS = 5;

    private final List<Client> clients = new ArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private TestServer backend;

    @BeforeEach
    void startBackend() {
        backend = TestServer.echo();
    }

    @AfterEach
    void closeClients() {
        clients.forEach(Client::close);
        threads.shutdownNow();
        backend.close();
    }

    @Test
    @Tag(QUICK)
    void everyWaitingClientIsServed() {
        try (var proxy = startWithFewDescriptors()) {
            exhaust(proxy);

            List<CompletableFuture<String>> answers = clients.stream()
                    .map(client -> CompletableFuture.supplyAsync(() -> readAnswerAndClose(client), threads)).toList();

            assertThat(answers.stream().map(CompletableFuture::join)).hasSize(CLIENTS).containsOnly("?");
            try (var late = proxy.client()) {
                assertThat(late.echo("served")).isEqualTo("served");
            }
            eventually(() -> proxy.logged("apex.access: client-closed") == CLIENTS + 1);
            assertThat(proxy.logged("apex.access")).isEqualTo(CLIENTS + 1);
            assertThat(proxy.lines("alive: false")).isEmpty();
        }
    }

    @Test
    void exhaustionCausesNoSpinningFewLogLinesAndNoDownBackend() throws InterruptedException {
        try (var proxy = startWithFewDescriptors()) {
            proxy.port();
            long began = System.nanoTime();
            exhaust(proxy);

            Duration before = proxy.process().processorTime();
            Thread.sleep(EXHAUSTED_TIME.toMillis()); // processor time and log lines are measured over this time
            Duration used = proxy.process().processorTime().minus(before);
            List<String> refusals = proxy.lines("accept paused");
            List<String> probes = proxy.lines("was not possible");
            // read after the lines, because a period can begin in between
            int periods = (int) (1 + Duration.ofNanos(System.nanoTime() - began).toSeconds() / LOG_PERIOD_SECONDS);

            assertThat(used).isLessThan(EXHAUSTED_TIME.dividedBy(2));
            assertThat(refusals).hasSizeLessThanOrEqualTo(periods).allMatch(line -> line.contains("WARN"));
            assertThat(probes).hasSizeLessThanOrEqualTo(periods);
            assertThat(proxy.lines("alive: false")).isEmpty();
        }
    }

    /** They are accepted with the last descriptors, and need further ones later. */
    @Test
    void everyClientWhoseFirstBytesArriveLaterIsServed() {
        try (var proxy =
                startWithFewDescriptors(configuration().listener("proxy_protocol = { from = [\"127.0.0.0/8\"] }")
                        .pool("connect_timeout = \"20s\""))) {
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(proxy.client());
            }
            proxy.awaitLine("accept paused: ");

            clients.forEach(client -> client.send("PROXY UNKNOWN\r\n?"));
            List<CompletableFuture<String>> answers = clients.stream()
                    .map(client -> CompletableFuture.supplyAsync(() -> readAnswerAndClose(client), threads)).toList();

            assertThat(answers.stream().map(CompletableFuture::join)).hasSize(CLIENTS).containsOnly("?");
            assertThat(proxy.lines("apex.access: local-failure")).isEmpty();
        }
    }

    @Test
    void pluginsThatCannotBeListedAreNotRemoved() {
        apex.activate("apex-lb-leastconn.jar");
        Config config = configuration().pool("load_balancer = \"least-connections\"");
        try (var proxy = startWithFewDescriptors(config)) {
            exhaust(proxy);
            long before = proxy.logged("Configuration ");
            for (int i = 1; i <= RELOADS; i++) { // a probe that ends can free a descriptor
                int count = i;
                proxy.process().signal("HUP");
                eventually(() -> proxy.logged("Configuration ") - before >= count);
            }

            assertThat(proxy.lines("Too many open files")).isNotEmpty();
            assertThat(proxy.lines("while in use")).isEmpty();
        }
    }

    private Proxy startWithFewDescriptors() {
        return startWithFewDescriptors(configuration());
    }

    private Config configuration() {
        return Config.withBackends(backend.address()).settings("max_connections = 10000")
                .health("interval = \"200ms\"\nfall = 1\ntimeout = \"20s\"");
    }

    private Proxy startWithFewDescriptors(Config config) {
        apex.configure(config.toml());
        return new Proxy(apex, new ApexProcess.Builder(List.of("sh", "-c", "ulimit -n " + LIMIT + "; exec \"$0\"",
                apex.script().toString())).directory(apex.workingDirectory()).start());
    }

    private void exhaust(Proxy proxy) {
        for (int i = 0; i < CLIENTS; i++) {
            Client client = proxy.client();
            clients.add(client);
            client.send("?");
        }
        proxy.awaitLine("accept paused: ");
    }

    private static String readAnswerAndClose(Client client) {
        String answer = client.read(1);
        client.close();
        return answer;
    }
}
