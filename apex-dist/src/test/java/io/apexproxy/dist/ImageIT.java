package io.apexproxy.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.Distribution;
import io.apexproxy.dist.harness.Http;
import io.apexproxy.dist.harness.HttpBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Tests of the Java that {@code apex-VERSION-linux-x64.tar.gz} contains, and of the hint to a newer Java. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "the archive is for Linux")
class ImageIT {

    private static final int NEEDED = 25;
    private static final List<Path> PLACES = List.of(Path.of("/usr/lib/jvm"), Path.of("/opt"));

    @TempDir
    Path directory;

    @Test
    void apexRunsWithTheJavaOfTheArchiveAlone() throws IOException {
        Optional<Path> jdk = jdk();
        assumeThat(jdk).as("a JDK %d with jlink, whose own java is not older", NEEDED).isPresent();
        Distribution apex = Distribution.copiedTo(directory, "apex");
        Path image = apex.home().resolve("jre");
        link(jdk.orElseThrow(), image);

        assertHasTexts(image);
        try (var run = withoutJava(apex.command("archive")).start()) {
            assertThat(run.errors()).isEmpty();
            assertThat(run.completeOutput()).startsWith("apex: wrote " + apex.home().resolve("lib/apex-"));
        }
        try (var backend = HttpBackend.started(); var proxy = withoutJava(apex.configure("""
                listen_addr = "127.0.0.1:0"
                backend_addrs = ["%s"]
                """.formatted(backend.address())).command()
                .environment(Map.of("JDK_JAVA_OPTIONS", "-Xlog:class+load:stderr"))).start()) {
            assertThat(Http.get(proxy.port())).contains(backend.address());
            assertThat(proxy.terminate()).isEmpty();
            assertThat(proxy.errors()).contains("io.apexproxy.runtime.cli.Main source: shared objects file");
        }
    }

    @Test
    void archiveOfTheProfileContainsJavaAndItsTexts() throws IOException {
        Path archive = Distribution.archive("-linux-x64.tar.gz");
        assumeThat(archive).as("made by the profile image: -Dapex.image.jdk=DIRECTORY").exists();
        try (var tar = new ApexProcess.Builder(
                List.of("tar", "-xzf", archive.toString(), "--strip-components=1", "-C", directory.toString()))
                .start()) {
            assertThat(tar.exitStatus()).isZero();
        }

        assertHasTexts(directory.resolve("jre"));
        assertThat(Distribution.archive("-linux-x64.tar.gz.sha256")).exists();
        try (var run = withoutJava(
                new ApexProcess.Builder(List.of(directory.resolve("bin/apex").toString(), "--version"))).start()) {
            assertThat(run.completeOutput()).startsWith("apex 0.2.0-SNAPSHOT").contains("Java ");
            assertThat(run.errors()).isEmpty();
        }
    }

    @Test
    void newerJavaIsNamedInTheLog() throws IOException {
        assumeThat(Runtime.version().feature()).as("the Java of the tests enables the Linux engine").isLessThan(22);
        assumeThat(System.getProperty("os.arch")).as("the Linux engine needs x64").isEqualTo("amd64");
        assumeThat(jdk()).as("a newer Java").isPresent();
        Distribution apex = Distribution.copiedTo(directory);

        try (var proxy = apex.configure("backend_addrs = [\"127.0.0.1:9\"]\nlisten_addr = \"127.0.0.1:0\"\n").start()) {
            assertThat(proxy.awaitLine("a newer Java enables the Linux engine")).contains(" INFO ")
                    .containsPattern("Java [0-9.]+ in /\\S+ ");
        }
    }

    private static void link(Path jdk, Path image) {
        try (var jlink = new ApexProcess.Builder(List.of(jdk.resolve("bin/jlink").toString(), "@src/build/jre.options",
                "--output", image.toString())).start()) {
            assertThat(jlink.exitStatus()).as("%s", jlink).isZero();
        }
    }

    private static void assertHasTexts(Path image) {
        assertThat(image.resolve("legal/java.base/LICENSE")).content().contains("GNU General Public License");
        assertThat(image.resolve("legal/java.xml/LICENSE")).content().contains("GNU General Public License");
    }

    private ApexProcess.Builder withoutJava(ApexProcess.Builder command) throws IOException {
        Path tools = Files.createDirectories(directory.resolve("tools"));
        for (String name : List.of("dirname", "readlink", "sed", "mv", "rm")) {
            if (!Files.exists(tools.resolve(name))) {
                Files.createSymbolicLink(tools.resolve(name), Stream.of("/usr/bin", "/bin")
                        .map(place -> Path.of(place, name)).filter(Files::exists).findFirst().orElseThrow());
            }
        }
        return command.without("JAVA_HOME").environment(Map.of("PATH", tools.toString()));
    }

    /** Returns a JDK that is new enough. */
    private static Optional<Path> jdk() throws IOException {
        if (Runtime.version().feature() >= NEEDED) {
            return Optional.of(Path.of(System.getProperty("java.home"))).filter(ImageIT::hasJlink);
        }
        for (Path place : PLACES) {
            if (Files.isDirectory(place)) {
                try (Stream<Path> homes = Files.list(place)) {
                    Optional<Path> found = homes.filter(ImageIT::hasJlink).filter(ImageIT::isNewEnough).findFirst();
                    if (found.isPresent()) {
                        return found;
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static boolean hasJlink(Path home) {
        return Files.isExecutable(home.resolve("bin/jlink"));
    }

    private static boolean isNewEnough(Path home) {
        try (Stream<String> release = Files.lines(home.resolve("release"))) {
            return release.filter(line -> line.startsWith("JAVA_VERSION="))
                    .map(line -> line.replaceAll("[^0-9]*([0-9]+).*", "$1"))
                    .anyMatch(feature -> Integer.parseInt(feature) >= NEEDED);
        } catch (IOException e) { // no JDK, or one of unknown version
            return false;
        }
    }
}
