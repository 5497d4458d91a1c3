package io.apexproxy.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.DistributionFixture;
import io.apexproxy.test.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests of the start script: its location, and the Java that it selects. */
@DisabledOnOs(OS.WINDOWS)
class ScriptIT extends DistributionFixture {

    private static final String STARTED = "apex 0.2.0-SNAPSHOT";

    @Test
    void runsWithARelativePath() {
        Path relative = apex.workingDirectory().relativize(apex.script());

        assertThat(version(List.of(relative.toString()))).startsWith(STARTED);
    }

    @Test
    void runsByNameInItsDirectory() {
        try (var run = new ApexProcess.Builder(List.of("sh", "apex", "--version"))
                .directory(apex.script().getParent()).start()) {
            assertThat(run.completeOutput()).startsWith(STARTED);
        }
    }

    @Test
    void runsThroughSymbolicLinks() throws IOException {
        Path links = Files.createDirectory(directory.resolve("some links"));
        Path absolute = Files.createSymbolicLink(links.resolve("absolute"), apex.script());
        Path relative = Files.createSymbolicLink(links.resolve("relative"), Path.of("absolute"));
        Path bin = Files.createSymbolicLink(links.resolve("bin"), apex.script().getParent());

        assertThat(version(List.of(absolute.toString()))).startsWith(STARTED);
        assertThat(version(List.of(relative.toString()))).startsWith(STARTED);
        assertThat(version(List.of(bin.resolve("apex").toString()))).startsWith(STARTED);
    }

    @Test
    void javaHomeWithoutJavaIsReported() {
        try (var run = apex.command("--version").environment(Map.of("JAVA_HOME", "/no where")).start()) {
            assertThat(run.errors()).contains("JAVA_HOME is '/no where'").contains("17");
            assertThat(run.exitStatus()).isEqualTo(1);
        }
    }

    @Test
    void oldJavaIsDetectedByItsReleaseFile() throws IOException {
        Path java = fakeJava("echo started; exit 99");
        Files.writeString(java.resolve("release"), "IMPLEMENTOR=\"Vendor\"\nJAVA_VERSION=\"1.8.0_392\"\n");

        assertIsTooOld(java, "1.8.0_392");
    }

    @Test
    void oldJavaWithoutAReleaseFileIsDetectedByItsVersionOutput() throws IOException {
        Path java = fakeJava("""
                echo 'Picked up JAVA_TOOL_OPTIONS: -Dx=y' >&2
                echo 'openjdk version "11.0.22" 2024-01-16' >&2""");

        assertIsTooOld(java, "11.0.22");
    }

    @Test
    void javaOfUnknownVersionIsUsed() throws IOException {
        Path java = fakeJava("case $1 in -version) exit 1 ;; *) exit 42 ;; esac");

        try (var run = apex.command("--version").environment(Map.of("JAVA_HOME", java.toString())).start()) {
            assertThat(run.exitStatus()).isEqualTo(42);
        }
    }

