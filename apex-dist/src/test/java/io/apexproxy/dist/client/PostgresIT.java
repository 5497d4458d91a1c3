package io.apexproxy.dist.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.test.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Tests with PostgreSQL and pgbench, whose sums detect lost, repeated and mixed transactions. */
@DisabledOnOs(OS.WINDOWS)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PostgresIT {

    private static final int CLIENTS = 4;
    private static final int KEPT = 250;
    private static final int RECONNECTED = 40;
    private static final String SUMS = """
            select (select sum(abalance) from pgbench_accounts) = sum(delta)
               and (select sum(tbalance) from pgbench_tellers) = sum(delta)
               and (select sum(bbalance) from pgbench_branches) = sum(delta), count(*) from pgbench_history""";

    private Path directory;
    private ProxiedServer postgres;
    private Program pgbench;
    private Program psql;

    @BeforeAll
    void start(@TempDir Path temporary) throws IOException {
        directory = temporary;
        Program initdb = Program.named("initdb", "postgresql");
        Program server = Program.named("postgres", "postgresql");
        pgbench = Program.named("pgbench", "postgresql");
        psql = Program.named("psql", "postgresql-client");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
        Path data = Files.createDirectory(directory.resolve("data"));
        int port = FreePorts.next();
        initdb.withoutPrivileges(data).run(data, "--pgdata=" + data, "--username=apex", "--auth=trust",
                "--encoding=UTF8", "--no-locale", "--no-sync");
        postgres = ProxiedServer.started(server.withoutPrivileges(data), data, port, "-D", data.toString(),
                "-p", Integer.toString(port), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
                "-c", "fsync=off");
        await().atMost(ApexProcess.PATIENCE).ignoreException(AssertionError.class)
                .until(() -> ask("select 1").equals("1")); // PostgreSQL listens before it can answer
        bench("--initialize", "--quiet");
    }

    @AfterAll
    void stop() {
        if (postgres != null) {
            postgres.close();
        }
    }

    @Test
    void sumsAreCorrectOnPersistentConnections() {
        assertThat(transactions(KEPT)).contains("number of failed transactions: 0");
    }

    @Test
    void sumsAreCorrectWithOneConnectionPerTransaction() {
        assertThat(transactions(RECONNECTED, "--connect")).contains("number of failed transactions: 0");
    }

    private String transactions(int each, String... more) {
        int before = Integer.parseInt(ask("select count(*) from pgbench_history"));
        String report = bench(Stream.concat(Stream.of("--client=" + CLIENTS, "--jobs=2", "--no-vacuum",
                "--transactions=" + each), Stream.of(more)).toArray(String[]::new));
        assertThat(ask(SUMS)).isEqualTo("t|" + (before + CLIENTS * each));
        return report;
    }

    private String bench(String... arguments) {
        return pgbench.run(directory, Stream.concat(Stream.of("--host=127.0.0.1", "--port=" + postgres.port(),
                "--username=apex"), Stream.concat(Stream.of(arguments), Stream.of("postgres"))).toArray(String[]::new));
    }

    private String ask(String query) {
        return psql.run(directory, "--host=127.0.0.1", "--port=" + postgres.port(), "--username=apex", "--no-psqlrc",
                "--no-align", "--tuples-only", "--command=" + query, "postgres");
    }
}
