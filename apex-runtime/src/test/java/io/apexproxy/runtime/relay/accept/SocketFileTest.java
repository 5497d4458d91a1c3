package io.apexproxy.runtime.relay.accept;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ch.qos.logback.classic.Level;
import io.apexproxy.test.LogCapture;
import java.io.IOException;
import java.net.BindException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SocketFileTest {

    private static final Set<PosixFilePermission> MODE = PosixFilePermissions.fromString("rw-rw-rw-");
    private static final int MAX_PATH_BYTES = 106;

    @TempDir
    private Path directory;
    private ServerSocketChannel server;

    @BeforeEach
    void open() throws IOException {
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    private void listen(Path path) throws IOException {
        server.bind(UnixDomainSocketAddress.of(path));
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    private List<String> content() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    @Test
    void socketIsInaccessibleUntilItHasItsMode() throws IOException {
        Path path = directory.resolve("apex.sock");
        List<Path> bound = new ArrayList<>();

        new SocketFile(path).bind(MODE, temporary -> {
            bound.add(temporary);
            assertThat(mode(temporary.getParent())).isEqualTo("rwx------");
            listen(temporary);
            assertThat(path).doesNotExist();
        });

        assertThat(bound.get(0).getParent().getParent()).isEqualTo(directory);
        assertThat(mode(path)).isEqualTo("rw-rw-rw-");
        assertThat(content()).containsExactly("apex.sock");
    }

    @Test
    void socketWithALongPathIsBoundDirectly() throws IOException {
        int length = MAX_PATH_BYTES - 3 - directory.toString().length();
        Path path = Files.createDirectory(directory.resolve("d".repeat(length))).resolve("s");
        assertThat(path.toString()).hasSize(MAX_PATH_BYTES);
        SocketFile file = new SocketFile(path);

        file.bind(MODE, temporary -> {
            assertThat(temporary).isEqualTo(path);
            listen(temporary);
        });

        assertThat(mode(path)).isEqualTo("rw-rw-rw-");
        file.remove();
        assertThat(path).doesNotExist();
    }

    @Test
    void socketOfARunningProcessIsReplacedAtOnce() throws IOException {
        Path path = directory.resolve("apex.sock");
        SocketFile old = new SocketFile(path);
        try (ServerSocketChannel running = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            old.bind(MODE, free -> running.bind(UnixDomainSocketAddress.of(free)));
            SocketFile fresh = new SocketFile(path);
            assertThatThrownBy(() -> fresh.bind(MODE, this::listen)).isInstanceOf(BindException.class);
            close();
            open();

            fresh.replace(MODE, temporary -> {
                listen(temporary);
                assertThat(path).exists();
            });

            assertThat(old.isIntact()).isFalse();
            assertThat(fresh.isIntact()).isTrue();
            old.remove();
            assertThat(content()).containsExactly("apex.sock");
            fresh.rename(directory.resolve("next"));
            assertThat(content()).containsExactly("next");
            assertThat(fresh.isIntact()).isTrue();
        }
    }

    @Test
    void fileThatIsNoSocketIsNotReplaced() throws IOException {
        Path path = Files.writeString(directory.resolve("apex.sock"), "text");

        assertThatThrownBy(() -> new SocketFile(path).replace(MODE, this::listen))
                .hasMessageContaining("a file exists that is not a socket");
        assertThat(content()).containsExactly("apex.sock");
    }

    @ParameterizedTest
    @CsvSource({"0777, 1", "0775, 1", "01777, 0", "0755, 0", "0700, 0"})
    void warnsIfOthersCanReplaceTheSocket(String mode, int warnings) throws IOException {
        Files.setAttribute(directory, "unix:mode", Integer.parseInt(mode, 8));
        try (LogCapture log = LogCapture.of("apex.relay", Level.WARN)) {
            new SocketFile(directory.resolve("apex.sock")).bind(MODE, this::listen);

            assertThat(log.lines()).hasSize(warnings).allSatisfy(line -> assertThat(line)
                    .contains("can write to the directory (rwxrwx", "chmod go-w " + directory));
        }
    }

    /** If a later JDK supports this, {@link SocketFile#changeMode} can check and set the mode without a race. */
    @Test
    void jdkCannotSetTheModeOfASocketWithoutFollowingLinks() throws IOException {
        Path path = directory.resolve("apex.sock");
        listen(path);

        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            assumeTrue(files instanceof SecureDirectoryStream, "this system has no openat");
            PosixFileAttributeView view = ((SecureDirectoryStream<Path>) files).getFileAttributeView(
                    path.getFileName(), PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
            assertThatThrownBy(() -> view.setPermissions(MODE)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void fileThatAppearsDuringTheBindIsKept() throws IOException {
        Path path = directory.resolve("apex.sock");
        SocketFile file = new SocketFile(path);

        assertThatThrownBy(() -> file.bind(MODE, temporary -> {
            listen(temporary);
            Files.writeString(path, "other file");
        })).isInstanceOf(BindException.class).hasMessage("Address already in use");

        file.remove();
        assertThat(path).hasContent("other file");
        assertThat(content()).containsExactly("apex.sock");
    }

    @Test
    void failedBindLeavesNoFiles() throws IOException {
        SocketFile file = new SocketFile(directory.resolve("apex.sock"));

        assertThatThrownBy(() -> file.bind(MODE, temporary -> {
            throw new IOException("no memory");
        })).hasMessage("no memory");

        file.remove();
        assertThat(content()).isEmpty();
    }

    @Test
    void modeOfAnotherFileIsNeverChanged() throws IOException {
        Path path = directory.resolve("apex.sock");
        Path precious = Files.writeString(directory.resolve("precious"), "secret");
        Files.setPosixFilePermissions(precious, PosixFilePermissions.fromString("rw-------"));
        SocketFile file = new SocketFile(path);
        file.bind(Set.of(), this::listen);
        Files.move(path, directory.resolve("moved"));
        Files.createSymbolicLink(path, precious);

        assertThatThrownBy(() -> file.changeMode(MODE)).hasMessageContaining("no longer the socket of Apex");

        assertThat(mode(precious)).isEqualTo("rw-------");
        assertThat(file.isMissing()).isFalse();
        assertThat(file.isIntact()).isFalse();
        Files.delete(path);
        assertThat(file.isMissing()).isTrue();
        assertThat(file.isIntact()).isFalse();
        assertThatThrownBy(() -> file.changeMode(MODE)).hasMessageContaining("no longer the socket of Apex");
    }
}
