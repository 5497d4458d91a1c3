package io.apexproxy.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.DistributionFixture;
import io.apexproxy.dist.harness.Signal;
import io.apexproxy.test.Bytes;
import io.apexproxy.test.FreePorts;
import io.apexproxy.test.NewerJava;
import io.apexproxy.test.Programs;
import io.apexproxy.test.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of listening sockets that a supervisor passes as the descriptors from 3 on, as systemd does. */
@EnabledOnOs(OS.LINUX)
class ListenFdsIT extends DistributionFixture {

    /**
     * Opens the sockets of its arguments and keeps them. Starts Apex with them, again after its end until the file
     * "stop" exists. The first argument is bin/apex, the second one the value of LISTEN_FDS, or "" for their number.
     */
    private static final String SUPERVISOR = """
            import ctypes, fcntl, os, signal, socket, sys
            def listen(kind, where):
                if kind == "unix":
                    opened = socket.socket(socket.AF_UNIX)
                    opened.bind(where)
                else:
                    ipv6 = kind.startswith("ipv6")
                    opened = socket.socket(socket.AF_INET6 if ipv6 else socket.AF_INET,
                            socket.SOCK_DGRAM if kind == "udp" else socket.SOCK_STREAM)
                    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                    if ipv6:
                        opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, kind == "ipv6-only")
                    opened.bind(("::" if ipv6 else "127.0.0.1", int(where)))
                if kind not in ("udp", "deaf"):
                    opened.listen(1000)
                return opened
            apex, count = sys.argv[1:3]
            sockets = [listen(*each.split("=")) for each in sys.argv[3:]]
            descriptors = [fcntl.fcntl(each.fileno(), fcntl.F_DUPFD, 100) for each in sockets]
            while not os.path.exists("stop"):
                child = os.fork()
                if child == 0:
                    ctypes.CDLL(None).prctl(1, signal.SIGKILL) # PR_SET_PDEATHSIG: ends with the supervisor
                    for index, descriptor in enumerate(descriptors):
                        os.dup2(descriptor, 3 + index)
                        os.close(descriptor)
                    os.environ["LISTEN_FDS"] = count or str(len(descriptors))
                    os.environ["LISTEN_PID"] = str(os.getpid())
                    os.execve(apex, [apex, "run"], os.environ)
                print("child", child, flush=True)
                print("ended", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
            """;

    private static final int CLOSE_ON_EXEC = 0x80000;

    @AutoClose
    private final TestServer backend = TestServer.echo();
    private final int first = FreePorts.next();
    private final int second = FreePorts.next();

    private static String at(int port) {
        return "127.0.0.1:" + port;
    }

    private void configure(String... addresses) {
        configureEngine("auto", addresses);
    }

    private void configureEngine(String engine, String... addresses) {
        var toml = new StringBuilder("engine = \"" + engine + "\"\nthreads = 2\ndrain_timeout = \"10s\"\n");
        for (int i = 0; i < addresses.length; i++) {
            toml.append("[listeners.l").append(i).append("]\nlisten_addr = \"").append(addresses[i])
                    .append("\"\npool = \"web\"\n");
        }
        apex.configure(toml + "[pools.web]\nbackends = [\"127.0.0.1:" + backend.port() + "\"]\n");
    }

