package io.apexproxy.dist.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.BashSession;
import io.apexproxy.dist.harness.CodeBlocks;
import io.apexproxy.dist.harness.Distribution;
import io.apexproxy.dist.harness.DocumentedPorts;
import io.apexproxy.dist.harness.ShownCommands;
import io.apexproxy.test.FreePorts;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests of {@code apex-health-jdbc} with the driver of PostgreSQL, two servers in replication, and the commands of
 * {@code docs/tasks/follow-the-primary.md}.
 */
@DisabledOnOs(OS.WINDOWS)
class JdbcIT {

    private static final String PORT = "select inet_server_port()";
    /** The user of the probes needs a password. */
    private static final String ACCESS = "host all apex 127.0.0.1/32 scram-sha-256";

    private final DocumentedPorts ports = new DocumentedPorts(Pattern.compile("\\b(?:5432|5433|6432|6433)\\b"));

    @TempDir
    private Path directory;
    private Distribution distribution;
    private Path home;
    private CodeBlocks page;
    private Path driver;

    @BeforeEach
    void copy() throws IOException, URISyntaxException, SQLException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
        distribution = Distribution.copiedTo(directory);
        home = distribution.home();
        page = CodeBlocks.in(home.resolve("docs/tasks/follow-the-primary.md"));
        driver = Path.of(DriverManager.getDriver("jdbc:postgresql:").getClass().getProtectionDomain().getCodeSource()
                .getLocation().toURI());
    }

    private void addDriver() throws IOException {
        Files.copy(driver, home.resolve("plugins/apex-health-jdbc/driver.jar"));
    }

    /** Starts the primary with the user of the page. */
    private PostgresNode primary() throws IOException {
        PostgresNode primary = PostgresNode.primary(home.resolve("pg1"), ports.of("5432"), ACCESS);
        primary.ask(page.written("sql").get(0));
        return primary;
    }

    @Test
    void documentedCommandsFollowThePrimary() throws IOException {
        Files.writeString(home.resolve("config.toml"), ports.replaceIn(page.file("config.toml")));
        try (var first = primary();
                var second = PostgresNode.standby(home.resolve("pg2"), ports.of("5433"), first);
                var bash = BashSession.start(List.of(), home, directory)) {
            String touch = withoutPrivileges("touch", first);
            String control = withoutPrivileges("pg_ctl", second);

            ShownCommands.in(page).runIn(bash, text -> ports.replaceIn(text).replace("pg_ctl", control)
                    .replace("touch", touch).replace("postgresql-42.7.13.jar", driver.toString()));
        }
    }

    private static String withoutPrivileges(String program, PostgresNode node) {
        return String.join(" ", Program.named(program, "postgresql").withoutPrivileges(node.data()).command());
    }

    /** A server that is promoted keeps its sessions; Apex ends them, because they are those of a replica. */
    @Test
    void sessionsAndNewClientsFollowTheRoles() throws IOException, SQLException {
        distribution.activate("apex-health-jdbc");
        addDriver();
        Files.writeString(distribution.workingDirectory().resolve("apex.password"), "correct horse\n");
        distribution.configure(ports.replaceIn(page.file("config.toml"))
                .replace("interval = \"1s\"", "interval = \"200ms\""));
        try (var one = primary();
                var two = PostgresNode.standby(home.resolve("pg2"), ports.of("5433"), one);
                var proxy = distribution.start()) {
            // given a session with each server
            proxy.awaitLine("pools.primary: Health check pg2 => alive: false (expected false, got true)");
            proxy.awaitLine("pools.replicas: Health check pg1 => alive: false (expected true, got false)");
            awaitPort("6432", one);
            awaitPort("6433", two);
            try (var writer = session("6432"); var reader = session("6433");
                    Statement write = writer.createStatement()) {
                write.execute("create table kept as select 1 as value");
                assertThat(reader.isValid(0)).isTrue();

                // when the primary stops, and the standby becomes the primary without a restart
                one.stop();
                two.promote();

                // then the session of the replica ends, and new clients that write reach the new primary
                await().atMost(ApexProcess.PATIENCE).until(() -> !isOpen(reader));
                await().atMost(ApexProcess.PATIENCE).until(() -> proxy.output().stream().anyMatch(line -> line
                        .contains(" apex.access: backend-down ") && line.contains(" listener=replicas backend=pg2 ")));
                awaitPort("6432", two);
                assertThat(PostgresNode.ask(ports.of("6432"), "select value from kept")).isEqualTo("1");
                assertThat(isOpen(writer)).isFalse();
            }

            // and the former primary gets only the clients of replicas, although it accepts connections
            one.follow(two);
            assertThat(one.ask(PORT)).isEqualTo(Integer.toString(one.port()));
            awaitPort("6433", one);
            assertThat(Stream.generate(() -> PostgresNode.ask(ports.of("6432"), PORT)).limit(4))
                    .containsOnly(Integer.toString(two.port()));
            assertThat(proxy.output()).noneMatch(line -> line.contains("correct horse"));
        }
    }

    /** Waits until the clients of a listener reach a server. */
    private void awaitPort(String listener, PostgresNode expected) {
        await().atMost(ApexProcess.PATIENCE).until(() -> PostgresNode.psql(ports.of(listener), PORT).output()
                .equals(Integer.toString(expected.port())));
    }

    private Connection session(String listener) throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + ports.of(listener) + "/postgres",
                PostgresNode.USER, "");
    }

    private static boolean isOpen(Connection session) throws SQLException {
        return session.isValid((int) ApexProcess.PATIENCE.toSeconds());
    }

    /** The plugin is in the directory before the driver is, and Apex need not be restarted. */
    @Test
    void missingDriverIsReportedAndCanBeAdded() throws IOException {
        distribution.activate("apex-health-jdbc");
        String listener = """
                [listeners.db]
                listen_addr = "127.0.0.1:0"
                pool = "db"
                [pools.db]
                backends = ["127.0.0.1:%d"]
                """.formatted(FreePorts.next());
        distribution.configure(listener);
        try (var proxy = distribution.start()) {
            proxy.port();
            distribution.configure(listener + """
                    health_check = { provider = "jdbc", url = "jdbc:postgresql://{host}:{port}/", query = "select 1" }
                    """);
            assertThat(proxy.awaitLine("there is no JDBC driver")).contains(
                    "config.toml:6:",
                    "pools.db.health_check.provider: there is no JDBC driver; copy the jar of a driver");

            addDriver();
            proxy.signal("HUP");

            proxy.awaitLine("=> alive: false (connection refused)");
        }
        distribution.configure(listener + """
                health_check = { provider = "jdbc", url = "jdbc:mariadb://{host}/", query = "select 1" }
                """);
        try (var check = distribution.start("check")) {
            assertThat(check.errors()).contains(
                    "pools.db.health_check.url: not a URL of the drivers that are there: org.postgresql.Driver; ");
        }
    }
}
