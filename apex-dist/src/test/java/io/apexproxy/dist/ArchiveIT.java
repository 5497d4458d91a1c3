package io.apexproxy.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.apexproxy.dist.harness.Distribution;
import io.apexproxy.dist.harness.Http;
import io.apexproxy.dist.harness.HttpBackend;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Tests of the archive of loaded classes: a class-data archive, or an ahead-of-time cache of Java 25. */
@DisabledOnOs(OS.WINDOWS)
class ArchiveIT {

    private static final Map<String, String> LOG_CLASS_LOADING = Map.of("JDK_JAVA_OPTIONS", "-Xlog:class+load:stderr");
    private static final String MAIN_FROM_ARCHIVE = "io.apexproxy.runtime.cli.Main source: shared objects file";

    private static final int JAVA = Runtime.version().feature();
    private static final String NAME = "apex-" + JAVA + (JAVA >= 25 ? ".aot" : ".jsa");

    @TempDir
    Path directory;

    private Distribution apex;
    private Path archive;

    @BeforeEach
    void unpack() {
        // some versions of Java cannot archive from a path with a space
        apex = Distribution.copiedTo(directory, "apex");
        archive = apex.home().resolve("lib").resolve(NAME);
    }

    @Test
    void archiveCommandCreatesTheArchiveAndLaterStartsUseIt() {
        makeArchive();

        try (var backend = HttpBackend.started();
                var proxy = apex.configure("""
                        listen_addr = "127.0.0.1:0"
                        backend_addrs = ["%s"]
                        """.formatted(backend.address())).command().environment(LOG_CLASS_LOADING).start()) {
            assertThat(Http.get(proxy.port())).contains(backend.address());
            proxy.signal("TERM");

            assertThat(proxy.errors()).contains(MAIN_FROM_ARCHIVE);
            assertThat(proxy.exitStatus()).isZero();
        }
    }

    @Test
    void archiveOfOtherJarsIsIgnoredSilently() throws IOException {
        makeArchive();
        changeJar();

        assertStartsSilently();
        assertThat(loadsFromArchive()).isFalse();
    }

    @Test
    void archiveOfAnotherBuildOfJavaIsIgnoredSilently() throws IOException {
        makeArchive();
        byte[] content = Files.readAllBytes(archive);
        byte[] build = System.getProperty("java.vm.version").getBytes(StandardCharsets.US_ASCII);
        int position = indexOf(content, build);
        content[position + build.length - 1]++;
        Files.delete(archive);
        Files.write(archive, content);

        assertStartsSilently();
        assertThat(loadsFromArchive()).isFalse();
    }

    @Test
    void archiveIsMadeAgainOnlyIfNeeded() throws IOException {
        makeArchive();
        FileTime made = Files.getLastModifiedTime(archive);
        try (var run = apex.start("archive", "--if-needed")) {
            assertThat(run.completeOutput()).isEmpty();
            assertThat(run.errors()).isEmpty();
            assertThat(run.exitStatus()).isZero();
        }
        assertThat(Files.getLastModifiedTime(archive)).isEqualTo(made);

        changeJar();
        try (var run = apex.start("archive", "--if-needed")) {
            assertThat(run.completeOutput()).isEqualTo("apex: wrote " + archive);
            assertThat(run.exitStatus()).isZero();
        }
        assertThat(loadsFromArchive()).isTrue();
        assertNoOtherFile();
    }

    @Test
    void archiveCanBeInAnotherDirectory() throws IOException {
        Path cache = Files.createDirectory(directory.resolve("cache"));
        Map<String, String> environment = Map.of("APEX_CACHE", cache.toString());
        try (var run = apex.command("archive").environment(environment).start()) {
            assertThat(run.completeOutput()).isEqualTo("apex: wrote " + cache.resolve(NAME));
            assertThat(run.exitStatus()).isZero();
        }
        assertThat(archive).doesNotExist();

        try (var run = apex.command("--version").environment(LOG_CLASS_LOADING).environment(environment).start()) {
            assertThat(run.errors()).contains(MAIN_FROM_ARCHIVE);
        }
    }

