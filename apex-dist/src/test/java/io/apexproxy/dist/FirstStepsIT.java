package io.apexproxy.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.BashSession;
import io.apexproxy.dist.harness.CodeBlocks;
import io.apexproxy.dist.harness.Distribution;
import io.apexproxy.dist.harness.Namespaces;
import io.apexproxy.dist.harness.ShownCommands;
import io.apexproxy.test.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs every command of README.md, from the archive or a clean clone to a plugin of the reader's own.
 *
 * <p>The commands use fixed ports, so they run in a network namespace of their own.
 */
@EnabledOnOs(OS.LINUX)
class FirstStepsIT {

    private static final List<String> OWN_NETWORK = Namespaces.withNetwork("ip link set lo up");
    private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();
    private static final String VERSION = "0.2.0-SNAPSHOT";

    @TempDir
    Path directory;

    @BeforeEach
    void requirePrograms() {
        assumeTrue(Programs.areInstalled("bash", "curl"), "bash or curl is not installed");
        assumeTrue(Namespaces.isPossible(OWN_NETWORK), "no network namespace is possible");
    }

    @Test
    void readmeLeadsFromTheArchiveToAPlugin() throws IOException {
        Path archive = Distribution.archive(".tar.gz");
        Files.copy(archive, directory.resolve(archive.getFileName()));
        CodeBlocks readme = CodeBlocks.in(REPOSITORY.resolve("README.md"));

        start(readme, directory, "tar ");

        takeFirstSteps(readme, directory.resolve("apex-" + VERSION));
    }

    /** Maven runs without a network: the build that runs this test has downloaded everything. */
    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void readmeLeadsFromACleanCloneToAPlugin() throws IOException {
        assumeThat(REPOSITORY.resolve(".git")).as("the build is that of a clone").exists();
        assumeTrue(Programs.areInstalled("git", "mvn"), "git or mvn is not installed");
        Path clone = directory.resolve("clone");
        try (var git = new ApexProcess.Builder(
                List.of("git", "clone", "--quiet", REPOSITORY.toString(), clone.toString())).start()) {
            assertThat(git.exitStatus()).as("%s", git).isZero();
        }
        Files.writeString(Files.createDirectories(clone.resolve(".mvn")).resolve("maven.config"), "-o\n",
                StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        CodeBlocks readme = CodeBlocks.in(clone.resolve("README.md"));

        start(readme, clone, "mvn ");

        takeFirstSteps(readme, clone.resolve("apex-dist/target/apex"));
    }

    /** Runs the two commands that lead to a running proxy, and the request of the README. */
    private void start(CodeBlocks readme, Path workingDirectory, String firstCommand) throws IOException {
        List<String> commands = shell(readme, firstCommand);
        assertThat(commands).hasSize(2);
        List<String> request = shell(readme, "curl ");
        try (var bash = BashSession.start(OWN_NETWORK, workingDirectory, directory)) {
            // without its own input, Maven would read the next commands of the session
            assertThat(bash.run(commands.get(0) + " < /dev/null && echo succeeded")).endsWith("succeeded");
            bash.run(commands.get(1) + " > demo.log 2>&1 &");
            for (String backend : List.of("127.0.0.1:9000", "127.0.0.1:9001")) {
                await().atMost(ApexProcess.PATIENCE)
                        .until(() -> bash.run(request.get(0)).equals("Hello from backend " + backend));
            }
            bash.run("kill %1; wait %1");
        }
    }

    private void takeFirstSteps(CodeBlocks readme, Path home) throws IOException {
        readme.write("", home);
        try (var bash = BashSession.start(OWN_NETWORK, home, directory)) {
            ShownCommands.in(readme).runIn(bash, UnaryOperator.identity());
        }
    }

    /** Returns the lines of the shell block that begins with a command. */
    private static List<String> shell(CodeBlocks readme, String firstCommand) {
        return readme.written("sh").stream().filter(block -> block.startsWith(firstCommand)).findFirst().orElseThrow()
                .lines().toList();
    }
}
