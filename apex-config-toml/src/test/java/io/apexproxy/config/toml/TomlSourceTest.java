package io.apexproxy.config.toml;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks that all ways of writing a file change its attributes; the poll interval is too long to matter. */
class TomlSourceTest {

    private static final Duration NEVER = Duration.ofDays(1);

    @TempDir
    private Path directory;
    private final Recorder recorder = new Recorder();
    private Path file;
    private TomlSource source;

    @BeforeEach
    void createFile() throws IOException {
        file = Files.createDirectory(directory.resolve("conf")).resolve("config.toml");
        write(file, 1);
    }

    @AfterEach
    void close() {
        source.close();
    }

    @Test
    void writeInPlaceIsReported() throws IOException {
        watch(file);

        write(file, 2);

        recorder.awaitLast("port 2");
        assertThat(recorder.calls()).containsExactly("port 2");
    }

    @Test
    void renameOverTheFileIsReported() throws IOException {
        watch(file);

        replace(file, 2);
        recorder.awaitLast("port 2");

        replace(file, 3);
        recorder.awaitLast("port 3");
    }

    @Test
    void editorWithBackupFileIsReportedAsOneChange() throws IOException {
        watch(file);

        Files.move(file, file.resolveSibling("config.toml~"));
        write(file, 2);

        recorder.awaitLast("port 2");
        assertThat(recorder.calls()).containsExactly("port 2");
    }

    @Test
    void deleteAndCreateIsReportedAsOneChange() throws IOException {
        watch(file);

        Files.delete(file);
        write(file, 2);

        recorder.awaitLast("port 2");
        assertThat(recorder.calls()).containsExactly("port 2");
    }

    @Test
    void deletedFileIsReportedOnceAndSoIsItsReturn() throws IOException {
        watch(file);

        Files.delete(file);
        recorder.awaitLast("config.toml: no such file (looked for " + file + "): create it or correct the path");
        write(file, 1);
        recorder.awaitLast("port 1");

        assertThat(recorder.calls()).hasSize(2);
    }

    @Test
    void removedAndRecreatedDirectoryIsReported() throws IOException {
        watch(file);

        Files.delete(file);
        Files.delete(file.getParent());
        recorder.awaitLast("config.toml: no such file (looked for " + file + "): create it or correct the path");
        Files.createDirectory(file.getParent());
        write(file, 2);
        recorder.awaitLast("port 2");
        write(file, 3);

        recorder.awaitLast("port 3");
    }

    @Test
    void replacedDirectoryIsReported() throws IOException {
        watch(file);
        Path other = Files.createDirectory(directory.resolve("other"));
        write(other.resolve("config.toml"), 2);

        Files.move(file.getParent(), directory.resolve("old"));
        Files.move(other, file.getParent());
        recorder.awaitLast("port 2");
        write(file, 3);

        recorder.awaitLast("port 3");
    }

    @Test
    void configMapUpdateIsReported() throws IOException {
        Path mount = Files.createDirectory(directory.resolve("mount"));
        write(Files.createDirectory(mount.resolve("..2026_1")).resolve("config.toml"), 1);
        Files.createSymbolicLink(mount.resolve("..data"), Path.of("..2026_1"));
        Files.createSymbolicLink(mount.resolve("config.toml"), Path.of("..data/config.toml"));
        watch(mount.resolve("config.toml"));

        for (int version = 2; version <= 4; version++) {
            write(Files.createDirectory(mount.resolve("..2026_" + version)).resolve("config.toml"), version);
            link(mount.resolve("..data"), Path.of("..2026_" + version));
            Files.delete(mount.resolve("..2026_" + (version - 1) + "/config.toml"));
            Files.delete(mount.resolve("..2026_" + (version - 1)));
            recorder.awaitLast("port " + version);
        }

        assertThat(recorder.calls()).containsExactly("port 2", "port 3", "port 4");
    }

