package io.apexproxy.runtime;

import static io.apexproxy.test.Bytes.MIB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apexproxy.api.ConfigException;
import io.apexproxy.test.Bytes;
import io.apexproxy.test.TestServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests of Unix-domain sockets on both sides of the proxy, and of their files. */
@Timeout(120)
class UnixSocketTest {

    @TempDir
    Path directory;

    private Path file(String name) {
        return directory.resolve(name);
    }

    private TestProxy.Setup listening(Path file) {
        return TestProxy.threads(2).listenAddress("unix:" + file);
    }

    private static void assertEchoes(SocketChannel client, int count) throws IOException {
        CompletableFuture<Long> sent = Bytes.async(() -> {
            long checksum = Bytes.send(count, UnixServer.output(client));
            client.shutdownOutput();
            return checksum;
        });
        assertThat(Bytes.checksum(Channels.newInputStream(client))).isEqualTo(Bytes.get(sent));
    }

    @Test
    void relaysBetweenTwoUnixSockets() throws IOException {
        try (var backend = UnixServer.echo(file("app")); var proxy = listening(file("apex")).over(backend.address())) {
            for (int i = 0; i < 5; i++) {
                try (var client = UnixServer.connect(file("apex"))) {
                    assertEchoes(client, 10 * MIB);
                }
            }
            proxy.awaitEnding("client-closed", 5);
            assertThat(proxy.backend(0).bytesToClient()).isEqualTo(50L * MIB);
            assertThat(proxy.backend(0).name()).isEqualTo("unix:" + file("app"));
            assertThat(proxy.backend(0).address()).isEqualTo(UnixDomainSocketAddress.of(file("app")));
            assertThat(proxy.snapshot().listeners().get(0).addresses())
                    .containsExactly(UnixDomainSocketAddress.of(file("apex")));
        }
    }

    @Test
    void relaysFromUnixSocketToTcp() throws IOException {
        try (var backend = TestServer.echo();
                var proxy = listening(file("apex")).over(backend);
                var client = UnixServer.connect(file("apex"))) {
            assertEchoes(client, MIB);
            proxy.awaitEnding("client-closed");
        }
    }

    @Test
    void relaysFromTcpToUnixSocket() throws IOException {
        try (var backend = UnixServer.echo(file("app"));
                var proxy = TestProxy.threads(2).over(backend.address());
                var client = proxy.connect()) {
            assertThat(Bytes.ping(client)).isEqualTo('p');
            client.shutdownOutput();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            proxy.awaitEnding("client-closed");
        }
    }

    @Test
    void failsOverWhenUnixSocketRefuses() throws IOException {
        try (var stopped = UnixServer.echo(file("stopped")); var running = UnixServer.echo(file("running"));
                var proxy = TestProxy.threads(2).over(stopped.address(), running.address())) {
            proxy.awaitRotation(); // the stopped backend is not probed again
            stopped.stop();
            for (int i = 0; i < 4; i++) {
                try (var client = proxy.connect()) {
                    assertThat(Bytes.ping(client)).isEqualTo('p');
                }
            }
            assertThat(proxy.backend(0).connectErrors()).isPositive();
        }
    }

    /** The kernel fails such a connect with EAGAIN, while a TCP connect would be in progress. */
    @Test
    void failsOverWhenTheQueueOfAUnixSocketIsFull() throws IOException {
        List<SocketChannel> queued = new ArrayList<>();
        try (var full = UnixServer.deaf(file("full")); var running = UnixServer.echo(file("running"));
                var proxy = TestProxy.threads(2).over(full.address(), running.address())) {
            proxy.await(now -> now.pools().get(0).backends().stream().allMatch(view -> view.state().equals("up")));
            fill(file("full"), queued);
            Awaitility.await().atMost(TestProxy.PATIENCE).until(() -> { // until the full backend is picked
                try (var client = proxy.connect()) {
                    assertThat(Bytes.ping(client)).isEqualTo('p');
                }
                return proxy.backend(0).connectErrors() > 0;
            });
            assertThat(proxy.backend(0).connections()).isZero();
        } finally {
            for (SocketChannel channel : queued) {
                channel.close();
            }
        }
    }

    private static void fill(Path file, List<SocketChannel> queued) throws IOException {
        boolean connected = true;
        while (connected) {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            queued.add(channel);
            channel.configureBlocking(false);
            try {
                connected = channel.connect(UnixDomainSocketAddress.of(file));
            } catch (SocketException e) {
                assertThat(e).hasMessageContaining("temporarily unavailable");
                connected = false;
            }
        }
    }

    @Test
    void fileHasMode660AndIsRemovedWithTheProxy() throws IOException {
        try (var proxy = listening(file("apex")).over(TestServer.goneAddress())) {
            assertThat(proxy.snapshot().listeners()).hasSize(1);
            assertThat(mode(file("apex"))).isEqualTo("rw-rw----");
        }
        assertThat(file("apex")).doesNotExist();
    }

