package io.apexproxy.dist.promise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.Http;
import io.apexproxy.dist.harness.HttpBackend;
import io.apexproxy.dist.harness.Namespaces;
import io.apexproxy.test.FreePorts;
import io.apexproxy.test.TestServer;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.URL;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * Tests of {@code --takeover}: a new process replaces a running one without a refused connection, or fails and leaves
 * it as it was.
 */
class TakeoverIT extends Scenario {

    private static final String LISTENING_STOPPED = "has stopped listening, and drains";
    private static final int KILLS = 10;

    private final int port = FreePorts.next();
    private final int adminPort = FreePorts.next();

    private String toml(String... backends) {
        return """
                drain_timeout = "20s"
                [admin]
                listen_addr = "127.0.0.1:%d"
                [listeners.web]
                listen_addr = ["127.0.0.1:%d", "unix:%s"]
                pool = "web"
                [pools.web]
                backends = [%s]
                [pools.web.health_check]
                interval = "1d"
                fast_interval = "1d"
                """.formatted(adminPort, port, socket(),
                String.join(", ", Stream.of(backends).map(Config::quoted).toList()));
    }

    private Path socket() {
        return directory.resolve("apex.sock");
    }

    private ApexProcess startFirst(String... backends) {
        return serving(apex.configure(toml(backends)).start());
    }

    /** Waits for the listener that is logged last. */
    private static ApexProcess serving(ApexProcess process) {
        process.awaitLine("Proxy listening on unix:");
        return process;
    }

    private ApexProcess takeOver(ApexProcess running) {
        return apex.start("run", "--takeover", Long.toString(running.pid()));
    }

    private void assertServes() throws IOException {
        try (var client = Client.to(port)) {
            assertThat(client.echo("tcp")).isEqualTo("tcp");
        }
        assertThat(echoOverUnix()).isEqualTo("unix");
    }

