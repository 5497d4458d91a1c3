package io.apexproxy.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.DistributionFixture;
import io.apexproxy.dist.harness.Signal;
import io.apexproxy.test.Bytes;
import io.apexproxy.test.FreePorts;
import io.apexproxy.test.Programs;
import io.apexproxy.test.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of a listening socket that is standard input, as with StandardInput=socket of systemd. */
@EnabledOnOs(OS.LINUX)
class SocketActivationIT extends DistributionFixture {

    private static final int WAITING = 50;
    private static final String RUN = "exec \"$1\" run >&2";

    @AutoClose
    private final TestServer backend = TestServer.echo();
    private final int port = FreePorts.next();

    @BeforeEach
    void configure() {
        configure(port);
    }

    private void configure(int listenPort) {
        apex.configure("drain_timeout = \"10s\"\n[listeners.web]\nlisten_addr = \"127.0.0.1:" + listenPort
                + "\"\npool = \"web\"\n[pools.web]\nbackends = [\"127.0.0.1:" + backend.port() + "\"]\n");
    }

    /**
     * Starts a program that gets a listening socket, at the first connection. It is standard input and standard output,
     * so the program writes to standard error, which is the output of the process that this method returns.
     *
     * @param program of the shell; its first parameter is bin/apex
     */
    private ApexProcess activate(String options, String program) {
        return activate(options, "127.0.0.1:" + port, program);
    }

    private ApexProcess activate(String options, String address, String program) {
        Assumptions.assumeTrue(Programs.isInstalled("systemd-socket-activate"),
                "systemd-socket-activate is not installed");
        String command = "exec systemd-socket-activate -E JAVA_HOME " + options + " -l " + address
                + " sh -c \"$1\" sh \"$2\" 2>&1";
        ApexProcess process = new ApexProcess.Builder(
                List.of("sh", "-c", command, "sh", program, apex.script().toString()))
                .directory(apex.workingDirectory()).start();
        process.awaitLine("Listening on " + address);
        return process;
    }

    private Socket connect() throws IOException {
        Socket client = new Socket(InetAddress.getByName("127.0.0.1"), port);
        client.setSoTimeout((int) ApexProcess.PATIENCE.toMillis());
        return client;
    }

