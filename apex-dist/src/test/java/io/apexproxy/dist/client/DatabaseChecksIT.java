package io.apexproxy.dist.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.Distribution;
import io.apexproxy.test.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Tests of the health checks of {@code apex-health-database} with PostgreSQL and Redis. */
@DisabledOnOs(OS.WINDOWS)
class DatabaseChecksIT {

    @TempDir
    private Path directory;
    private Distribution distribution;

    @BeforeEach
    void activate() throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
        distribution = Distribution.copiedTo(directory);
        Path plugin = Path.of("apex-health-database.jar");
        Files.copy(distribution.home().resolve("contrib").resolve(plugin),
                distribution.home().resolve("plugins").resolve(plugin));
    }

    private void configure(String name, int port, String check) {
        distribution.configure("""
                [listeners.%1$s]
                listen_addr = "127.0.0.1:0"
                pool = "%1$s"
                [pools.%1$s]
                backends = ["127.0.0.1:%2$d"]
                health_check = { interval = "100ms", fall = 1, %3$s }
                """.formatted(name, port, check));
    }

    /** The second pool has another name, so that its first verdict is logged. */
    @Test
    void postgresIsHealthyUntilItRefusesTheSession() throws IOException {
        Path template = PostgresServer.template(directory);
        try (var server = PostgresServer.started(template, "a", "on")) {
            configure("tls", server.port(), "provider = \"postgres\"");
            try (var apex = distribution.start()) {
                apex.awaitLine("pools.tls: Health check 127.0.0.1:" + server.port() + " => alive: true");
                configure("session", server.port(),
                        "provider = \"postgres\", user = \"apex\", database = \"postgres\"");
                apex.awaitLine("pools.session: Health check 127.0.0.1:" + server.port() + " => alive: true");
                configure("session", server.port(), "provider = \"postgres\", user = \"missing\"");

                assertThat(apex.awaitLine(" => alive: false "))
                        .contains("(PostgreSQL: FATAL 28000: role \"missing\" does not exist)");
            }
        }
    }

    /** As the documentation says: the name of a user avoids lines in the log of a server with TLS. */
    @Test
    void postgresLogsNothingAboutSessionsThatEndBeforeAPassword() throws IOException {
        Path template = PostgresServer.template(directory);
        Path access = template.resolve("pg_hba.conf");
        Files.writeString(access, "host all apex 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n");
        try (var server = PostgresServer.started(template, "a", "on")) {
            configure("session", server.port(), "provider = \"postgres\", user = \"missing\"");
            try (var apex = distribution.start()) {
                apex.awaitLine(" => alive: true");
                String quiet = server.process().output();
                assertThat(quiet).doesNotContain("could not accept SSL connection", "FATAL");
                configure("tls", server.port(), "provider = \"postgres\"");
                apex.awaitLine("pools.tls: Health check 127.0.0.1:" + server.port() + " => alive: true");

                await().atMost(ApexProcess.PATIENCE)
                        .until(() -> server.process().output().contains("could not accept SSL connection"));
            }
        }
    }

    /** The bytes are those of the documentation. */
    @Test
    void tcpCheckComparesBytesThatAreNotText() throws IOException {
        Path template = PostgresServer.template(directory);
        try (var server = PostgresServer.started(template, "a", "off")) {
            configure("db", server.port(),
                    "provider = \"tcp\", send_hex = \"00000008 04d2162f\", expect_hex = \"4e\"");
            try (var apex = distribution.start()) {
                apex.awaitLine(" => alive: true");
                configure("db", server.port(),
                        "provider = \"tcp\", send_hex = \"00000008 04d2162f\", expect_hex = \"53\"");

                assertThat(apex.awaitLine(" => alive: false ")).contains("(expected \"S\", got \"N\")");
            }
        }
    }

    @Test
    void mistakesInHexDigitsHaveTheirOrigin() {
        configure("db", 1, "provider = \"tcp\", send_hex = \"00 0\", expect = \"a\", expect_hex = \"61\"");

        assertThat(distribution.start("check").errors()).contains("config.toml:6:77: pools.db.health_check.send_hex: "
                + "expected two hex digits for each byte, found an odd number of digits: 3");
    }

    @Test
    void redisIsHealthyWithAndWithoutPasswordUntilItHasLostItsPrimary() throws IOException {
        Program client = Program.named("redis-cli", "redis-tools");
        int port = FreePorts.next();
        String number = Integer.toString(port);
        Path data = Files.createDirectory(directory.resolve("data"));
        try (var server = ServerProcess.started(Program.named("redis-server", "redis-server"), data,
                directory.resolve("redis.log"), port, "--port", number, "--bind", "127.0.0.1", "--save", "")) {
            configure("plain", port, "provider = \"redis\"");
            try (var apex = distribution.start()) {
                apex.awaitLine("pools.plain: Health check 127.0.0.1:" + port + " => alive: true");
                client.run(data, "-p", number, "config", "set", "requirepass", "secret");
                configure("password", port, "provider = \"redis\"");
                apex.awaitLine("pools.password: Health check 127.0.0.1:" + port + " => alive: true");
                client.run(data, "-p", number, "-a", "secret", "config", "set", "requirepass", "");

                client.run(data, "-p", number, "config", "set", "replica-serve-stale-data", "no");
                client.run(data, "-p", number, "replicaof", "127.0.0.1", "1");

                assertThat(apex.awaitLine(" => alive: false ")).contains("(Redis: MASTERDOWN Link with MASTER is down");
            }
            assertThat(server.output()).isNotEmpty();
        }
    }
}
