package io.apexproxy.dist.promise;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.test.TestServer;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests of the queue of a pool whose backends are all at their limit. */
class QueueIT extends Scenario {

    private static final String QUEUE = "queue_timeout = \"1m\"\nqueue_limit = 5000";
    private static final Path JCMD = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    /** The last line of a histogram of the live objects: their number and their bytes. */
    private static final Pattern TOTAL = Pattern.compile("(?m)^Total +\\d+ +(\\d+)");
    private static final String REQUEST =
            "GET / HTTP/1.1\r\nHost: localhost\r\nUser-Agent: test\r\nAccept: */*\r\n\r\n";

    private final List<Client> clients = new ArrayList<>();
    private final BlockingQueue<Integer> received = new LinkedBlockingQueue<>();
    private final TestServer backend = TestServer.serving(this::serve);

    /** Answers the first byte with the same byte, and records it. */
    private void serve(Socket socket) throws IOException {
        int first = socket.getInputStream().read();
        if (first >= 0) {
            received.add(first);
            socket.getOutputStream().write(first);
            TestServer.readToEnd(socket);
        }
    }

    @AfterEach
    void close() {
        clients.forEach(Client::close);
        backend.close();
    }

    private Config limited(int connections) {
        Config config = Config.withBackends(backend.address()).pool(QUEUE);
        return new Config("threads = 1", config.listener(), config.pool(), config.health(),
                List.of("{ address = \"" + backend.address() + "\", max_connections = " + connections + " }"), "");
    }

    private Client connect(int port, String text) {
        Client client = Client.to(port).send(text);
        clients.add(client);
        return client;
    }

    private int next() throws InterruptedException {
        Integer first = received.poll(ApexProcess.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        return first == null ? -1 : first;
    }

    private static double waiting(Proxy proxy) {
        return proxy.metric("apex_pool_queue{pool=\"web\"}");
    }

    /** Tests with 200 clients, a limit of 50 connections, and a reload of the limit. One loop keeps the order. */
    @Test
    @Tag(QUICK)
    void waitingClientsAreServedInTheOrderOfTheirArrival() throws InterruptedException {
        try (var proxy = start(limited(50))) {
            int port = proxy.port();
            for (int i = 0; i < 200; i++) {
                connect(port, String.valueOf((char) (i % 128)));
                int waiting = i - 49;
                if (waiting <= 0) {
                    assertThat(next()).isEqualTo(i);
                } else { // else another loop could accept the next one first
                    eventually(() -> waiting(proxy) == waiting);
                }
            }

            for (int i = 50; i < 100; i++) {
                clients.get(i - 50).close();
                assertThat(next()).isEqualTo(i);
            }
            proxy.changeAtOnce(limited(60));
            List<Integer> raised = new ArrayList<>(); // they are connected at the same time
            for (int i = 100; i < 110; i++) {
                raised.add(next());
            }
            assertThat(raised).containsExactlyInAnyOrder(100, 101, 102, 103, 104, 105, 106, 107, 108, 109);
            assertThat(received).isEmpty();
            Client leaving = clients.get(110);
            leaving.reset();
            eventually(() -> proxy.ended("client-reset") == 1);
            for (int i = 111; i < 200; i++) {
                int open = i - 61;
                clients.get(open < 110 ? open : open + 1).close();
                assertThat(next()).isEqualTo(i % 128);
            }

            assertThat(waiting(proxy)).isZero();
            assertThat(proxy.metric("apex_pool_queue_seconds_count{pool=\"web\"}")).isEqualTo(150);
            clients.get(199).close();
            String line = proxy.awaitLine(" queue_ms=");
            assertThat(line).contains(" wait_ms=").contains(" connect_ms=");
        }
    }

    @Test
    void waitingClientNeedsAtMostThreeKibibytes() throws IOException, InterruptedException {
        Assumptions.assumeTrue(Files.exists(JCMD), "jcmd is not installed");
        int few = 100;
        int many = 3_100;
        try (var proxy = start(limited(1))) {
            int port = proxy.port();
            connect(port, "a");
            assertThat(next()).isEqualTo('a');
            waitWith(proxy, port, few);
            long before = liveBytes(proxy);
            waitWith(proxy, port, many);

            long each = (liveBytes(proxy) - before) / (many - few);

            assertThat(each).as("bytes of heap per waiting client").isBetween(100L, 3 * 1024L);
            assertThat(proxy.metric("apex_buffer_bytes")).as("buffers").isZero();
        }
    }

    private void waitWith(Proxy proxy, int port, int count) {
        while (clients.size() <= count) {
            connect(port, REQUEST);
        }
        eventually(() -> waiting(proxy) == count);
    }

    /** Returns the size of all live objects, after a garbage collection. */
    private static long liveBytes(Proxy proxy) throws IOException, InterruptedException {
        Process histogram = new ProcessBuilder(JCMD.toString(), String.valueOf(proxy.process().pid()),
                "GC.class_histogram").redirectErrorStream(true).start();
        String text = new String(histogram.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(histogram.waitFor()).as(text).isZero();
        MatchResult total = TOTAL.matcher(text).results().findFirst().orElseThrow(() -> new AssertionError(text));
        return Long.parseLong(total.group(1));
    }
}
