package io.apexproxy.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.Distribution;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

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

    @Test
    void theBillOfMaterialsHasEveryJarWithItsChecksumAndTheSameInEveryBuild() throws Exception {
        Path file = Distribution.built().resolve("docs/apex-bom.json");
        assumeThat(file).as("made by a build that may use the network: without -o").exists();
        Map<String, Object> bill = new Yaml().load(Files.readString(file));
        Set<String> checksums = new TreeSet<>(); // a library of two plugins lies in two places
        for (String shipped : files(Distribution.built()).keySet()) {
            if (shipped.endsWith(".jar")) {
                byte[] jar = Files.readAllBytes(Distribution.built().resolve(shipped));
                checksums.add(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(jar)));
            }
        }

        assertThat(records(bill, "components")).flatExtracting(component -> records(component, "hashes"))
                .filteredOn("alg", "SHA-256").extracting(hash -> hash.get("content"))
                .containsExactlyInAnyOrderElementsOf(checksums);
        assertThat(bill).doesNotContainKey("serialNumber");
        assertThat(bill.get("metadata").toString()).doesNotContain("timestamp");
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> records(Map<String, Object> parent, String key) {
        return (List<Map<String, Object>>) parent.get(key);
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