    private List<Socket> connect(int count) throws IOException {
        List<Socket> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            clients.add(connect());
        }
        return clients;
    }

    private static void assertServed(List<Socket> clients) throws IOException {
        for (Socket client : clients) {
            try (client) {
                assertThat(Bytes.ping(client)).isEqualTo('p');
            }
        }
    }

    @Test
    void connectionsThatWaitedForTheStartAreServed() throws IOException {
        String mapped = "[::ffff:127.0.0.1]:" + port;
        // other commands leave the socket alone
        try (var process = activate("--inetd", mapped, "\"$1\" --version >&2; \"$1\" check >&2; " + RUN)) {
            List<Socket> clients = connect(WAITING);

            assertServed(clients);

            process.awaitLine("listeners.web: 127.0.0.1:" + port + " uses the listening socket 127.0.0.1:" + port
                    + " that is standard input");
            assertThat(process.terminate()).isEmpty();
            assertThat(process.completeOutput()).contains("Drained"); // the log is not redirected
        }
    }

    @Test
    void takeoverIsRefusedBecauseTheSocketIsNotShared() throws IOException {
        try (var process = activate("--inetd", RUN)) {
            assertServed(connect(1));

            try (var fresh = apex.start("run", "--takeover", Long.toString(process.pid()))) {
                assertThat(fresh.errors()).contains("process " + process.pid() + " cannot be taken over: its listening"
                        + " socket 127.0.0.1:" + port + " that is standard input cannot be shared");
            }

            assertServed(connect(1));
        }
    }

    @Test
    void restartRefusesNoConnectionWhileTheSupervisorKeepsTheSocket() throws IOException {
        // the shell is the supervisor: the socket is its standard input, too
        String supervisor = "for next in 1 2 3; do \"$1\" run >&2 || exit; until [ -e \"$next\" ]; do sleep 0.1; done;"
                + " done";
        try (var process = activate("--inetd", supervisor)) {
            assertServed(connect(1));
            stop(process, 1);

            List<Socket> waiting = connect(WAITING); // no Apex runs
            startNext(1);
            assertServed(waiting);

            var ended = new AtomicBoolean();
            var clients = CompletableFuture.supplyAsync(() -> countServed(ended));
            stop(process, 2);
            startNext(2);
            process.awaitLine("Drained");
            await().atMost(ApexProcess.PATIENCE).until(() -> starts(process) == 3);
            assertServed(connect(1));
            ended.set(true);
            assertThat(clients.join()).isPositive();

            stop(process, 3);
            startNext(3);
            assertThat(process.exitStatus()).isZero();
        }
    }

    /** Connects one client after another; returns their number. Fails if a client is not served. */
    private int countServed(AtomicBoolean ended) {
        int count = 0;
        try {
            for (; !ended.get(); count++) {
                assertServed(connect(1));
            }
        } catch (IOException e) {
            throw new AssertionError("client " + count, e);
        }
        return count;
    }

    private static long starts(ApexProcess process) {
        return process.output().stream().filter(line -> line.contains("Proxy listening on")).count();
    }

    /** Ends the Apex of this number, and waits until its process has ended. */
    private static void stop(ApexProcess process, int number) {
        await().atMost(ApexProcess.PATIENCE).until(() -> starts(process) == number);
        ProcessHandle running = ProcessHandle.of(process.pid()).orElseThrow().children()
                .filter(child -> child.info().command().orElse("").endsWith("java")).findFirst().orElseThrow();
        Signal.send("TERM", running.pid());
        await().atMost(ApexProcess.PATIENCE).until(() -> !running.isAlive());
    }

    private void startNext(int number) throws IOException {
        Files.createFile(apex.workingDirectory().resolve(Integer.toString(number)));
    }

    @Test
    void socketOfIpv4LeavesJava17WithoutIpv6() throws IOException {
        Assumptions.assumeTrue(Runtime.version().feature() == 17, "newer versions of Java use IPv6");
        Path addresses = Path.of("/proc/net/if_inet6");
        Assumptions.assumeTrue(Files.exists(addresses) && !Files.readString(addresses).isEmpty(), "no IPv6");
        try (var process = activate("--inetd", RUN); var client = connect()) {
            assertThat(Bytes.ping(client)).isEqualTo('p');

            process.awaitLine("standard input is a socket of IPv4, so Java uses no IPv6, also not to backends: pass the"
                    + " address as one of IPv6 (ListenStream=[::ffff:127.0.0.1]:" + port + ")");
        }
    }

    @Test
    void socketOfNoListenerIsAConfigurationError() throws IOException {
        int other = FreePorts.next();
        configure(other);
        try (var process = activate("--inetd", RUN); var client = connect()) {
            assertThat(client.isConnected()).isTrue();

            assertThat(process.exitStatus()).isEqualTo(78);
            assertThat(process.completeOutput()).contains("standard input: is a listening socket for 127.0.0.1:" + port
                    + ", but no listener has this address (web on 127.0.0.1:" + other + ")");
        }
    }

    @Test
    void connectionAsStandardInputIsIgnored() throws IOException {
        int other = FreePorts.next();
        configure(other);
        try (var process = activate("--inetd --accept", RUN); var client = connect()) {
            assertThat(client.isConnected()).isTrue();

            process.awaitLine("standard input is a socket for 127.0.0.1:" + port + " that does not listen");
            process.awaitLine("Proxy listening on 127.0.0.1:" + other);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"</dev/null", "<config.toml", "<&-"})
    void otherStandardInputIsIgnored(String redirection) {
        try (var process = new ApexProcess.Builder(
                List.of("sh", "-c", "exec \"$1\" run " + redirection, "sh", apex.script().toString()))
                .directory(apex.workingDirectory()).start()) {
            assertThat(process.port()).isEqualTo(port);

            assertThat(process.terminate()).isEmpty();
        }
    }
}