    private static Path newerJava() {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "this is not x86-64");
        assumeTrue(NewerJava.home().isPresent(), "no Java 22 or newer is installed");
        return NewerJava.home().get();
    }

    private ApexProcess supervise(Path java, String count, String... sockets) {
        assumeTrue(Programs.isInstalled("python3"), "python3 is not installed");
        List<String> command = new ArrayList<>(List.of("python3", "-c", SUPERVISOR, apex.script().toString(), count));
        command.addAll(List.of(sockets));
        var supervisor = new ApexProcess.Builder(command).directory(apex.workingDirectory())
                .environment(Map.of("JAVA_HOME", java.toString())).start();
        supervisor.awaitLine("child "); // the sockets listen
        return supervisor;
    }

    private static Socket connect(InetSocketAddress address) throws IOException {
        Socket client = new Socket();
        client.connect(address, (int) ApexProcess.PATIENCE.toMillis());
        client.setSoTimeout((int) ApexProcess.PATIENCE.toMillis());
        return client;
    }

    private static void assertServes(String host, int port) throws IOException {
        try (Socket client = connect(new InetSocketAddress(InetAddress.getByName(host), port))) {
            assertThat(Bytes.ping(client)).isEqualTo('p');
        }
    }

    private static void assertServes(int port) throws IOException {
        assertServes("127.0.0.1", port);
    }

    private static List<Long> children(ApexProcess supervisor) {
        return supervisor.output().stream().filter(line -> line.startsWith("child "))
                .map(line -> Long.valueOf(line.substring("child ".length()))).toList();
    }

    private static long count(ApexProcess process, String text) {
        return process.output().stream().filter(line -> line.contains(text)).count();
    }

    /** Returns the flags of a descriptor. See proc_pid_fdinfo(5). */
    private static int flags(long pid, int descriptor) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + pid + "/fdinfo/" + descriptor)).stream()
                .filter(line -> line.startsWith("flags:"))
                .mapToInt(line -> Integer.parseInt(line.substring("flags:".length()).strip(), 8)).findFirst()
                .orElseThrow();
    }

    private void stop(ApexProcess supervisor) throws IOException {
        Files.createFile(apex.workingDirectory().resolve("stop"));
        List<Long> children = children(supervisor);
        Signal.send("TERM", children.get(children.size() - 1));
        assertThat(supervisor.exitStatus()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"epoll", "io_uring"})
    void restartRefusesNoConnectionOfAnyListener(String engine) throws IOException {
        Path java = newerJava();
        configureEngine(engine, at(first), at(second));
        try (var check = apex.command("check").environment(Map.of("JAVA_HOME", java.toString())).start()) {
            assumeTrue(check.exitStatus() == 0, "this system does not permit the engine");
        }
        try (var supervisor = supervise(java, "", "tcp=" + first, "tcp=" + second)) {
            assertServes(first);
            assertServes(second);
            assertThat(count(supervisor, "listeners.l0: " + at(first) + " uses the listening socket " + at(first)
                    + " of LISTEN_FDS")).isOne();

            var ended = new AtomicBoolean();
            var clients = Stream.of(first, second)
                    .map(port -> Bytes.async(() -> countServed(port, ended))).toList();
            for (int restart = 1; restart <= 2; restart++) {
                int number = restart;
                await().atMost(ApexProcess.PATIENCE)
                        .until(() -> count(supervisor, "Proxy listening on " + at(second)) == number);
                Signal.send("TERM", children(supervisor).get(restart - 1));
                await().atMost(ApexProcess.PATIENCE).until(() -> count(supervisor, "ended 0") == number);
            }
            await().atMost(ApexProcess.PATIENCE)
                    .until(() -> count(supervisor, "Proxy listening on " + at(second)) == 3);
            assertServes(first);
            assertServes(second);
            ended.set(true);
            clients.forEach(client -> assertThat(client.join()).isPositive());
            stop(supervisor);
            assertThat(supervisor.output()).noneMatch(line -> line.contains(" WARN ") || line.contains(" ERROR "));
        }
    }

    /** Connects one client after another; returns their number. Fails if a client is not served. */
    private static int countServed(int port, AtomicBoolean ended) {
        int count = 0;
        try {
            for (; !ended.get(); count++) {
                assertServes(port);
            }
        } catch (IOException e) {
            throw new AssertionError("client " + count, e);
        }
        return count;
    }

    @Test
    void eachKindOfSocketServesItsListener() throws IOException {
        Path java = newerJava();
        assumeTrue(Files.exists(Path.of("/proc/net/if_inet6"))
                && !Files.readString(Path.of("/proc/net/if_inet6")).isEmpty(), "no IPv6");
        Path file = directory.resolve("web.sock");
        int third = FreePorts.next();
        // the first wildcard receives IPv4, the second one does not, so that Apex binds 0.0.0.0 itself
        configure("0.0.0.0:" + first, "[::]:" + second, "0.0.0.0:" + second, "unix:" + file, at(third));
        try (var supervisor = supervise(java, "", "ipv6=" + first, "ipv6-only=" + second, "unix=" + file)) {
            supervisor.awaitLine("Proxy listening on " + at(third)); // not passed, so Apex has bound it
            assertServes(first);
            assertServes(second);
            assertServes("::1", first);
            assertServes("::1", second);
            assertServes(third);
            try (var client = SocketChannel.open(UnixDomainSocketAddress.of(file))) {
                client.write(ByteBuffer.wrap(new byte[] {'p'}));
                assertThat(client.read(ByteBuffer.allocate(1))).isOne();
            }
            assertThat(count(supervisor, "of LISTEN_FDS")).isEqualTo(3);
            assertThat(flags(children(supervisor).get(0), 3) & CLOSE_ON_EXEC).isNotZero();

            stop(supervisor);
            assertThat(file).exists();
        }
    }

    @Test
    void reloadLeavesTheSocketOpenAndUsesItAgain() throws IOException {
        Path java = newerJava();
        configure(at(first), at(second));
        try (var supervisor = supervise(java, "", "tcp=" + first, "tcp=" + second)) {
            supervisor.awaitLine("Proxy listening on " + at(second));

            configure(at(first));
            supervisor.awaitLine("the listening socket " + at(second) + " of LISTEN_FDS has no listener any more");
            try (Socket waiting = connect(new InetSocketAddress("127.0.0.1", second))) {
                configure(at(first), at(second));
                assertThat(Bytes.ping(waiting)).isEqualTo('p');
            }
            assertServes(first);
        }
    }

    @Test
    void otherDescriptorsAndUnusedSocketsAreReported() throws IOException {
        Path java = newerJava();
        configure(at(first));
        try (var supervisor = supervise(java, "5", "tcp=" + first, "tcp=" + second, "udp=" + second,
                "deaf=" + FreePorts.next())) {
            assertServes(first);
            supervisor.awaitLine("LISTEN_FDS: descriptor 5 is not a stream socket");
            supervisor.awaitLine("LISTEN_FDS: descriptor 6 is a socket that does not listen");
            supervisor.awaitLine("LISTEN_FDS: descriptor 7 is no socket");
            supervisor.awaitLine("the listening socket " + at(second) + " of LISTEN_FDS is not used: it stays open, and"
                    + " its clients wait; set listen_addr = \"" + at(second) + "\" in a listener, or remove its"
                    + " ListenStream=");
            try (Socket waiting = connect(new InetSocketAddress("127.0.0.1", second))) {
                assertThat(waiting.isConnected()).isTrue();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1025", "many"})
    void invalidNumberIsAStartError(String number) throws IOException {
        configure(at(first));
        try (var supervisor = supervise(newerJava(), number, "tcp=" + first)) {
            supervisor.awaitLine("ended 78");
            Files.createFile(apex.workingDirectory().resolve("stop"));

            assertThat(supervisor.errors()).contains("LISTEN_FDS: expected a number of sockets up to 1024, found \""
                    + number + "\"");
        }
    }

    @Test
    void olderJavaReportsThatItCannotUseThem() throws IOException {
        assumeTrue(Runtime.version().feature() < 22, "this Java has native calls");
        configure(at(second));
        try (var supervisor = supervise(Path.of(System.getProperty("java.home")), "", "tcp=" + first)) {
            supervisor.awaitLine("LISTEN_FDS is 1: sockets that are passed in this way are not used, because the engine"
                    + " is select (without epoll: Java 22 or newer is needed, this is ");
            supervisor.awaitLine("Proxy listening on " + at(second));
            assertServes(second);
        }
    }
}
