package io.apexproxy.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.Distribution;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What users download. */
@DisabledOnOs(OS.WINDOWS)
class ArchivesIT {

    private static final String ROOT = "apex-0.1.0";

    @TempDir
    Path directory;

    @Test
    void theDistributionHasWhatItPromises() {
        assertThat(files(Distribution.built())).containsKeys("bin/apex", "bin/apex.bat", "conf/config.toml",
                "conf/jvm.options", "conf/logback.xml", "plugins/README.md", "contrib/README.md", "docs/THIRD-PARTY.md",
                "LICENSE", "README.md");
    }

    @Test
    void scriptsCanBeExecutedAndAllElseCannot() {
        assertThat(files(Distribution.built())).allSatisfy((file, mode) ->
                assertThat(mode).isEqualTo(file.startsWith("bin/") ? "rwxr-xr-x" : "rw-r--r--"));
    }

    @Test
    void theTarHasOneRootAndTheSameFilesAndRuns() {
        try (var tar = new ApexProcess.Builder(List.of("tar", "-xzf", Distribution.archive(".tar.gz").toString()))
                .directory(directory).start()) {
            assertThat(tar.exitStatus()).isZero();
        }

        assertThat(directory).isDirectoryContaining("glob:**/" + ROOT);
        assertThat(files(directory.resolve(ROOT))).isEqualTo(files(Distribution.built()));
        try (var run = new ApexProcess.Builder(
                List.of(directory.resolve(ROOT + "/bin/apex").toString(), "--version")).start()) {
            assertThat(run.completeOutput()).startsWith("apex 0.1.0");
        }
    }

    @Test
    void theZipHasOneRootAndTheSameFiles() throws IOException {
        Map<String, ?> withModes = Map.of("enablePosixFileAttributes", true);
        try (var zip = FileSystems.newFileSystem(Distribution.archive(".zip"), withModes)) {
            try (Stream<Path> roots = Files.list(zip.getPath("/"))) {
                assertThat(roots.map(root -> root.getFileName().toString().replace("/", ""))).containsExactly(ROOT);
            }
            assertThat(files(zip.getPath("/", ROOT))).isEqualTo(files(Distribution.built()));
        }
    }

    @Test
    void everyLibraryByOthersIsListedWithTheTextOfItsLicence() throws IOException {
        Path docs = Distribution.built().resolve("docs");
        String list = Files.readString(docs.resolve("THIRD-PARTY.md"));
        List<String> byOthers = files(Distribution.built()).keySet().stream()
                .filter(file -> file.endsWith(".jar") && !Path.of(file).getFileName().toString().startsWith("apex-"))
                .map(file -> file.startsWith("lib/") ? file.substring("lib/".length()) : file).toList();

        assertThat(matches("(?m)^\\| `([^`]+\\.jar)` ", list)).containsExactlyInAnyOrderElementsOf(byOthers);
        assertThat(matches("`([^`]+\\.txt)`", list)).isNotEmpty()
                .allSatisfy(text -> assertThat(docs.resolve("licenses").resolve(text)).isNotEmptyFile());
    }

    private static List<String> matches(String pattern, String text) {
        return Pattern.compile(pattern).matcher(text).results().map((MatchResult match) -> match.group(1)).toList();
    }

    /** All files below a directory with their permissions. */
    private static SortedMap<String, String> files(Path root) {
        SortedMap<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(root)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                files.put(root.relativize(file).toString(),
                        PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }
}
