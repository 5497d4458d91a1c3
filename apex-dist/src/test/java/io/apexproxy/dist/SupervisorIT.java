package io.apexproxy.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.DistributionFixture;
import io.apexproxy.test.Bytes;
import io.apexproxy.test.FreePorts;
import io.apexproxy.test.NewerJava;
import io.apexproxy.test.Programs;
import io.apexproxy.test.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of the messages to a supervisor, as with Type=notify of systemd. */
@EnabledOnOs(OS.LINUX)
class SupervisorIT extends DistributionFixture {

    /** Prints each datagram as one line, with the sender and the time of CLOCK_MONOTONIC. */
    private static final String RECEIVER = """
            import socket, struct, sys, time
            name = sys.argv[1]
            receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            receiver.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
            receiver.bind(chr(0) + name[1:] if name.startswith("@") else name)
            print("receives", flush=True)
            while True:
                data, extra, _, _ = receiver.recvmsg(8192, 1024)
                pid = struct.unpack("iii", extra[0][2])[0]
                print(time.monotonic_ns() // 1000, pid, repr(data.decode()), flush=True)
            """;
    private static final Pattern MONOTONIC = Pattern.compile("(\\d+) .*MONOTONIC_USEC=(\\d+).*");
    private static final long MOST_DELAY_MICROS = ApexProcess.PATIENCE.toNanos() / 1_000;

    @AutoClose
    private final TestServer backend = TestServer.echo();
    private final int port = FreePorts.next();

    @BeforeEach
    void configure() {
        configure("10s");
    }

    private void configure(String drainTimeout) {
        apex.configure("drain_timeout = \"" + drainTimeout + "\"\n[listeners.web]\nlisten_addr = \"127.0.0.1:" + port
                + "\"\npool = \"web\"\n[pools.web]\nbackends = [\"127.0.0.1:" + backend.port() + "\"]\n");
    }

    private static Path javaWithNativeCalls() {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "this is not x86-64");
        assumeTrue(Programs.isInstalled("python3"), "python3 is not installed");
        assumeTrue(NewerJava.home().isPresent(), "no Java 22 or newer is installed");
        return NewerJava.home().get();
    }

    private ApexProcess receive(String name) {
        var receiver = new ApexProcess.Builder(List.of("python3", "-c", RECEIVER, name)).directory(directory).start();
        receiver.awaitLine("receives");
        return receiver;
    }

    private ApexProcess start(Path java, String name, String... arguments) {
        return apex.command(arguments)
                .environment(Map.of("JAVA_HOME", java.toString(), "NOTIFY_SOCKET", name)).start();
    }

    private static long count(ApexProcess receiver, String message) {
        return receiver.output().stream().filter(line -> line.contains(message)).count();
    }

    @ParameterizedTest
    @ValueSource(strings = {"notify.sock", "@apex-test-"})
    void lifeOfTheProcessIsNotified(String kind) throws IOException {
        Path java = javaWithNativeCalls();
        String name = kind.startsWith("@") ? kind + port : directory.resolve(kind).toString();
        try (var receiver = receive(name); var process = start(java, name, "run")) {
            process.port();
            assertThat(receiver.awaitLine("READY=1\\nSTATUS=Serving: web on 127.0.0.1:" + port + " to pool web\\n"
                    + "MAINPID=" + process.pid())).contains(" " + process.pid() + " ");

            process.signal("HUP");
            String reloading = receiver.awaitLine("RELOADING=1\\nMONOTONIC_USEC=");
            receiver.awaitLine("READY=1\\nSTATUS=Configuration read again: nothing changed");
            assertIsNow(reloading);

            apex.configure("nonsense = 1\n");
            process.signal("HUP");
            receiver.awaitLine("READY=1\\nSTATUS=Configuration not changed, the previous one stays in force: ");

            configure("20s");
            try (var client = new Socket(InetAddress.getByName("127.0.0.1"), port)) {
                assertThat(Bytes.ping(client)).isEqualTo('p');
                process.awaitLine("Configuration changed: ");
                process.signal("TERM");
                receiver.awaitLine("STOPPING=1\\nSTATUS=Draining: 1 connection");
                receiver.awaitLine("STATUS=Draining: 1 connection, timeout 20s");
                receiver.awaitLine("STATUS=Draining: 1 connection left, closed in ");
            }
            assertThat(process.exitStatus()).isZero();
            assertThat(count(receiver, "STOPPING=1")).isOne();
            assertThat(count(receiver, "MAINPID")).isOne();
        }
    }

    private static void assertIsNow(String reloading) {
        Matcher times = MONOTONIC.matcher(reloading);
        assertThat(times.matches()).as(reloading).isTrue();
        long received = Long.parseLong(times.group(1));
        assertThat(Long.parseLong(times.group(2))).isBetween(received - MOST_DELAY_MICROS, received);
    }

    @Test
    void newProcessOfATakeoverBecomesTheMainOne() {
        Path java = javaWithNativeCalls();
        String name = directory.resolve("notify.sock").toString();
        try (var receiver = receive(name); var old = start(java, name, "run")) {
            receiver.awaitLine("MAINPID=" + old.pid());

            try (var fresh = start(java, name, "run", "--takeover", Long.toString(old.pid()))) {
                receiver.awaitLine("MAINPID=" + fresh.pid());
                assertThat(old.exitStatus()).isZero();

                assertThat(count(receiver, "STOPPING=1")).isZero();
                assertThat(fresh.terminate()).allMatch(line -> line.contains("net.ipv4.tcp_migrate_req is 0"));
                assertThat(receiver.awaitLine("STOPPING=1")).contains(" " + fresh.pid() + " ");
            }
        }
    }

    @Test
    void supervisorThatIsGoneDoesNotStopTheProxy() {
        Path java = javaWithNativeCalls();
        String name = directory.resolve("gone.sock").toString();
        try (var process = start(java, name, "run")) {
            assertThat(process.port()).isEqualTo(port);
            process.signal("HUP");
            process.awaitLine("Configuration read again: nothing changed");

            assertThat(process.terminate()).singleElement().asString()
                    .contains("NOTIFY_SOCKET: failed to notify the supervisor: ", "No such file or directory");
        }
    }

    @Test
    void otherCommandsDoNotNotify() {
        Path java = javaWithNativeCalls();
        String name = directory.resolve("notify.sock").toString();
        try (var receiver = receive(name); var check = start(java, name, "check");
                var archive = start(java, name, "archive")) {
            assertThat(check.exitStatus()).isZero();
            assertThat(archive.exitStatus()).isZero();
            try (var process = start(java, name, "run")) {
                receiver.awaitLine("MAINPID=" + process.pid());
            }
            assertThat(receiver.output()).hasSize(2);
        }
    }

    @Test
    void variableIsNotPassedOn() throws IOException {
        try (var process = start(Path.of(System.getProperty("java.home")), "@apex-test-" + port, "run")) {
            process.port();

            assertThat(Files.readString(Path.of("/proc/" + process.pid() + "/environ"))).contains("JAVA_HOME=")
                    .doesNotContain("NOTIFY_SOCKET=");
        }
    }

    @Test
    void olderJavaReportsThatItCannotNotify() {
        assumeTrue(Runtime.version().feature() < 22, "this Java has native calls");
        try (var process = start(Path.of(System.getProperty("java.home")), "/run/notify", "run")) {
            assertThat(process.port()).isEqualTo(port);

            assertThat(process.terminate()).singleElement().asString().contains("NOTIFY_SOCKET is set, but the"
                    + " supervisor cannot be notified: Java 22 or newer is needed", "use Type=exec");
        }
    }
}
