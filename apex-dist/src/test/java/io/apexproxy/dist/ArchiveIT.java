package io.apexproxy.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.apexproxy.dist.harness.Distribution;
import io.apexproxy.dist.harness.Http;
import io.apexproxy.dist.harness.HttpBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Tests of the class-data archive. */
@DisabledOnOs(OS.WINDOWS)
class ArchiveIT {

    private static final Map<String, String> LOG_CLASS_LOADING = Map.of("JDK_JAVA_OPTIONS", "-Xlog:class+load:stderr");
    private static final String MAIN_FROM_ARCHIVE = "io.apexproxy.runtime.cli.Main source: shared objects file";

    @TempDir
    Path directory;

    private Distribution apex;
    private Path archive;

    @BeforeEach
    void unpack() {
        // some versions of Java cannot archive from a path with a space
        apex = Distribution.copiedTo(directory, "apex");
        archive = apex.home().resolve("lib/apex.jsa");
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
        Path jar = apex.home().resolve("lib/apex-runtime-0.2.0-SNAPSHOT.jar");
        Files.setLastModifiedTime(jar, FileTime.fromMillis(0)); // like an upgrade

        assertStartsSilently();
        try (var run = apex.command("--version").environment(LOG_CLASS_LOADING).start()) {
            assertThat(run.errors()).doesNotContain(MAIN_FROM_ARCHIVE);
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
    }

    @Test
    void unwritableArchiveFileFailsTheCommand() throws IOException {
        Path inTheWay = Files.createDirectory(archive.resolveSibling("apex.jsa.new"));
        Files.createFile(inTheWay.resolve("so that nothing removes the directory"));

        try (var run = apex.start("archive")) {
            assertThat(run.errors()).contains("apex: no archive was made");
            assertThat(run.exitStatus()).isEqualTo(1);
        }
        assertThat(archive).doesNotExist();
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
    }

    private void assertStartsSilently() {
        try (var run = apex.start("--version")) {
            assertThat(run.completeOutput()).startsWith("apex 0.2.0-SNAPSHOT").hasLineCount(1);
            assertThat(run.errors()).isEmpty();
            assertThat(run.exitStatus()).isZero();
        }
    }
}
