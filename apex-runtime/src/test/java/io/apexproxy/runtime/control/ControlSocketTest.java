package io.apexproxy.runtime.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apexproxy.runtime.engine.select.SelectTransport;
import io.apexproxy.runtime.pool.backend.Verdict;
import io.apexproxy.runtime.relay.Relay;
import io.apexproxy.runtime.takeover.Handover;
import io.apexproxy.runtime.takeover.Succession;
import java.io.IOException;
import java.net.BindException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisabledOnOs(OS.WINDOWS)
class ControlSocketTest {

    private static final long OWN = SocketOwner.ownId();

    /** HandoverReaderTest reads the same. */
    private static final Handover HANDOVER = new Handover(
            Optional.of(new Handover.Addresses(Set.of(8081), Set.of("/run/a.sock"))),
            Map.of(new Handover.Key("web", "a", "127.0.0.1:9000"),
                    new Verdict(Verdict.State.DOWN, "refused", Instant.parse("2026-01-02T03:04:05Z"))));

    @TempDir
    private Path directory;
    private final Succession succession = new Succession(() -> HANDOVER, () -> {});
    private Relay relay;

    @BeforeEach
    void start() throws IOException {
        relay = new Relay(SelectTransport.newProvider(), 2, 1 << 20, 0, 1000);
    }

    @AfterEach
    void stop() {
        relay.close();
    }

    private ControlSocket open(Path path, boolean isOwn, Supplier<ReloadResult> reload) throws IOException {
        return ControlSocket.open(new ControlPath(path, isOwn), OWN, new ControlActions(() -> {
            throw new IllegalStateException("no snapshot");
        }, reload, reload, relay.live(), succession, Optional.of(Path.of("config.toml"))));
    }