    @ParameterizedTest
    @CsvSource({"17.0.15, false", "21.0.7, false", "22, true", "25.0.3, true"})
    void nativeAccessIsEnabledWhereJavaSupportsIt(String version, boolean enabled) throws IOException {
        Path java = fakeJava("echo $*");
        Files.writeString(java.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");

        try (var run = apex.command("--version").environment(Map.of("JAVA_HOME", java.toString())).start()) {
            assertThat(run.completeOutput().contains(" --enable-native-access=io.apexproxy.runtime "))
                    .isEqualTo(enabled);
        }
    }

    @Test
    void noWarningIsPrinted() {
        try (var run = apex.start("--version")) {
            assertThat(run.completeOutput()).startsWith(STARTED).hasLineCount(1);
            assertThat(run.errors()).isEmpty();
        }
    }

    @Test
    void javaNextToTheScriptIsPreferred() throws IOException {
        Path image = apex.home().resolve("jre/bin");
        Files.createDirectories(image);
        executable(image.resolve("java"), "echo the image; exit 7");

        try (var run = apex.command("--version").environment(Map.of("JAVA_HOME", "/no where")).start()) {
            assertThat(run.completeOutput()).contains("the image");
            assertThat(run.exitStatus()).isEqualTo(7);
        }
    }

    @Test
    void freedMemoryIsReturnedUnlessTheUserSetsAnotherLimit() throws IOException {
        Path java = fakeJava("echo limit $MALLOC_TRIM_THRESHOLD_");

        try (var run = apex.command("--version").environment(Map.of("JAVA_HOME", java.toString())).start();
                var other = apex.command("--version").environment(
                        Map.of("JAVA_HOME", java.toString(), "MALLOC_TRIM_THRESHOLD_", "5")).start()) {
            assertThat(run.completeOutput()).contains("limit 131072");
            assertThat(other.completeOutput()).contains("limit 5");
        }
    }

    @Test
    void missingJavaIsReportedWithInstallationAdvice() throws IOException {
        try (var run = apex.command("--version").without("JAVA_HOME")
                .environment(Map.of("PATH", toolsWithoutJava().toString())).start()) {
            assertThat(run.errors()).contains("no java found").contains("17");
            assertThat(run.exitStatus()).isEqualTo(1);
        }
    }

    @Test
    void javaOfThePathIsUsedWithoutJavaHome() throws IOException {
        Path tools = toolsWithoutJava();
        Files.createSymbolicLink(tools.resolve("java"), Path.of(System.getProperty("java.home"), "bin/java"));

        try (var run = apex.command("--version").without("JAVA_HOME")
                .environment(Map.of("PATH", tools.toString())).start()) {
            assertThat(run.completeOutput()).contains("Java " + Runtime.version());
        }
    }

    @Test
    void jvmOptionsAreReadFromEnvironmentAndFile() throws IOException {
        try (var run = apex.command("--version").environment(Map.of("JDK_JAVA_OPTIONS", "-showversion")).start()) {
            assertThat(run.errors()).contains("version \"" + System.getProperty("java.version"));
        }

        apex.addJvmOption("-showversion");
        try (var run = apex.start("--version")) {
            assertThat(run.errors()).contains("version \"" + System.getProperty("java.version"));
        }

        Files.delete(apex.home().resolve("conf/jvm.options"));
        assertThat(version(List.of(apex.script().toString()))).startsWith(STARTED);
    }

    @Test
    void argumentsArePassedUnchanged() {
        try (var run = apex.start("check", "--config", "no such * file $HOME.toml")) {
            assertThat(run.errors()).endsWith("no such file: no such * file $HOME.toml");
        }
    }

    @Test
    void homeWithAColonIsRefused() throws IOException {
        Path moved = Files.move(apex.home(), directory.resolve("a:b"));

        try (var run = new ApexProcess.Builder(List.of(moved.resolve("bin/apex").toString(), "--version")).start()) {
            assertThat(run.errors()).contains("colon");
            assertThat(run.exitStatus()).isEqualTo(1);
        }
    }

    @Test
    void shellcheckReportsNothing() {
        Assumptions.assumeTrue(Programs.isInstalled("shellcheck"), "shellcheck is not installed");
        try (var run = new ApexProcess.Builder(List.of("shellcheck", apex.script().toString())).start()) {
            assertThat(run.completeOutput()).isEmpty();
            assertThat(run.exitStatus()).isZero();
        }
    }

    private String version(List<String> script) {
        var command = Stream.concat(script.stream(), Stream.of("--version")).toList();
        try (var run = new ApexProcess.Builder(command).directory(apex.workingDirectory()).start()) {
            return run.completeOutput();
        }
    }

    private void assertIsTooOld(Path java, String version) {
        try (var run = apex.command("--version").environment(Map.of("JAVA_HOME", java.toString())).start()) {
            assertThat(run.errors()).isEqualTo("apex: Java 17 or newer is needed, " + java.resolve("bin/java") + " is "
                    + version + ": set JAVA_HOME to a newer one");
            assertThat(run.completeOutput()).isEmpty();
            assertThat(run.exitStatus()).isEqualTo(1);
        }
    }

    /** Creates a JAVA_HOME whose java is a script. */
    private Path fakeJava(String body) throws IOException {
        Path bin = Files.createDirectories(directory.resolve("some java/bin"));
        executable(bin.resolve("java"), body);
        return bin.getParent();
    }

    private static void executable(Path file, String body) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + body + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Creates a directory for the PATH that contains only the tools that the script calls. */
    private Path toolsWithoutJava() throws IOException {
        Path tools = Files.createDirectory(directory.resolve("tools"));
        for (String name : List.of("dirname", "readlink", "sed")) {
            Path tool = Stream.of("/usr/bin", "/bin").map(place -> Path.of(place, name)).filter(Files::exists)
                    .findFirst().orElseThrow();
            executable(tools.resolve(name), "exec " + tool + " \"$@\"");
        }
        return tools;
    }
}
