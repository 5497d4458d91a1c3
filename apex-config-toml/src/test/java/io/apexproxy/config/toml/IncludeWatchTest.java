package io.apexproxy.config.toml;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.config.ConfigSource;
import io.apexproxy.api.config.ConfigTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All ways of changing included files. Only attributes cause a comparison, because the poll interval is a day. */
class IncludeWatchTest {

    private static final Duration NEVER = Duration.ofDays(1);
    /** Long enough for a busy machine; the documented limit is 1 s. */
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    @TempDir
    private Path directory;
    private Path included;
    private TomlSource source;
    private final List<String> calls = new CopyOnWriteArrayList<>();

    @BeforeEach
    void startWatch() throws IOException {
        Files.writeString(directory.resolve("config.toml"), "include = [\"conf.d/*.toml\"]\n[pools.main]\n");
        included = Files.createDirectory(directory.resolve("conf.d"));
        Files.writeString(file("a"), "[pools.a]\n");
    }

    @AfterEach
    void close() {
        source.close();
    }

    private void watch() {
        source = new TomlSource(TestFile.at(directory.resolve("config.toml")), NEVER);
        source.load();
        source.watch(new ConfigSource.Observer() {
            @Override
            public void changed(ConfigTree.Table tree) {
                calls.add(String.join(" ", ((ConfigTree.Table) tree.members().get("pools").value()).members()
                        .keySet()));
            }

            @Override
            public void failed(ConfigException problem) {
                calls.add(problem.getMessage());
            }
        });
    }

    @Test
    void writeInPlaceIsReported() throws IOException {
        watch();

        Files.writeString(file("a"), "[pools.b]\n");

        awaitCalls("main b");
    }

    @Test
    void renameOverAFileIsReported() throws IOException {
        watch();

        Path written = Files.writeString(included.resolve("a.toml.new"), "[pools.b]\n");
        Files.move(written, file("a"), ATOMIC_MOVE, REPLACE_EXISTING);

        awaitCalls("main b");
    }

    @Test
    void addedAndDeletedFilesAreReported() throws IOException {
        watch();

        Files.writeString(file("b"), "[pools.b]\n");
        awaitCalls("main a b");
        Files.delete(file("a"));
        awaitCalls("main a b", "main b");
        Files.delete(file("b"));
        awaitCalls("main a b", "main b", "main");
    }

    @Test
    void editorWithBackupFileIsReportedAsOneChange() throws IOException {
        watch();

        Files.move(file("a"), included.resolve("a.toml~"));
        Files.writeString(file("a"), "[pools.b]\n");

        awaitCalls("main b");
    }

    @Test
    void emptyFileIsReportedAfterItsContent() throws IOException {
        watch();

        Files.createFile(file("b"));
        Files.writeString(file("a"), "");
        Files.writeString(file("b"), "[pools.b]\n");
        Files.writeString(file("a"), "[pools.c]\n");

        awaitCalls("main c b");
    }

    @Test
    void emptyFileIsReportedIfItStaysEmpty() throws IOException {
        watch();

        Files.writeString(file("a"), "");

        awaitCalls("main");
    }

    @Test
    void directoryThatIsCreatedLaterIsReported() throws IOException {
        Files.delete(file("a"));
        Files.delete(included);
        watch();

        Files.createDirectory(included);
        Files.writeString(file("b"), "[pools.b]\n");

        awaitCalls("main b");
    }

    @Test
    void replacedDirectoryIsReported() throws IOException {
        Path other = Files.createDirectory(directory.resolve("other"));
        Files.writeString(other.resolve("b.toml"), "[pools.b]\n");
        watch();

        Files.move(included, directory.resolve("old"));
        Files.move(other, included);

        awaitCalls("main b");
    }

    @Test
    void changedLinkOfTheDirectoryIsReported() throws IOException {
        Path one = Files.move(included, directory.resolve("one"));
        Path two = Files.createDirectory(directory.resolve("two"));
        Files.writeString(two.resolve("b.toml"), "[pools.b]\n");
        Files.createSymbolicLink(included, one);
        watch();

        Path next = Files.createSymbolicLink(directory.resolve("next"), two);
        Files.move(next, included, ATOMIC_MOVE, REPLACE_EXISTING);

        awaitCalls("main b");
    }

    @Test
    void configMapUpdateIsReported() throws IOException {
        Files.delete(file("a"));
        Files.writeString(Files.createDirectory(included.resolve("..1")).resolve("a.toml"), "[pools.a]\n");
        Files.createSymbolicLink(included.resolve("..data"), Path.of("..1"));
        Files.createSymbolicLink(file("a"), Path.of("..data/a.toml"));
        watch();

        Path fresh = Files.createDirectory(included.resolve("..2"));
        Files.writeString(fresh.resolve("a.toml"), "[pools.b]\n");
        Files.writeString(fresh.resolve("c.toml"), "[pools.c]\n");
        Files.createSymbolicLink(included.resolve("..data_tmp"), Path.of("..2"));
        Files.move(included.resolve("..data_tmp"), included.resolve("..data"), ATOMIC_MOVE, REPLACE_EXISTING);
        Files.createSymbolicLink(file("c"), Path.of("..data/c.toml"));
        Files.delete(included.resolve("..1/a.toml"));
        Files.delete(included.resolve("..1"));

        awaitCalls("main b c");
    }

    @Test
    void changeOfTheTargetOfALinkIsReported() throws IOException {
        Path target = Files.move(file("a"), directory.resolve("target"));
        Files.createSymbolicLink(file("a"), target);
        watch();

        Files.writeString(target, "[pools.b]\n");

        awaitCalls("main b");
    }

    @Test
    void otherPatternIsReported() throws IOException {
        Files.writeString(directory.resolve("b.toml"), "[pools.b]\n");
        watch();

        Files.writeString(directory.resolve("config.toml"), "include = [\"b.toml\"]\n[pools.main]\n");
        awaitCalls("main b");
        Files.writeString(directory.resolve("b.toml"), "[pools.c]\n");

        awaitCalls("main b", "main c");
    }

    @Test
    void brokenFileIsReportedOnceAndSoIsItsCorrection() throws IOException {
        watch();
        String problem = "conf.d/b.toml:1:8: pools.a: already defined at conf.d/a.toml:1:8: keep one of them";

        Files.writeString(file("b"), "[pools.a]\n");
        awaitCalls(problem);
        Files.writeString(file("b"), "[pools.b]\n");

        awaitCalls(problem, "main a b");
    }

    @Test
    void touchAndOtherFilesAreNotReported() throws IOException {
        watch();

        Files.setLastModifiedTime(file("a"), FileTime.from(Instant.now().plusSeconds(60)));
        Files.writeString(included.resolve(".b.toml"), "[pools.b]\n");
        Files.writeString(included.resolve("b.txt"), "[pools.b]\n");
        Files.writeString(file("a"), "# a\n[pools.a]\n");
        Files.writeString(file("c"), "[pools.c]\n");

        awaitCalls("main a c");
    }

    private Path file(String name) {
        return included.resolve(name + ".toml");
    }

    private void awaitCalls(String... expected) {
        await().atMost(TIMEOUT).untilAsserted(() -> assertThat(calls).hasSizeGreaterThanOrEqualTo(expected.length));
        assertThat(calls).containsExactly(expected);
    }
}
