package io.apexproxy.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.Distribution;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
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

/** Tests of the downloadable archives. */
@DisabledOnOs(OS.WINDOWS)
class ArchivesIT {

    private static final String ROOT = "apex-0.2.0-SNAPSHOT";
    private static final String FOR_AUTHORS = "contrib/example-plugin/";

    @TempDir
    Path directory;

    @Test
    void distributionContainsDocumentedFiles() {
        assertThat(files(Distribution.built())).containsKeys("bin/apex", "bin/apex.bat", "conf/config.toml",
                "conf/jvm.options", "conf/logback.xml", "plugins/README.md", "contrib/README.md", "docs/THIRD-PARTY.md",
                "LICENSE", "README.md");
    }

    @Test
    void onlyScriptsAreExecutable() {
        assertThat(files(Distribution.built())).allSatisfy(
                (file, mode) -> assertThat(mode).isEqualTo(file.startsWith("bin/") ? "rwxr-xr-x" : "rw-r--r--"));
    }

    @Test
    void tarHasOneRootDirectoryAndTheSameFilesAndRuns() {
        try (var tar = new ApexProcess.Builder(List.of("tar", "-xzf", Distribution.archive(".tar.gz").toString()))
                .directory(directory).start()) {
            assertThat(tar.exitStatus()).isZero();
        }

        assertThat(directory).isDirectoryContaining("glob:**/" + ROOT);
        assertThat(files(directory.resolve(ROOT))).isEqualTo(files(Distribution.built()));
        try (var run = new ApexProcess.Builder(
                List.of(directory.resolve(ROOT + "/bin/apex").toString(), "--version")).start()) {
            assertThat(run.completeOutput()).startsWith("apex 0.2.0-SNAPSHOT");
        }
    }

    @Test
    void zipHasOneRootDirectoryAndTheSameFiles() throws IOException {
        Map<String, ?> withModes = Map.of("enablePosixFileAttributes", true);
        try (var zip = FileSystems.newFileSystem(Distribution.archive(".zip"), withModes)) {
            try (Stream<Path> roots = Files.list(zip.getPath("/"))) {
                assertThat(roots.map(root -> root.getFileName().toString().replace("/", ""))).containsExactly(ROOT);
            }
            assertThat(files(zip.getPath("/", ROOT))).isEqualTo(files(Distribution.built()));
        }
    }

    @Test
    void everyThirdPartyLibraryIsListedWithItsLicence() throws IOException {
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
    void billOfMaterialsListsEveryJarWithItsChecksumAndIsReproducible() throws Exception {
        Path file = Distribution.built().resolve("docs/apex-bom.json");
        assumeThat(file).as("made by a build that may use the network: without -o").exists();
        Map<String, Object> bill = new Yaml().load(Files.readString(file));
        Set<String> checksums = new TreeSet<>(); // a library of two plugins is in two directories
        for (String shipped : files(Distribution.built()).keySet()) {
            if (shipped.endsWith(".jar") && !shipped.startsWith(FOR_AUTHORS)) {
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

    @Test
    void billOfMaterialsListsLibrariesInsideJars() throws Exception {
        Path file = Distribution.built().resolve("docs/apex-bom.json");
        assumeThat(file).as("made by a build that may use the network: without -o").exists();
        Map<String, Object> bill = new Yaml().load(Files.readString(file));

        assertThat(bundledLibraries(bill, "tomlj")).containsExactly("pkg:maven/org.antlr/antlr4-runtime@"
                + antlrVersion() + "?type=jar");
        assertThat(bundledLibraries(bill, "jackson-core")).containsExactly("pkg:maven/ch.randelshofer/fastdoubleparser@"
                + fastDoubleParserVersion() + "?type=jar");
    }

    private static List<Object> bundledLibraries(Map<String, Object> bill, String name) {
        return records(bill, "components").stream().filter(component -> component.get("name").equals(name))
                .flatMap(component -> records(component, "components").stream())
                .map(component -> component.get("purl")).toList();
    }

    private static String antlrVersion() throws Exception {
        try (var jar = new URLClassLoader(new URL[] {library("tomlj").toUri().toURL()})) {
            return (String) jar.loadClass("org.tomlj.internal.antlr.v4.runtime.RuntimeMetaData").getField("VERSION")
                    .get(null);
        }
    }

    private static String fastDoubleParserVersion() throws IOException {
        String pom = "META-INF/maven/com.fasterxml.jackson.core/jackson-core/pom.xml";
        try (var jar = FileSystems.newFileSystem(library("jackson-core"))) {
            return matches("<artifactId>fastdoubleparser</artifactId>\\s*<version>([^<]+)</version>",
                    Files.readString(jar.getPath(pom))).get(0);
        }
    }

    private static Path library(String name) throws IOException {
        try (Stream<Path> libraries = Files.list(Distribution.built().resolve("lib"))) {
            return libraries.filter(file -> file.getFileName().toString().startsWith(name + "-")).findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void everyArchiveHasAChecksumFile() throws Exception {
        for (String suffix : List.of(".tar.gz", ".zip")) {
            Path archive = Distribution.archive(suffix);
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(archive));

            assertThat(Distribution.archive(suffix + ".sha256"))
                    .hasContent(HexFormat.of().formatHex(digest) + "  " + archive.getFileName() + "\n");
        }
    }

    @Test
    void versionContainsTheCommitOfTheClone() throws Exception {
        assumeThat(Path.of("..", ".git")).as("the build is that of a clone").exists();
        assumeThat(System.getenv("APEX_COMMIT")).as("the commit is that of the clone").isNull();
        String checkedOut;
        try (var git = new ApexProcess.Builder(List.of("git", "rev-parse", "HEAD")).start()) {
            checkedOut = git.completeOutput().strip();
            assumeThat(git.exitStatus()).isZero();
        }
        Properties properties = new Properties();
        try (var in = Files.newInputStream(Distribution.built().resolve("lib/build.properties"))) {
            properties.load(in);
        }

        assertThat(properties.getProperty("commit")).isEqualTo(checkedOut.substring(0, 12));
    }

    /** ExamplePluginIT builds the example with the API and the test kit of its repository. */
    @Test
    void distributionContainsJavadocAndSourcesForAuthorsOfPlugins() {
        assumeFalse(Boolean.getBoolean("maven.javadoc.skip") || Boolean.getBoolean("maven.source.skip"),
                "options of Maven");
        String api = FOR_AUTHORS + "repository/io/apexproxy/apex-api/0.2.0-SNAPSHOT/apex-api-0.2.0-SNAPSHOT";

        assertThat(files(Distribution.built())).containsKeys("docs/api/index.html",
                "docs/api/io.apexproxy.api/io/apexproxy/api/balance/LoadBalancer.html",
                "docs/api/testkit/io/apexproxy/api/testkit/LoadBalancerContract.html", api + "-sources.jar",
                api + "-test-sources.jar");
    }

    @SuppressWarnings("unchecked") // JSON has no type for the members
    private static List<Map<String, Object>> records(Map<String, Object> parent, String key) {
        return (List<Map<String, Object>>) parent.get(key);
    }

    private static List<String> matches(String pattern, String text) {
        return Pattern.compile(pattern).matcher(text).results().map((MatchResult match) -> match.group(1)).toList();
    }

    /** Returns all files below a directory with their permissions. */
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