    private static String exchange(Path path, String request) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            channel.write(ByteBuffer.wrap((request + " HTTP/1.1\r\n\r\n").getBytes(StandardCharsets.US_ASCII)));
            return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void socketAndItsDirectoryArePermittedToTheOwnerOnly() throws IOException {
        Path path = directory.resolve("apex-1/7.sock");

        try (ControlSocket socket = open(path, true, ReloadResult::unchanged)) {
            assertThat(socket).isNotNull();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path))).isEqualTo("rw-------");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path.getParent())))
                    .isEqualTo("rwx------");
            assertThat(path.getParent()).isDirectoryContaining("glob:**/7.sock");
        }
        assertThat(path.getParent()).isEmptyDirectory();
    }

    @Test
    void resultOfAReloadIsTheAnswer() throws IOException {
        Path path = directory.resolve("c.sock");

        try (ControlSocket socket = open(path, false, () -> ReloadResult.rejected(List.of("a:1:1: \"x\"", "b")))) {
            assertThat(socket).isNotNull();
            assertThat(exchange(path, "POST /reload")).startsWith("HTTP/1.1 200 OK\r\n")
                    .endsWith("{\"result\":\"rejected\",\"changes\":\"\",\"problem_count\":2,"
                            + "\"problems\":[\"a:1:1: \\\"x\\\"\",\"b\"]}");
        }
    }

    @Test
    void takeoverOverTheSocket() throws IOException {
        Path path = directory.resolve("c.sock");
        List<String> events = new ArrayList<>();
        succession.onRetire(() -> events.add("retired"));
        long pid = ProcessHandle.current().pid();

        try (ControlSocket socket = open(path, false, ReloadResult::unchanged)) {
            assertThat(exchange(path, "GET /process")).endsWith("{\"pid\":" + pid + ",\"config\":\""
                    + Path.of("config.toml").toAbsolutePath() + "\"}");
            assertThat(exchange(path, "POST /takeover?pid=" + pid)).endsWith(
                    "{\"format\":1,\"ports\":[8081],\"paths\":[\"/run/a.sock\"],\"verdicts\":[{\"pool\":\"web\","
                            + "\"backend\":\"a\",\"address\":\"127.0.0.1:9000\",\"state\":\"DOWN\","
                            + "\"reason\":\"refused\",\"since\":\"2026-01-02T03:04:05Z\"}]}");
            socket.moveAside();
            Path aside = directory.resolve(pid + ".draining");
            assertThat(path).doesNotExist();
            assertThat(exchange(aside, "POST /retire?pid=" + pid)).startsWith("HTTP/1.1 200 OK\r\n");
            assertThat(exchange(aside, "POST /takeover?pid=" + pid)).startsWith("HTTP/1.1 409 Conflict\r\n");
        }
        assertThat(events).containsExactly("retired");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void socketsOfProcessesThatHaveEndedAreRemoved() throws IOException {
        Path own = Files.createDirectory(directory.resolve("apex-1"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.writeString(own.resolve("file.sock"), "no socket");
        for (String name : List.of("1.sock", "2.draining", "3.other")) {
            try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                server.bind(UnixDomainSocketAddress.of(own.resolve(name)));
            }
        }
        try (var live = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            live.bind(UnixDomainSocketAddress.of(own.resolve("4.sock")));

            try (ControlSocket socket = open(own.resolve("5.sock"), true, ReloadResult::unchanged)) {
                assertThat(socket).isNotNull();
                try (Stream<Path> files = Files.list(own)) {
                    assertThat(files.map(file -> file.getFileName().toString()))
                            .containsExactlyInAnyOrder("file.sock", "3.other", "4.sock", "5.sock");
                }
            }
        }
    }

    private static ReloadResult blocked(CountDownLatch began, CountDownLatch end) {
        began.countDown();
        try {
            end.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return ReloadResult.applied("x");
    }

    /** For example, the request that ends the last connection of a process that drains. */
    @Test
    void requestInProgressIsAnsweredAtTheClose() throws Exception {
        Path path = directory.resolve("c.sock");
        CountDownLatch began = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        ControlSocket socket = open(path, false, () -> blocked(began, end));
        try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            client.write(ByteBuffer.wrap("POST /reload HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
            began.await();
            Thread closer = new Thread(socket::close);
            closer.start();
            while (Files.exists(path)) {
                Thread.onSpinWait();
            }

            end.countDown();

            assertThat(new String(Channels.newInputStream(client).readAllBytes(), StandardCharsets.UTF_8))
                    .contains("\"applied\"");
            closer.join();
        } finally {
            socket.close();
        }
    }

    @Test
    void secondReloadIsRefusedWhileOneIsInProgress() throws Exception {
        Path path = directory.resolve("c.sock");
        CountDownLatch began = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);

        try (ControlSocket socket = open(path, false, () -> blocked(began, end))) {
            assertThat(socket).isNotNull();
            try (SocketChannel first = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
                first.write(ByteBuffer.wrap("POST /reload HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
                began.await();

                assertThat(exchange(path, "POST /reload")).startsWith("HTTP/1.1 409 Conflict\r\n");

                end.countDown();
                assertThat(new String(Channels.newInputStream(first).readAllBytes(), StandardCharsets.UTF_8))
                        .contains("\"applied\"");
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|',
            textBlock = """
                    GET /other                      | 404 | not found; available: /status /connections /reload
                    GET /reload                     | 405 | /reload: only POST is allowed
                    POST /status                    | 405 | /status: only GET is allowed
                    POST /log?logger=apex           | 400 | the parameter level is missing
                    POST /reload?now                | 400 | unknown parameter 'now'; known:
                    POST /takeover                  | 400 | the parameter pid is missing
                    POST /takeover?pid=x            | 400 | pid: expected a number from 1 to 2147483647, found 'x'
                    POST /retire?pid=1              | 409 | this process starts, stops, or
                    GET /status                     | 500 | the request failed; the log has the details
                    GET /connections?sort=x         | 400 | sort: expected age, bytes or rate, found 'x'
                    GET /connections?client=x       | 400 | client: expected an address such as 192.0.2.1 or a network
                    POST /close                     | 400 | expected one of the parameters connection and backend
                    POST /close?connection=9        | 400 | connection: expected an identifier of apex top such as 0-17
                    POST /close?connection=0-9      | 404 | no open connection 0-9; apex top lists them
                    POST /close?connection=99-9     | 404 | no open connection 99-9; apex top lists them
                    POST /close?backend=web         | 400 | backend: expected POOL/BACKEND, found 'web'
                    """)
    void mistakesAreAnswered(String request, int status, String message) throws IOException {
        Path path = directory.resolve("c.sock");

        try (ControlSocket socket = open(path, false, ReloadResult::unchanged)) {
            assertThat(socket).isNotNull();
            assertThat(exchange(path, request)).startsWith("HTTP/1.1 " + status + " ").contains("\r\n\r\n" + message);
        }
    }

    @Test
    void listWithoutConnectionsIsEmpty() throws IOException {
        Path path = directory.resolve("c.sock");

        try (ControlSocket socket = open(path, false, ReloadResult::unchanged)) {
            assertThat(socket).isNotNull();
            assertThat(exchange(path, "GET /connections?sort=rate&limit=1&client=10.0.0.0/8&backend=a/b"))
                    .endsWith("{\"total\":0,\"blocked_loops\":0,\"connections\":[]}");
        }
    }

    @Test
    void fileOfAProcessThatHasEndedIsReplaced() throws IOException {
        Path path = directory.resolve("c.sock");
        try (ServerSocketChannel ended = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            ended.bind(UnixDomainSocketAddress.of(path));
        }
        assertThat(path).exists();

        try (ControlSocket socket = open(path, false, ReloadResult::unchanged)) {
            assertThat(socket).isNotNull();
            assertThat(exchange(path, "POST /reload")).contains("unchanged");
        }
        assertThat(path).doesNotExist();
    }

    @Test
    void pathInUseAndFileThatIsNoSocketAreKept() throws IOException {
        Path path = directory.resolve("c.sock");
        Path file = Files.writeString(directory.resolve("d.sock"), "text");

        try (ControlSocket socket = open(path, false, ReloadResult::unchanged)) {
            assertThat(socket).isNotNull();
            assertThatThrownBy(() -> open(path, false, ReloadResult::unchanged)).isInstanceOf(BindException.class);
            assertThatThrownBy(() -> open(file, false, ReloadResult::unchanged)).isInstanceOf(IOException.class)
                    .hasMessageContaining("a file exists that is not a socket");
            assertThat(exchange(path, "POST /reload")).contains("unchanged");
        }
        assertThat(file).hasContent("text");
    }

    @Test
    void pathThatIsTooLongIsRefused() {
        assertThatThrownBy(() -> open(Path.of("/tmp", "x".repeat(102)), false, ReloadResult::unchanged))
                .isInstanceOf(IOException.class)
                .hasMessage("the path has 107 bytes, and a socket permits 106");
    }
}