    @Test
    void optionOfTheUserReplacesTheArchive() {
        makeArchive();

        try (var run = apex.command("--version").environment(Map.of("JDK_JAVA_OPTIONS", "-Xshare:off")).start()) {
            assertThat(run.completeOutput()).startsWith("apex 0.2.0-SNAPSHOT");
            assertThat(run.exitStatus()).isZero();
        }
    }

    @Test
    void invalidArchiveIsIgnoredSilently() throws IOException {
        Files.writeString(archive, "not what Java expects");

        assertStartsSilently();
    }

    @Test
    void failedTrainingRunIsExplainedAndLeavesNoFile() throws IOException {
        Files.writeString(apex.home().resolve("conf/jvm.options"), "-XX:NoSuchOption\n");

        try (var run = apex.start("archive")) {
            assertThat(run.errors()).contains("apex: no archive was made").contains("NoSuchOption");
            assertThat(run.exitStatus()).isEqualTo(1);
        }
        assertThat(archive).doesNotExist();
        assertNoOtherFile();
    }

    @Test
    void directoryInPlaceOfTheArchiveIsReported() throws IOException {
        Files.createDirectory(archive);

        try (var run = apex.start("archive")) {
            assertThat(run.errors())
                    .isEqualTo("apex: no archive was made: '" + archive + "' is a directory: remove it");
            assertThat(run.exitStatus()).isEqualTo(1);
        }
        assertStartsSilently();
    }

    @Test
    void unwritableDirectoryIsReportedBeforeTheTrainingRun() throws IOException {
        Path lib = archive.getParent();
        Files.setPosixFilePermissions(lib, PosixFilePermissions.fromString("r-xr-xr-x"));
        try (var run = apex.start("archive")) {
            assumeThat(Files.isWritable(lib)).as("root can write everywhere").isFalse();

            assertThat(run.errors()).isEqualTo("apex: no archive was made: '" + lib + "' is not writable for you:"
                    + " run this as its owner");
            assertThat(run.exitStatus()).isEqualTo(1);
        } finally {
            Files.setPosixFilePermissions(lib, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    @Test
    void spaceInThePathIsReportedIfJavaDoesNotSupportIt() throws IOException {
        Path other = Files.createDirectory(directory.resolve("other"));
        try (var run = Distribution.copiedTo(other, "with a space").start("archive")) {
            assumeThat(run.exitStatus()).as("newer versions of Java support it").isEqualTo(1);

            assertThat(run.errors()).contains("cannot create an archive if the path has a space");
        }
    }

    private void makeArchive() {
        try (var run = apex.start("archive")) {
            assertThat(run.errors()).isEmpty();
            assertThat(run.completeOutput()).isEqualTo("apex: wrote " + archive);
            assertThat(run.exitStatus()).isZero();
        }
        assertThat(archive).isNotEmptyFile();
        assertNoOtherFile();
    }

    private void changeJar() throws IOException {
        Path jar = apex.home().resolve("lib/apex-runtime-0.2.0-SNAPSHOT.jar");
        Files.setLastModifiedTime(jar, FileTime.fromMillis(0)); // like an upgrade
    }

    private boolean loadsFromArchive() {
        try (var run = apex.command("--version").environment(LOG_CLASS_LOADING).start()) {
            return run.errors().contains(MAIN_FROM_ARCHIVE);
        }
    }

    private void assertNoOtherFile() {
        assertThat(archive.getParent()).isDirectoryNotContaining(file -> file.getFileName().toString()
                .matches("apex-\\d+\\..*") && !file.equals(archive));
    }

    private static int indexOf(byte[] content, byte[] part) {
        return IntStream.range(0, content.length - part.length)
                .filter(start -> Arrays.equals(content, start, start + part.length, part, 0, part.length))
                .findFirst().orElseThrow();
    }

    private void assertStartsSilently() {
        try (var run = apex.start("--version")) {
            assertThat(run.completeOutput()).startsWith("apex 0.2.0-SNAPSHOT").hasLineCount(1);
            assertThat(run.errors()).isEmpty();
            assertThat(run.exitStatus()).isZero();
        }
    }
}
