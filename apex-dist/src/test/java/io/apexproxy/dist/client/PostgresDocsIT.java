package io.apexproxy.dist.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.BashSession;
import io.apexproxy.dist.harness.CodeBlocks;
import io.apexproxy.dist.harness.Distribution;
import io.apexproxy.dist.harness.DocumentedPorts;
import io.apexproxy.dist.harness.ShownCommands;
import io.apexproxy.dist.harness.Signal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Runs the commands of {@code docs/tasks/postgresql.md} with a server, with free ports. */
@DisabledOnOs(OS.WINDOWS)
class PostgresDocsIT {

    private final DocumentedPorts ports =
            new DocumentedPorts(Pattern.compile("\\b(?:5432|5433|5434|6432|6433)\\b"));

    @TempDir
    Path directory;

    @Test
    void documentedCommandsLeadToAQueryThroughApex() throws IOException {
        Program initdb = Program.named("initdb", "postgresql");
        Program postgres = Program.named("postgres", "postgresql");
        Program.named("psql", "postgresql-client");
        Program.named("bash", "bash");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
        Path data = Files.createDirectory(directory.resolve("data"));
        initdb.withoutPrivileges(data).run(data, "--pgdata=" + data, "--username=postgres", "--auth=trust",
                "--encoding=UTF8", "--no-locale", "--no-sync");
        Path log = directory.resolve("server.log");
        Process server = postgres.withoutPrivileges(data).start(data, log, "-D", data.toString(), "-p",
                ports.replaceIn("5432"), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
                "-c", "fsync=off");
        try {
            await().atMost(ApexProcess.PATIENCE).until(() -> Files.readString(log).contains("ready to accept"));
            Path home = Distribution.copiedTo(directory).home();
            CodeBlocks page = CodeBlocks.in(home.resolve("docs/tasks/postgresql.md"));
            Files.writeString(home.resolve("config.toml"), ports.replaceIn(page.file("config.toml")));

            try (var bash = BashSession.start(List.of(), home, directory)) {
                ShownCommands.in(page).runIn(bash, ports::replaceIn);
            }
        } finally {
            Signal.send("INT", server.pid());
            assertThat(server.onExit()).succeedsWithin(ApexProcess.PATIENCE);
        }
    }
}