    private String echoOverUnix() throws IOException {
        try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket()));
            channel.write(ByteBuffer.wrap("unix".getBytes(StandardCharsets.US_ASCII)));
            ByteBuffer answer = ByteBuffer.allocate("unix".length());
            while (answer.hasRemaining() && channel.read(answer) >= 0) {
                // until the answer is complete
            }
            return new String(answer.array(), 0, answer.position(), StandardCharsets.US_ASCII);
        }
    }

    /** One connection waits at the limit of the old process, and another one in the queue of the kernel. */
    @Test
    @SuppressWarnings("try") // the clients end before the processes
    void oldProcessServesConnectionsThatWaitAtItsLimit() {
        try (var backend = TestServer.echo()) {
            // one loop, so that the connections reach the limit in their order
            apex.configure("threads = 1\n" + toml(backend.address())
                    .replace("pool = \"web\"", "pool = \"web\"\nmax_connections = 1"));
            try (var old = serving(apex.start());
                    var session = Client.to(port);
                    var waiting = Client.to(port);
                    var queued = Client.to(port)) {
                assertThat(session.echo("before")).isEqualTo("before");
                assertThat(waiting.send("1").isSilent()).isTrue();
                queued.send("2");

                try (var fresh = takeOver(old)) {
                    fresh.awaitLine("Process " + old.pid() + " " + LISTENING_STOPPED);
                    assertThat(waiting.isSilent()).isTrue();
                    assertThat(queued.isSilent()).isTrue();

                    session.close();
                    assertThat(waiting.read(1)).isEqualTo("1");
                    waiting.close();
                    assertThat(queued.read(1)).isEqualTo("2");
                }
            }
        }
    }

    @Test
    @Tag(QUICK)
    @SuppressWarnings("try") // the session ends before the processes
    void newProcessServesWhileTheOldOneDrains() throws Exception {
        try (var backend = TestServer.echo()) {
            apex.configure("drain_delay = \"10m\"\n" + toml(backend.address())); // skipped
            try (var old = serving(apex.start()); var session = Client.to(port); var fresh = takeOver(old)) {
                assertThat(session.echo("before")).isEqualTo("before");
                fresh.awaitLine("Process " + old.pid() + " " + LISTENING_STOPPED);

                assertServes();
                assertThat(session.echo("after")).isEqualTo("after");
                assertThat(old.isAlive()).isTrue();
                assertThat(old.awaitLine("Draining: ")).contains("1 connection");
                String aside = controlSocket(old).resolveSibling(old.pid() + ".draining").toString();
                assertThat(apex.start("status", "--control", aside).completeOutput()).contains("draining");
                assertThat(status(fresh)).contains("process " + old.pid() + ", draining: 1 connection");
                session.close();

                assertThat(old.exitStatus()).isZero();
                assertServes();
                assertThat(warnings(old)).isEmpty();
                fresh.signal("TERM"); // its drain_delay is not skipped
                fresh.awaitLine("Draining: accepts for another");
                assertThat(fresh.terminate()).allMatch(line -> line.contains("tcp_migrate_req"));
                assertThat(socket()).doesNotExist();
            }
        }
    }

    @Test
    void processThatHasBeenTakenOverIsNotTakenOverAgain() throws Exception {
        try (var backend = TestServer.echo(); var old = startFirst(backend.address()); var session = Client.to(port);
                var fresh = takeOver(old)) {
            assertThat(session.echo("a")).isEqualTo("a");
            fresh.awaitLine(LISTENING_STOPPED);

            try (var third = takeOver(old)) {
                assertThat(third.errors()).contains("process " + old.pid()
                        + " cannot be taken over: this process has been taken over already, and drains");
            }

            assertThat(session.echo("b")).isEqualTo("b");
            assertServes();
        }
    }

    /** It drains already, so this is like a second signal. */
    @Test
    void signalEndsTheOldProcessAtOnce() throws Exception {
        try (var backend = TestServer.echo(); var old = startFirst(backend.address()); var session = Client.to(port);
                var fresh = takeOver(old)) {
            assertThat(session.echo("a")).isEqualTo("a");
            fresh.awaitLine(LISTENING_STOPPED);
            assertThat(session.echo("b")).isEqualTo("b");

            old.signal("TERM");

            assertThat(old.exitStatus()).isZero();
            assertServes();
        }
    }

    private static List<String> warnings(ApexProcess process) {
        return process.output().stream().filter(line -> line.contains(" WARN ") || line.contains(" ERROR ")).toList();
    }

    private static Path controlSocket(ApexProcess process) {
        String line = process.awaitLine("Control socket: ");
        return Path.of(line.substring(line.indexOf('/')));
    }

    private String status(ApexProcess process) {
        return apex.start("status", "--control", controlSocket(process).toString()).completeOutput();
    }

    @Test
    @Tag(QUICK)
    void verdictsAreTakenOver() {
        int closed = FreePorts.next();
        try (var backend = TestServer.echo(); var old = startFirst("127.0.0.1:" + closed, backend.address())) {
            String before = status(old);
            try (var fresh = takeOver(old)) {
                fresh.awaitLine("Takes over process " + old.pid() + ": verdicts of its health checks: 2");
                old.exitStatus();

                assertThat(verdicts(status(fresh))).hasSize(2).isEqualTo(verdicts(before));
                assertThat(fresh.output()).noneMatch(line -> line.contains("alive: "));
            }
        }
    }

    /** Returns the state of each backend and its time. */
    private static List<List<String>> verdicts(String status) {
        return status.lines().filter(line -> line.startsWith("web/"))
                .map(line -> List.of(line.split(" +")).subList(0, 3)).toList();
    }

    @Test
    @Tag(QUICK)
    void autoFindsTheProcessOfTheSameConfiguration() throws Exception {
        try (var backend = TestServer.echo()) {
            apex.configure(toml(backend.address()));
            try (var first = serving(apex.start("--takeover", "auto"));
                    var second = serving(apex.start("--takeover", "auto"))) {
                assertThat(first.exitStatus()).isZero();
                assertThat(first.output()).noneMatch(line -> line.contains("Takes over"));
                assertServes();
                assertThat(second.output()).anyMatch(line -> line.contains("Takes over process " + first.pid()));
            }
        }
    }

    @Test
    void processWithoutControlSocketGetsSigterm() throws Exception {
        try (var backend = TestServer.echo()) {
            apex.configure("control_socket = \"off\"\n" + toml(backend.address()));
            try (var old = serving(apex.start()); var fresh = takeOver(old)) {
                fresh.awaitLine("Process " + old.pid() + " got SIGTERM");

                assertThat(old.exitStatus()).isZero();
                assertServes();
            }
        }
    }

    /** The path is the same for both processes, so it changes hands. */
    @Test
    @SuppressWarnings("try") // the session ends before the processes
    void controlSocketWithAPathChangesHands() throws Exception {
        Path control = directory.resolve("control.sock");
        try (var backend = TestServer.echo()) {
            apex.configure("control_socket = \"" + control + "\"\n" + toml(backend.address()));
            try (var old = serving(apex.start()); var session = Client.to(port); var fresh = takeOver(old)) {
                assertThat(session.echo("a")).isEqualTo("a");
                fresh.awaitLine("Control socket: " + control);

                assertThat(apex.start("status", "--control", control.toString()).completeOutput())
                        .contains("serving");
                session.close();
                assertThat(old.exitStatus()).isZero();
                assertThat(control).exists();
                assertThat(directory).isDirectoryNotContaining("glob:**.draining");
            }
        }
    }

    /** Each check opens a connection, and an orchestrator takes a process out after some failures in a row. */
    @Test
    void adminEndpointAnswersAllTheTime() throws Exception {
        try (var backend = HttpBackend.started(); var first = startFirst(backend.address())) {
            Http.awaitAnswers(port, backend.address());
            long longest = 0;
            long last = System.nanoTime();
            try (var second = takeOver(first)) {
                while (first.isAlive() || !second.output().toString().contains(LISTENING_STOPPED)) {
                    if (isReady()) {
                        long now = System.nanoTime();
                        longest = Math.max(longest, now - last);
                        last = now;
                    }
                    assertThat(System.nanoTime() - last).isLessThan(ApexProcess.PATIENCE.toNanos());
                }
            }
            assertThat(longest).isLessThan(TimeUnit.SECONDS.toNanos(5));
        }
    }

    private boolean isReady() {
        try {
            var connection = (HttpURLConnection) new URL("http://127.0.0.1:" + adminPort + "/health/ready")
                    .openConnection();
            connection.setConnectTimeout(1_000);
            connection.setReadTimeout(1_000);
            return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    @Tag(QUICK)
    void newProcessThatCannotStartLeavesTheOldOneAsItWas() throws Exception {
        try (var backend = TestServer.echo(); var taken = new ServerSocket(0);
                var old = startFirst(backend.address())) {
            assertFails(old, "= nothing", 78, "config.toml:1:");
            String valid = toml(backend.address());
            assertFails(old, valid.replace("[pools.web]\n", "[pools.web]\nload_balancer = \"missing\"\n"), 78,
                    "missing");
            assertFails(old,
                    valid.replace("listen_addr = [", "listen_addr = [\"127.0.0.1:" + taken.getLocalPort() + "\", "), 1,
                    "is in use by another process");
            assertFails(old, valid.replace("\"127.0.0.1:" + adminPort, "\"127.0.0.1:" + taken.getLocalPort()), 1,
                    "is in use");
        }
    }

    private void assertFails(ApexProcess old, String toml, int status, String message) throws IOException {
        apex.configure(toml);
        try (var fresh = takeOver(old)) {
            assertThat(fresh.exitStatus()).as(fresh.toString()).isEqualTo(status);
            assertThat(fresh.errors()).contains(message);
            assertThat(fresh.output()).anyMatch(line -> line.contains("Takeover failed: process " + old.pid()
                    + " serves on"));
        }
        assertThat(old.isAlive()).isTrue();
        assertServes();
    }

    @Test
    @Tag(QUICK)
    void wrongProcessIsRejectedBeforeTheStart() throws Exception {
        Process other = new ProcessBuilder("sleep", "600").start();
        try (var backend = TestServer.echo()) {
            apex.configure(toml(backend.address()));
            assertThat(apex.start("--takeover", Long.toString(other.pid())).errors())
                    .contains("--takeover: process " + other.pid() + " is not Apex").contains("sleep");
            assertThat(apex.start("--takeover", "1").errors()).contains("--takeover: process 1 cannot be taken over");
            assertThat(apex.start("--takeover", "now").errors())
                    .contains("--takeover: expected a process number or auto, found 'now'");
        } finally {
            other.destroyForcibly().onExit().join();
        }
        assertThat(apex.start("--takeover", Long.toString(other.pid())).errors())
                .contains("--takeover: there is no process " + other.pid());
    }

    /** The points are the lines of its log, up to the one in which the old process has stopped listening. */
    @Test
    void newProcessThatIsKilledLeavesTheOldOneAsItWas() throws Exception {
        try (var backend = TestServer.echo(); var old = startFirst(backend.address())) {
            int killed = 0;
            for (int lines = 1; killed < KILLS && old.isAlive(); lines++) {
                try (var fresh = takeOver(old)) {
                    int point = lines;
                    eventually(() -> fresh.output().size() >= point || !fresh.isAlive());
                    fresh.signal("KILL");
                    fresh.exitStatus();
                    if (fresh.output().stream().anyMatch(line -> line.contains(LISTENING_STOPPED))
                            || old.output().stream().anyMatch(line -> line.contains("has taken over"))) {
                        break;
                    }
                    killed++;
                }
                Awaitility.await().atMost(ApexProcess.PATIENCE).ignoreExceptions().untilAsserted(this::assertServes);
            }
            assertThat(killed).isGreaterThan(KILLS / 2);
        }
    }

    /** A program with the load runs in a network of its own, in which the setting of the kernel can be changed. */
    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "requires network namespaces")
    void noConnectionIsLostUnderLoad() throws Exception {
        List<String> network = Namespaces.withNetwork(
                "ip link set lo up; echo 1 > /proc/sys/net/ipv4/tcp_migrate_req");
        assumeThat(Namespaces.isPossible(network)).as("network namespaces, and Linux 5.14 or newer").isTrue();
        List<String> command = new ArrayList<>(network);
        command.addAll(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp", System.getProperty("java.class.path"), TakeoverLoad.class.getName(),
                Files.createDirectory(directory.resolve("load")).toString()));
        Process load = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            List<String> output = load.inputReader().lines().toList();
            assertThat(load.waitFor()).as(String.join("\n", output)).isZero();
            assertThat(output).last().asString().matches("served [0-9]+, failures \\[\\]");
        } finally {
            load.destroyForcibly();
        }
    }
}
