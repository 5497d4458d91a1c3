package io.apexproxy.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.DistributionFixture;
import io.apexproxy.dist.harness.Http;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests of commands and options. */
@DisabledOnOs(OS.WINDOWS)
class CommandLineIT extends DistributionFixture {

    @Test
    void versionShowsBuildAndJava() {
        try (var run = apex.start("--version")) {
            assertThat(run.completeOutput()).matches("apex 0\\.2\\.0-SNAPSHOT( \\(commit \\p{XDigit}+\\))?, Java "
                    + Pattern.quote(Runtime.version().toString()) + " \\(.+\\)");
            assertThat(run.errors()).isEmpty();
            assertThat(run.exitStatus()).isZero();
        }
    }

    @Test
    void helpExplainsCommandsOptionsAndEachExitStatus() {
        try (var run = apex.start("--help")) {
            assertThat(run.completeOutput())
                    .contains("run", "check", "convert", "plugins")
                    .contains("--config", "--plugins-dir", "--demo", "--verbose", "--version")
                    .containsPattern("(?m)^ +0 .*\\R +1 .*\\R +2 .*\\R +78 ");
            assertThat(run.exitStatus()).isZero();
        }
    }

    @Test
    void checkAcceptsAValidFileAndOpensNoPort() throws IOException {
        try (var other = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
            apex.configure("listen_addr = \"127.0.0.1:%d\"%nbackend_addrs = [\"127.0.0.1:9000\"]%n"
                    .formatted(other.getLocalPort()));

            try (var check = apex.start("check")) {
                assertThat(check.errors()).isEmpty();
                assertThat(check.completeOutput()).contains("config.toml: no mistakes found");
                assertThat(check.exitStatus()).isZero();
            }
        }
    }

    @Test
    void engineThatTheProcessCannotHaveIsAMistake() {
        assumeTrue(Runtime.version().feature() < 22, "Java 22 and newer can have epoll");
        apex.configure("""
                engine = "epoll"
                backend_addrs = ["127.0.0.1:9000"]
                """);

        try (var check = apex.start("check")) {
            assertThat(check.errors())
                    .containsPattern("config\\.toml:1:10: engine: 'epoll' cannot be used: .+; \"auto\" "
                            + "uses the fastest engine that is available");
            assertThat(check.exitStatus()).isEqualTo(78);
        }
    }

    @Test
    void unknownEngineIsAMistakeWithTheKnownOnes() {
        apex.configure("""
                engine = "kqueue"
                backend_addrs = ["127.0.0.1:9000"]
                """);

        try (var check = apex.start("check")) {
            assertThat(check.errors()).contains("config.toml:1:10: engine: expected \"auto\" or \"select\" or "
                    + "\"epoll\" or \"io_uring\", found \"kqueue\"");
            assertThat(check.exitStatus()).isEqualTo(78);
        }
    }

    @Test
    void poolWithoutBackendsCausesAWarning() {
        apex.configure("""
                [listeners.web]
                listen_addr = "127.0.0.1:0"
                pool = "web"
                [pools.web]
                backends = []
                """);

        try (var check = apex.start("check")) {
            assertThat(check.completeOutput()).containsSubsequence(
                    "WARN  apex: pools.web: no backends", "config.toml: no mistakes found");
            assertThat(check.exitStatus()).isZero();
        }
    }

    @Test
    void unusualSettingsCauseWarnings() {
        apex.configure("""
                [admin]
                listen_addr = "0.0.0.0:9901"
                [listeners.web]
                listen_addr = ["127.0.0.1:8081", "192.0.2.1:8081"]
                pool = "web"
                [pools.web]
                backends = ["127.0.0.1:9000", "no-such-host.invalid:9000"]
                [pools.old]
                backends = ["127.0.0.1:9001"]
                queue_timeout = "5s"
                """);

        try (var check = apex.start("check")) {
            assertThat(check.completeOutput().lines()).satisfiesExactly(
                    line -> assertThat(line).startsWith("warning: config.toml:8:8: pools.old: no listener uses"),
                    line -> assertThat(line).startsWith("warning: config.toml:8:8: pools.old.queue_timeout: has no "
                            + "effect, because no backend of this pool has max_connections"),
                    line -> assertThat(line).startsWith("warning: config.toml:4:34: listeners.web.listen_addr[1]: "
                            + "192.0.2.1 is not an address of this machine"),
                    line -> assertThat(line).startsWith("warning: config.toml:2:15: admin.listen_addr: "
                            + "0.0.0.0 accepts connections from other machines"),
                    line -> assertThat(line).startsWith("warning: config.toml:6:8: pools.web: the name "
                            + "no-such-host.invalid does not resolve here"),
                    line -> assertThat(line).isEqualTo("config.toml: no mistakes found"));
            assertThat(check.exitStatus()).isZero();
        }
    }

