package io.apexproxy.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.dist.harness.Distribution;
import io.apexproxy.dist.harness.Http;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Commands and options. */
@DisabledOnOs(OS.WINDOWS)
class CommandLineIT {

    @TempDir
    Path directory;

    private Distribution apex;

    @BeforeEach
    void unpack() {
        apex = Distribution.copiedTo(directory);
    }

    @Test
    void versionTellsWhichBuildRunsOnWhichJava() {
        try (var run = apex.start("--version")) {
            assertThat(run.completeOutput()).matches("apex 0\\.1\\.0( \\(commit \\p{XDigit}+\\))?, Java "
                    + Pattern.quote(Runtime.version().toString()) + " \\(.+\\)");
            assertThat(run.errors()).isEmpty();
            assertThat(run.exitStatus()).isZero();
        }
    }

    @Test
    void helpExplainsCommandsOptionsAndEachExitStatus() {
        try (var run = apex.start("--help")) {
            assertThat(run.completeOutput())
                    .contains("run", "check", "plugins")
                    .contains("--config", "--plugins-dir", "--demo", "--verbose", "--version")
                    .containsPattern("(?m)^ +0 .*\\R +1 .*\\R +2 .*\\R +78 ");
            assertThat(run.exitStatus()).isZero();
        }
    }

    @Test
    void checkFindsNoMistakeInAGoodFileAndOpensNothing() throws IOException {
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
    void aPoolWithoutBackendsIsNoMistakeButWorthAWarning() {
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
    void theConfigurationThatIsShippedHasNoMistake() {
        try (var check = apex.start("check")) {
            assertThat(check.errors()).isEmpty();
            assertThat(check.completeOutput()).contains("conf/config.toml");
            assertThat(check.exitStatus()).isZero();
        }
    }

    @Test
    void pluginsListsWhatIsBuiltIn() {
        try (var run = apex.start("plugins")) {
            assertThat(run.completeOutput()).contains("round-robin", "tcp", "toml", "io.apexproxy.lb.roundrobin@0.1.0");
            assertThat(run.exitStatus()).isZero();
        }
    }

    @Test
    void theDemoAnswersOnABareMachineAndCleansUp() {
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
    void theDemoNamesThePortThatItCannotHave() throws IOException {
        assumeFree(9000, 9001);
        try (var other = new ServerSocket(9001, 0, InetAddress.getLoopbackAddress());
                var run = apex.start("--demo")) {
            assertThat(run.errors()).contains("127.0.0.1:" + other.getLocalPort() + " is in use");
            assertThat(run.exitStatus()).isEqualTo(1);
        }
    }

    @Test
    void aPluginsDirectoryThatIsNotThereIsAMistake() {
        try (var run = apex.start("plugins", "--plugins-dir", "nowhere")) {
            assertThat(run.errors()).isEqualTo("--plugins-dir: no such directory: nowhere");
            assertThat(run.exitStatus()).isEqualTo(78);
        }
    }

    @Test
    void theFileThatIsNamedWinsOverTheOneInTheWorkingDirectory() throws IOException {
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
            "--verbose archive | '--verbose' is no option of 'archive': leave it out",
            "--config=config.toml archive | '--config' is no option of 'archive': leave it out",
            "archive --verbose | Unknown option: '--verbose'",
            "--demo check | '--demo' is no option of 'check': leave it out",
            "--config= check | --config: expected a path, found nothing",
            "plugins --plugins-dir= | --plugins-dir: expected a path, found nothing"})
    void anOptionThatWouldBePassedOverIsRefused(String arguments, String message) {
        try (var run = apex.start(arguments.split(" "))) {
            assertThat(run.completeOutput()).isEmpty();
            assertThat(run.errors()).startsWith(message);
            assertThat(run.exitStatus()).isEqualTo(2);
        }
    }

    /** The demo's ports are what its users read about, so they are fixed; another process may have them. */
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
