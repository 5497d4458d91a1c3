package io.apexproxy.runtime.relay.accept;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Tests of a socket file's mode in a process with umask 0. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "Windows has no umask")
class UmaskTest {

    private static final String MODE = "rw-------";
    private static final int ROUNDS = 500;
    private static final long PATIENCE_SECONDS = 60;

    @TempDir
    private Path directory;

    @Test
    void fileAlwaysHasTheConfiguredMode() throws IOException, InterruptedException {
        Path path = directory.resolve("apex.sock");
        Process child = new ProcessBuilder("sh", "-c", "umask 0; exec \"$@\"", "sh",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                UmaskTest.class.getName(), path.toString()).inheritIO().start();
        try {
            Set<String> seen = new TreeSet<>();
            while (child.isAlive()) {
                addMode(path, seen);
            }
            assertThat(child.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(child.exitValue()).isZero();
            assertThat(seen).containsExactly(MODE);
        } finally {
            child.destroyForcibly();
        }
    }

    private static void addMode(Path path, Set<String> seen) throws IOException {
        try {
            seen.add(PosixFilePermissions.toString(Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS)));
        } catch (NoSuchFileException e) {
            Thread.onSpinWait(); // between two binds
        }
    }

    /** Binds and removes the socket many times. */
    public static void main(String[] arguments) throws IOException {
        Path path = Path.of(arguments[0]);
        for (int round = 0; round < ROUNDS; round++) {
            try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                SocketFile file = new SocketFile(path);
                file.bind(PosixFilePermissions.fromString(MODE),
                        temporary -> server.bind(UnixDomainSocketAddress.of(temporary)));
                file.remove();
            }
        }
    }
}