    @Test
    void shippedConfigurationIsValid() {
        try (var check = apex.start("check")) {
            assertThat(check.errors()).isEmpty();
            assertThat(check.completeOutput()).contains("conf/config.toml");
            assertThat(check.exitStatus()).isZero();
        }
    }

    @Test
    void pluginsListsBuiltInProviders() {
        try (var run = apex.start("plugins")) {
            assertThat(run.completeOutput()).contains("round-robin", "tcp", "toml",
                    "io.apexproxy.lb.roundrobin@0.2.0-SNAPSHOT");
            assertThat(run.exitStatus()).isZero();
        }
    }

    @Test
    void demoServesWithoutSetupAndDeletesItsFiles() {
        assumeFree(9000, 9001, 8081);
        try (var run = apex.start("--demo")) {
            int port = run.port();
            assertThat(port).isEqualTo(8081);
            String[] greetings = {"Hello from backend 127.0.0.1:9000\n", "Hello from backend 127.0.0.1:9001\n"};
            Http.awaitAnswers(port, greetings);
            assertThat(List.of(Http.get(port).orElseThrow(), Http.get(port).orElseThrow()))
                    .containsExactlyInAnyOrder(greetings);
            Matcher file = Pattern.compile("Demo: edit (\\S+) ").matcher(run.awaitLine("Demo: edit "));
            assertThat(file.find()).isTrue();
            assertThat(Path.of(file.group(1))).exists();

            run.signal("TERM");

            assertThat(run.exitStatus()).isZero();
            assertThat(Path.of(file.group(1)).getParent()).doesNotExist();
        }
    }

    @Test
    void demoUsesOtherPortsIfItsPortsAreInUse() throws IOException {
        assumeFree(9001, 8081);
        try (var backend = new ServerSocket(9001, 0, InetAddress.getLoopbackAddress());
                var listener = new ServerSocket(8081, 0, InetAddress.getLoopbackAddress());
                var run = apex.start("--demo")) {
            String line = run.awaitLine("Demo: backends on ");
            assertThat(line).doesNotContain(":" + backend.getLocalPort());
            int port = run.port();
            assertThat(port).isNotEqualTo(listener.getLocalPort());
            assertThat(run.awaitLine("Demo: run ")).contains("http://127.0.0.1:" + port + " ");
            Http.awaitAnswers(port, Pattern.compile("127\\.0\\.0\\.1:\\d+").matcher(line).results()
                    .map(address -> "Hello from backend " + address.group() + "\n").toArray(String[]::new));
        }
    }

    /** By default, picocli refuses values that are names of commands. */
    @Test
    void valueOfAnOptionCanBeTheNameOfACommand() throws IOException {
        Files.createDirectory(apex.workingDirectory().resolve("plugins"));
        Files.writeString(apex.workingDirectory().resolve("run"), "backend_addrs = [\"127.0.0.1:9000\"]");

        try (var run = apex.start("--plugins-dir", "plugins", "--config", "run", "check");
                var after = apex.start("check", "-c", "run", "--plugins-dir", "plugins")) {
            assertThat(run.completeOutput()).contains("run: no mistakes found");
            assertThat(after.completeOutput()).contains("run: no mistakes found");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "start | no command 'start' (did you mean 'run'?)",
        "help | no command 'help' (did you mean '--help'?)",
        "plugin | no command 'plugin' (did you mean 'plugins'?); commands: run, check, plugins, "
                + "convert, status, set, reload, log, top, close, archive",
        "config.toml | no command 'config.toml': write apex --config config.toml",
        "check config.toml | 'config.toml': 'check' takes options only: write apex check --config config.toml"})
    void unknownCommandSuggestsASimilarOne(String arguments, String message) {
        try (var run = apex.start(arguments.split(" "))) {
            assertThat(run.errors()).isEqualTo(message + "\nSee: apex --help");
            assertThat(run.exitStatus()).isEqualTo(2);
        }
    }