    @Test
    void everyLinkOfAChainIsWatched() throws IOException {
        Path far = Files.createDirectories(directory.resolve("far/away"));
        Path first = directory.resolve("first.toml");
        Path second = directory.resolve("second");
        link(first, Path.of("second/third.toml"));
        link(second, Path.of("./conf/../far/away"));
        link(far.resolve("third.toml"), file);
        watch(first);

        write(file, 2);
        recorder.awaitLast("port 2");

        write(directory.resolve("near.toml"), 3);
        link(far.resolve("third.toml"), Path.of("../../near.toml"));
        recorder.awaitLast("port 3");

        write(Files.createDirectory(directory.resolve("new")).resolve("third.toml"), 4);
        link(second, directory.resolve("new"));
        recorder.awaitLast("port 4");

        write(directory.resolve("new/third.toml"), 5);
        recorder.awaitLast("port 5");

        write(directory.resolve("last.toml"), 6);
        link(first, Path.of("last.toml"));
        recorder.awaitLast("port 6");
    }

    @Test
    void touchIsNotReported() throws IOException {
        watch(file);

        Files.setLastModifiedTime(file, FileTime.fromMillis(0));
        write(file, 1);
        write(file, 2);
        recorder.awaitLast("port 2");

        assertThat(recorder.calls()).containsExactly("port 2");
    }

    @Test
    void burstOfWritesIsCoalesced() throws IOException {
        watch(file);

        for (int port = 2; port <= 201; port++) {
            write(file, port);
        }

        recorder.awaitLast("port 201");
        assertThat(recorder.calls()).hasSizeLessThan(50);
    }

    @Test
    void syntaxErrorAndItsCorrectionAreReported() throws IOException {
        watch(file);

        Files.writeString(file, "port = ");
        recorder.awaitLast("config.toml:1:8: expected a value, found the end of the file");
        replace(file, 1);
        recorder.awaitLast("port 1");

        assertThat(recorder.calls()).hasSize(2);
    }

    @Test
    void emptyFileIsReported() throws IOException {
        watch(file);

        Files.writeString(file, "");

        recorder.awaitLast("no port");
    }

    @Test
    void emptyFileThatIsFilledIsReportedAsOneChange() throws IOException {
        watch(file);

        Files.writeString(file, "");
        Files.writeString(file, "port = 2", StandardOpenOption.APPEND);
        recorder.awaitLast("port 2");

        assertThat(recorder.calls()).containsExactly("port 2");
    }

    @Test
    void changeBetweenLoadAndWatchIsReported() throws IOException {
        source = source(file);
        source.load();
        write(file, 2);

        source.watch(recorder);

        recorder.awaitLast("port 2");
    }

    @Test
    void creationOfAMissingFileIsReported() throws IOException {
        Path later = directory.resolve("a/b/config.toml");
        source = source(later);
        source.watch(recorder);
        recorder.awaitLast("config.toml: no such file (looked for " + later + "): create it or correct the path");

        Files.createDirectories(later.getParent());
        write(later, 2);

        recorder.awaitLast("port 2");
    }

    @Test
    void secondWatchIsRejected() {
        watch(file);

        assertThatIllegalStateException().isThrownBy(() -> source.watch(recorder))
                .withMessage("config.toml is watched already");
    }

    private void watch(Path path) {
        source = source(path);
        source.load();
        source.watch(recorder);
    }

    private static TomlSource source(Path path) {
        return new TomlSource(TestFile.at(path), NEVER);
    }

    private static void write(Path path, int port) throws IOException {
        Files.writeString(path, "port = " + port);
    }

    private static void replace(Path path, int port) throws IOException {
        Path draft = path.resolveSibling(".config.toml.draft");
        write(draft, port);
        Files.move(draft, path, ATOMIC_MOVE);
    }

    /** Creates or replaces a link the way {@code ln -sfT} does. */
    private static void link(Path link, Path target) throws IOException {
        Path draft = link.resolveSibling(".link");
        Files.createSymbolicLink(draft, target);
        Files.move(draft, link, ATOMIC_MOVE);
    }
}
