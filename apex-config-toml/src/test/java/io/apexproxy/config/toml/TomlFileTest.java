package io.apexproxy.config.toml;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.config.ConfigTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class TomlFileTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    @TempDir
    private Path directory;

    @Test
    void originsContainTheFileNameAsWritten() throws IOException {
        Files.writeString(file(), "port = 1");

        assertThat(load().members().get("port").value().origin()).hasToString("conf/config.toml:1:8");
        assertThat(load().origin()).hasToString("conf/config.toml");
    }

    @Test
    void byteOrderMarkIsSkipped() throws IOException {
        Files.writeString(file(), "\uFEFFport = 1");

        assertThat(load().members().get("port").key()).hasToString("conf/config.toml:1:1");
    }

    @Test
    void missingFileIsReportedWithItsPath() {
        assertFailure("conf/config.toml: no such file (looked for " + file() + "): create it or correct the path");
    }

    @Test
    void danglingLinkIsReportedAsMissingFile() throws IOException {
        Files.createSymbolicLink(file(), Path.of("nowhere"));

        assertFailure("conf/config.toml: no such file (looked for " + file() + "): create it or correct the path");
    }

    @Test
    void missingOptionalFileIsEmpty() {
        ConfigFiles file = new ConfigFiles(new TomlFile(file(), "overrides.toml"), TestFile.MAX_BYTES,
                Duration.ofSeconds(20), true);

        ReadResult result = file.parse(file.read());

        assertThat(result).isInstanceOfSatisfying(ReadResult.Parsed.class,
                parsed -> assertThat(parsed.tree().members()).isEmpty());
    }

    @Test
    void optionalFileThatIsADirectoryIsRejected() throws IOException {
        Files.createDirectory(file());
        ConfigFiles file = new ConfigFiles(new TomlFile(file(), "overrides.toml"), TestFile.MAX_BYTES,
                Duration.ofSeconds(20), true);

        assertThat(file.parse(file.read())).isInstanceOf(ReadResult.Failed.class);
    }

    @Test
    void directoryIsRejected() throws IOException {
        Files.createDirectory(file());

        assertFailure("conf/config.toml: expected a file, found a directory: give the path of a file in it");
    }

    @Test
    void deviceIsRejected() {
        assertThatThrownBy(() -> load(Path.of("/dev/null"))).isInstanceOf(ConfigException.class).hasMessage(
                "conf/config.toml: expected a regular file, found a pipe or device: the file is read again on every"
                        + " change, so save it to disk");
    }

    @Test
    void pathThroughAFileIsRejected() throws IOException {
        Files.writeString(file(), "");

        assertThatThrownBy(() -> load(file().resolve("config.toml"))).isInstanceOf(ConfigException.class)
                .hasMessageMatching("conf/config.toml: (cannot be read \\(Not a directory\\)" // JDK 17
                        + "|no such file \\(looked for .+\\)): .+"); // JDK 25
    }

    @Test
    void circularLinkIsRejected() throws IOException {
        Files.createSymbolicLink(file(), file());

        assertThatThrownBy(() -> load(file())).isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("conf/config.toml: cannot be read (Too many levels of symbolic links");
    }

    @Test
    void missingPermissionIsReported() throws IOException {
        Files.writeString(file(), "port = 1");
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("---------"));
        assumeFalse(Files.isReadable(file()), "the superuser can read every file");

        assertFailure("conf/config.toml: permission denied: let the user '" + System.getProperty("user.name")
                + "' read the file and enter its directories");
    }

    @Test
    void invalidUtf8IsReportedWithItsPosition() throws IOException {
        Files.write(file(), "a = 1\n# \u00e4".getBytes(StandardCharsets.ISO_8859_1));

        assertFailure("conf/config.toml:2:3: expected UTF-8, found the byte 0xE4: save the file as UTF-8");
    }

    @Test
    void incompleteUtf8AtTheEndIsReported() throws IOException {
        Files.write(file(), new byte[] {'#', (byte) 0xC3});

        assertFailure("conf/config.toml:1:2: expected UTF-8, found the byte 0xC3: save the file as UTF-8");
    }

    @Test
    void tooLargeFileIsReported() throws IOException {
        Files.write(file(), new byte[TestFile.MAX_BYTES + 1]);

        assertFailure("conf/config.toml: expected at most 4 MiB, found more: correct the path, or raise the limit with"
                + " -Dapex.config.max_bytes=BYTES in conf/jvm.options");
    }

    @Test
    @Timeout(120)
    void pipeDoesNotBlockReads() throws Exception {
        Path pipe = pipe();
        ReadThreads threads = new ReadThreads(Duration.ofMillis(50));
        try {
            for (int i = 0; i <= ReadThreads.LIMIT; i++) { // all threads are abandoned before the last read
                assertThat(threads.call(() -> read(pipe))).as("read " + i).isEmpty();
            }
            assertThat(blockedReads()).isLessThanOrEqualTo(ReadThreads.LIMIT);
        } finally {
            release(pipe);
        }

        Files.writeString(file(), "port = 1");
        await().atMost(TIMEOUT).until(() -> threads.call(() -> read(file())).isPresent());
    }

    @Test
    @Timeout(120)
    void fileAlternatingWithAPipeIsReadWithinTheTimeout() throws Exception {
        Path pipe = pipe();
        Path spare = directory.resolve("spare");
        ConfigFiles file =
                new ConfigFiles(new TomlFile(file(), "config.toml"), TestFile.MAX_BYTES, Duration.ofMillis(200), false);
        AtomicBoolean done = new AtomicBoolean();
        Thread swapping = new Thread(() -> {
            while (!done.get()) {
                replaceByContent(spare);
                replaceByLink(pipe, spare);
            }
        });
        swapping.start();
        try {
            for (int i = 0; i < 200; i++) {
                long begin = System.nanoTime();
                assertThat(file.read()).isNotNull();
                assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(TIMEOUT);
            }
        } finally {
            done.set(true);
            swapping.join();
            release(pipe);
        }
    }

    private void replaceByContent(Path spare) {
        try {
            Files.move(Files.writeString(spare, "port = 1"), file(), ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void replaceByLink(Path pipe, Path spare) {
        try {
            Files.move(Files.createSymbolicLink(spare, pipe), file(), ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path pipe() throws Exception {
        Path pipe = directory.resolve("pipe");
        try {
            assumeTrue(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0, "mkfifo works");
        } catch (IOException e) {
            assumeTrue(false, "no mkfifo: " + e.getMessage());
        }
        return pipe;
    }

    /** Ends the reads that wait for the pipe. On Linux, an open for both directions never blocks. */
    private static void release(Path pipe) throws IOException {
        try (var both = Files.newByteChannel(pipe, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            await().atMost(TIMEOUT).until(() -> both.isOpen() && blockedReads() == 0);
        }
    }

    /** Returns the number of threads in a call that opens a file. */
    private static long blockedReads() {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(thread -> thread.getKey().getName().equals("apex-config-toml-read")
                        && Stream.of(thread.getValue()).anyMatch(call -> call.getMethodName().startsWith("open")))
                .count();
    }

    private static byte[] read(Path path) {
        try (var in = Files.newInputStream(path)) {
            return in.readNBytes(1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path file() {
        return directory.resolve("config.toml");
    }

    private ConfigTree.Table load() {
        return load(file());
    }

    private static ConfigTree.Table load(Path path) {
        return new LastRead(TestFile.at(path, "conf/config.toml")).load();
    }

    private void assertFailure(String message) {
        assertThatThrownBy(this::load).isInstanceOf(ConfigException.class).hasMessage(message);
    }
}