    @Test
    void configurationInAnInaccessibleDirectoryIsReportedAsInaccessible() throws IOException {
        Path locked = Files.createDirectory(apex.workingDirectory().resolve("locked"));
        Path file = Files.writeString(locked.resolve("config.toml"), "backend_addrs = [\"127.0.0.1:9000\"]");
        Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("---------"));
        Assumptions.assumeFalse(Files.isReadable(file), "this user may read everything");
        try (var run = apex.start("check", "--config", "locked/config.toml")) {
            assertThat(run.errors()).contains(file + ": permission denied");
            assertThat(run.exitStatus()).isEqualTo(78);
        } finally {
            Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("rwx------"));
        }
    }

    @Test
    void systemErrorOfTheConfigurationFileIsReported() throws IOException {
        Files.createSymbolicLink(apex.workingDirectory().resolve("loop"), Path.of("loop"));

        try (var run = apex.start("check", "--config", "loop/config.toml")) {
            assertThat(run.errors()).contains("loop/config.toml: cannot be read: Too many levels of symbolic links");
            assertThat(run.exitStatus()).isEqualTo(78);
        }
    }

    @Test
    void controlCharactersInArgumentsForgeNoLine() {
        String hostile = "no\n2026-01-01 ERROR apex: forged\u001b[2J";

        try (var run = apex.start("check", "--verbose", "--config", hostile); var word = apex.start(hostile)) {
            assertThat(run.errors().lines()).first().isEqualTo("--config: no such file: "
                    + "no\\n2026-01-01 ERROR apex: forged\\u001B[2J");
            assertThat(run.errors().lines()).hasSizeGreaterThan(5)
                    .anySatisfy(line -> assertThat(line).startsWith("\tat ").contains("CheckCommand"))
                    .noneSatisfy(line -> assertThat(line).startsWith("2026"));
            assertThat(run.errors() + word.errors()).doesNotContain("\u001b");
            assertThat(word.errors().lines()).hasSize(2);
            assertThat(run.exitStatus()).isEqualTo(78);
            assertThat(word.exitStatus()).isEqualTo(2);
        }
    }

    @Test
    void nonAsciiFileNameWorksInTheCLocale() throws IOException {
        try (var write = new ApexProcess.Builder(List.of("sh", "-c",
                "printf 'backend_addrs = [\"127.0.0.1:9000\"]' >\"$(printf 'caf\\303\\251.toml')\""))
                .directory(apex.workingDirectory()).start()) { // the name in UTF-8, in any encoding of this JVM
            assertThat(write.exitStatus()).isZero();
        }
        try (var run = new ApexProcess.Builder(List.of("sh", "-c",
                "exec \"$0\" check --config \"$(printf 'caf\\303\\251.toml')\"", apex.script().toString()))
                .directory(apex.workingDirectory()).environment(Map.of("LC_ALL", "C")).start()) {
            assertThat(run.errors()).isEmpty();
            assertThat(run.completeOutput()).contains("caf").endsWith(".toml: no mistakes found");
            assertThat(run.exitStatus()).isZero();
        }
    }

    @Test
    void missingPluginsDirectoryIsAnError() {
        try (var run = apex.start("plugins", "--plugins-dir", "nowhere")) {
            assertThat(run.errors()).isEqualTo("--plugins-dir: no such directory: nowhere");
            assertThat(run.exitStatus()).isEqualTo(78);
        }
    }

    @Test
    void configOptionOverridesTheFileInTheWorkingDirectory() throws IOException {
        Files.writeString(apex.workingDirectory().resolve("named.toml"), "backend_addrs = [\"127.0.0.1:9000\"]");
        apex.configure("mistake = true");

        try (var run = apex.start("check", "--config", "named.toml");
                var before = apex.start("--config=named.toml", "check")) {
            assertThat(run.completeOutput()).contains("named.toml: no mistakes found");
            assertThat(before.completeOutput()).isEqualTo(run.completeOutput());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "--verbose archive | '--verbose' is not an option of 'archive': remove it",
        "--config=config.toml archive | '--config' is not an option of 'archive': remove it",
        "archive --verbose | Unknown option: '--verbose'",
        "--demo check | '--demo' is not an option of 'check': remove it",
        "--config= check | --config: expected a path, found nothing",
        "plugins --plugins-dir= | --plugins-dir: expected a path, found nothing"})
    void ineffectiveOptionIsRefused(String arguments, String message) {
        try (var run = apex.start(arguments.split(" "))) {
            assertThat(run.completeOutput()).isEmpty();
            assertThat(run.errors()).startsWith(message);
            assertThat(run.exitStatus()).isEqualTo(2);
        }
    }

    /** Skips the test if another process uses one of the ports, which the demo documents. */
    private static void assumeFree(int... ports) {
        for (int port : ports) {
            try (var socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            } catch (IOException e) {
                Assumptions.abort("port " + port + " is in use: " + e.getMessage());
            }
        }
    }
}