    @Test
    void unixModeSetsTheModeOfTheFile() throws IOException {
        try (var proxy = listening(file("apex")).listener("unix_mode = \"606\"").over(TestServer.goneAddress())) {
            assertThat(proxy.snapshot().listeners()).hasSize(1);
            assertThat(mode(file("apex"))).isEqualTo("rw----rw-");
        }
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    @Test
    void fileOfAnEndedProcessIsReplaced() throws IOException {
        UnixServer.echo(file("apex")).close();
        assertThat(file("apex")).exists();
        try (var backend = TestServer.echo();
                var proxy = listening(file("apex")).over(backend);
                var client = UnixServer.connect(file("apex"))) {
            assertEchoes(client, 1);
            proxy.awaitEnding("client-closed");
        }
    }

    @Test
    void startFailsIfAnotherProcessListensOnTheFile() throws IOException {
        try (var other = UnixServer.echo(file("apex"))) {
            assertThatThrownBy(() -> listening(file("apex")).over(TestServer.goneAddress()))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageEndingWith("config.toml:3:15: listeners.web.listen_addr: " + other.address()
                            + " is in use by another process");
            try (var client = UnixServer.connect(file("apex"))) {
                assertEchoes(client, 1);
            }
        }
    }

    @Test
    void startFailsIfTheQueueOfTheOtherProcessIsFull() throws IOException {
        List<SocketChannel> queued = new ArrayList<>();
        try (var other = UnixServer.deaf(file("apex"))) {
            fill(file("apex"), queued);
            assertThatThrownBy(() -> listening(file("apex")).over(TestServer.goneAddress()))
                    .hasMessageEndingWith("config.toml:3:15: listeners.web.listen_addr: " + other.address()
                            + " is in use by another process");
        } finally {
            for (SocketChannel channel : queued) {
                channel.close();
            }
        }
    }

    @Test
    void startFailsIfTheFileIsNotASocket() throws IOException {
        Files.writeString(file("apex"), "precious");

        assertThatThrownBy(() -> listening(file("apex")).over(TestServer.goneAddress()))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("cannot be listened on").hasMessageContaining("not a socket");

        assertThat(file("apex")).hasContent("precious");
    }

    @Test
    void startFailsIfTheDirectoryIsMissing() {
        assertThatThrownBy(() -> listening(file("none/apex")).over(TestServer.goneAddress()))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("config.toml:3:15: listeners.web.listen_addr: unix:" + file("none/apex")
                        + " cannot be listened on: No such file");
    }

    @Test
    void replacedFileIsNotRemoved() throws IOException {
        try (var proxy = listening(file("apex")).over(TestServer.goneAddress())) {
            assertThat(proxy.snapshot().listeners()).hasSize(1);
            Files.writeString(file("other"), "other file");
            Files.move(file("other"), file("apex"), StandardCopyOption.ATOMIC_MOVE);
        }
        assertThat(file("apex")).hasContent("other file");
    }

    /** Otherwise a user with write permission to the directory could change the mode of any file of Apex's user. */
    @Test
    void reloadDoesNotChangeTheModeOfAReplacedFile() throws IOException {
        Path precious = Files.writeString(file("precious"), "secret");
        Files.setPosixFilePermissions(precious, PosixFilePermissions.fromString("rw-------"));
        try (var apex = new ReloadFixture()) {
            NamedServer a = apex.server("a");
            apex.start(listeners("apex", "") + ReloadFixture.pool(a));
            Files.createSymbolicLink(file("link"), precious);
            Files.move(file("link"), file("apex"), StandardCopyOption.ATOMIC_MOVE); // Apex must not see it missing

            apex.reload(listeners("apex", "unix_mode = \"666\"") + ReloadFixture.pool(a));

            assertThat(mode(precious)).isEqualTo("rw-------");
            assertThat(file("apex")).isSymbolicLink().hasContent("secret");
            String lost = "WARN listeners.local: unix:" + file("apex") + " was replaced by another file";
            assertThat(apex.log.lines()).filteredOn(line -> line.startsWith(lost)).hasSize(1).first().asString()
                    .contains("cannot be bound again: ", "a file exists that is not a socket");
            apex.proxy().reload();
            assertThat(apex.log.count(lost)).as("not repeated").isOne();

            Files.delete(file("apex"));
            awaitAnswer("apex");
            assertThat(mode(file("apex"))).isEqualTo("rw-rw-rw-");
            assertThat(mode(precious)).isEqualTo("rw-------");
        }
    }

    @Test
    void removedFileIsBoundAgainWithoutAReload() throws IOException {
        try (var apex = new ReloadFixture()) {
            NamedServer a = apex.server("a");
            apex.start(listeners("apex", "unix_mode = \"606\"") + ReloadFixture.pool(a));
            for (int i = 1; i <= 2; i++) {
                Files.delete(file("apex"));
                awaitAnswer("apex");
                assertThat(mode(file("apex"))).isEqualTo("rw----rw-");
                long times = i;
                Awaitility.await().until(() -> apex.log.count("unix:" + file("apex")
                        + " was removed, so no client could connect; it is bound again") == times);
            }
        }
        assertThat(file("apex")).doesNotExist();
    }

    @Test
    void fileReplacedByTheSocketOfAnEndedProcessIsBoundAgain() throws IOException {
        try (var apex = new ReloadFixture()) {
            NamedServer a = apex.server("a");
            apex.start(listeners("apex", "") + ReloadFixture.pool(a));
            UnixServer.echo(file("ended")).close();
            Files.move(file("ended"), file("apex"), StandardCopyOption.ATOMIC_MOVE);

            awaitAnswer("apex");
        }
    }

    @Test
    void fileReplacedByTheSocketOfARunningProcessIsKept() throws IOException {
        try (var apex = new ReloadFixture()) {
            NamedServer a = apex.server("a");
            apex.start(listeners("apex", "") + ReloadFixture.pool(a));
            try (var other = UnixServer.echo(file("other"))) {
                Files.move(file("other"), file("apex"), StandardCopyOption.ATOMIC_MOVE);

                apex.proxy().reload();

                assertThat(apex.log.count("cannot be bound again: Address already in use")).as(other.address()).isOne();
                try (var client = UnixServer.connect(file("apex"))) {
                    assertEchoes(client, 1);
                }
            }
        }
        assertThat(file("apex")).exists();
    }

    private void awaitAnswer(String name) {
        Awaitility.await().atMost(TestProxy.PATIENCE).ignoreExceptions().untilAsserted(() -> {
            try (var client = UnixServer.connect(file(name))) {
                assertThat(ask(client)).isEqualTo("a");
            }
        });
    }

    @Test
    void removedFileIsBoundAgainByAReload() throws IOException {
        try (var apex = new ReloadFixture()) {
            NamedServer a = apex.server("a");
            apex.start(listeners("apex", "") + ReloadFixture.pool(a));
            try (var kept = UnixServer.connect(file("apex"))) {
                assertThat(ask(kept)).isEqualTo("a");
                Files.delete(file("apex"));

                apex.proxy().reload();

                assertThat(apex.log.count("was removed, so no client could connect; it is bound again")).isOne();
                assertThat(mode(file("apex"))).isEqualTo("rw-rw----");
                try (var client = UnixServer.connect(file("apex"))) {
                    assertThat(ask(client)).isEqualTo("a");
                }
                assertThat(ask(kept)).isEqualTo("a");
            }
            apex.proxy().reload();
            assertThat(file("apex")).exists();
        }
        assertThat(file("apex")).doesNotExist();
    }

    @Test
    void unixModeRequiresAUnixSocket() {
        assertThatThrownBy(() -> TestProxy.threads(2).listener("unix_mode = \"660\"").over(TestServer.goneAddress()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("listeners.web.unix_mode: no address of this listener is a Unix-domain socket");
        assertThatThrownBy(() -> listening(file("apex")).listener("unix_mode = 660").over(TestServer.goneAddress()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("expected a file mode such as \"660\", found 660; write it in quotes");
    }

    @Test
    void reloadAddsMovesAndRemovesFilesWithoutClosingConnections() throws IOException {
        try (var apex = new ReloadFixture()) {
            NamedServer a = apex.server("a");
            apex.start(listeners("first", "") + ReloadFixture.pool(a));
            try (var kept = UnixServer.connect(file("first"))) {
                assertThat(ask(kept)).isEqualTo("a");

                apex.reload(listeners("second", "unix_mode = \"600\"") + ReloadFixture.pool(a));
                assertThat(file("first")).doesNotExist();
                assertThat(mode(file("second"))).isEqualTo("rw-------");
                try (var client = UnixServer.connect(file("second"))) {
                    assertThat(ask(client)).isEqualTo("a");
                }
                assertThat(ask(kept)).isEqualTo("a");

                Object before = Files.getAttribute(file("second"), "unix:ino");
                apex.reload(listeners("second", "") + ReloadFixture.pool(a));
                assertThat(Files.getAttribute(file("second"), "unix:ino")).isEqualTo(before);
                assertThat(mode(file("second"))).isEqualTo("rw-rw----");

                apex.reload(ReloadFixture.WEB + ReloadFixture.pool(a));
                assertThat(file("second")).doesNotExist();
                assertThat(ask(kept)).isEqualTo("a");
            }
        }
    }

    private String listeners(String file, String keys) {
        return ReloadFixture.WEB + "[listeners.local]\nlisten_addr = \"unix:" + file(file) + "\"\npool = \"web\"\n"
                + keys + "\n";
    }

    private static String ask(SocketChannel client) throws IOException {
        Channels.newOutputStream(client).write('\n');
        byte[] answer = Channels.newInputStream(client).readNBytes(2);
        return new String(answer, 0, 1, StandardCharsets.US_ASCII);
    }
}
