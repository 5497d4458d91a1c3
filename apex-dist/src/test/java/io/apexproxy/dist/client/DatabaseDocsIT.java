package io.apexproxy.dist.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.dist.harness.BashSession;
import io.apexproxy.dist.harness.CodeBlocks;
import io.apexproxy.dist.harness.Distribution;
import io.apexproxy.dist.harness.DocumentedPorts;
import io.apexproxy.dist.harness.ShownCommands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Runs the examples of {@code docs/tasks/check-a-database.md}, with free ports. */
@DisabledOnOs(OS.WINDOWS)
class DatabaseDocsIT {

    private final DocumentedPorts ports = new DocumentedPorts(Pattern.compile("\\b(?:3306|6033)\\b"));

    @TempDir
    private Path directory;
    private Distribution distribution;
    private CodeBlocks page;

    @BeforeEach
    void read() {
        distribution = Distribution.copiedTo(directory);
        page = CodeBlocks.in(distribution.home().resolve("docs/tasks/check-a-database.md"));
    }

    @Test
    void documentedCommandsCheckMariaDb() throws IOException {
        Program.named("bash", "bash");
        Path home = distribution.home();
        Files.writeString(home.resolve("config.toml"), ports.replaceIn(page.file("config.toml")));
        try (var server = MariaDbServer.started(Files.createDirectory(directory.resolve("server")), List.of(),
                "--bind-address=127.0.0.1", "--port=" + ports.of("3306"))) {
            server.ask(page.written("sql").get(0).replace("192.0.2.1", "127.0.0.1"));
            int before = server.abortedConnects();

            try (var bash = BashSession.start(List.of(), home, directory)) {
                ShownCommands.in(page).runIn(bash, ports::replaceIn);
            }

            assertThat(server.abortedConnects()).isEqualTo(before);
        }
    }

    @Test
    void documentedConfigurationsHaveNoMistake() throws IOException {
        Path plugin = Path.of("apex-health-database.jar");
        Files.copy(distribution.home().resolve("contrib").resolve(plugin),
                distribution.home().resolve("plugins").resolve(plugin));

        assertThat(page.written("toml")).hasSize(4).allSatisfy(toml -> {
            distribution.configure(toml);
            try (var check = distribution.start("check")) {
                assertThat(check.exitStatus()).as("%s\n%s", toml, check).isZero();
            }
        });
    }
}
