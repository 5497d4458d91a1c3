package io.apexproxy.dist.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.dist.client.PostgresServer;
import io.apexproxy.dist.client.Program;
import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.Distribution;
import io.apexproxy.test.FreePorts;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests of a listener that terminates the TLS of PostgreSQL clients, with servers that have TLS and that have not. */
@DisabledOnOs(OS.WINDOWS)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PostgresTlsIT {

    private static final String NAME_AND_TLS =
            "select name, ssl from server, pg_stat_ssl where pid = pg_backend_pid()";

    private final int port = FreePorts.next();
    private Path directory;
    private Program psql;
    private Program pgbench;
    private Authority authority;
    private PostgresServer plain;
    private PostgresServer encrypted;
    private ApexProcess apex;

    @BeforeAll
    void start(@TempDir Path temporary) throws IOException {
        directory = temporary;
        psql = Program.named("psql", "postgresql-client");
        pgbench = Program.named("pgbench", "postgresql");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
        authority = Authority.created(directory, "authority", Authority.EC);
        Path template = PostgresServer.template(directory);
        plain = PostgresServer.started(template, "plain", "off");
        encrypted = PostgresServer.started(template, "encrypted", "on");
        apex = Distribution.copiedTo(directory).configure(config()).start();
        apex.port();
    }

    @AfterAll
    @SuppressWarnings("try") // the variables only close
    void stop() {
        try (var first = plain; var second = encrypted; var last = apex) {
            if (apex != null) {
                assertThat(apex.terminate()).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"plain.db.example, plain|f, plain", "encrypted.db.example, encrypted|t, encrypted"})
    void clientVerifiesTheListener(String name, String answer, String backend) {
        assertThat(psql.run(directory, PostgresServer.psql(connection(name, "verify-full"), NAME_AND_TLS)))
                .isEqualTo(answer);

        assertThat(apex.awaitLine(" sni=" + name + " tls=TLSv1.3 ")).contains(" backend=" + backend + " ");
    }

    @Test
    void clientWithoutTlsIsRefused() {
        assertThat(psql.tryToRun(directory, Redirect.PIPE, PostgresServer.psql(
                connection("plain.db.example", "disable"), NAME_AND_TLS)).status()).isEqualTo(2);

        assertThat(apex.awaitLine(" hello client=")).contains(" listener=postgres backend=- ");
    }

    @ParameterizedTest
    @CsvSource({"plain.db.example", "encrypted.db.example"})
    void sumsAreCorrect(String name) {
        PostgresServer server = name.startsWith("plain") ? plain : encrypted;
        String connection = connection(name, "verify-full") + " user=apex dbname=postgres";
        pgbench.run(directory, "--initialize", "--quiet", connection);

        String report = pgbench.run(directory, "--client=4", "--jobs=2", "--no-vacuum", "--transactions=100",
                connection);

        assertThat(report).contains("number of failed transactions: 0");
        assertThat(server.sums()).isEqualTo("t|400");
    }

    private String connection(String name, String mode) {
        return "host=" + name + " hostaddr=127.0.0.1 port=" + port + " sslmode=" + mode + " sslrootcert="
                + authority.file();
    }

    private String config() {
        return """
                [listeners.postgres]
                listen_addr = "127.0.0.1:%d"
                starttls = "postgres"
                routes = [
                    { server_names = ["plain.db.example"], pool = "plain" },
                    { server_names = ["encrypted.db.example"], pool = "encrypted" },
                ]
                tls = { %s }
                %s
                %s
                connect_timeout = "20s"
                tls = { starttls = "postgres", ca_file = "%s", server_name = "db-encrypted.example" }
                """.formatted(port, authority.issue("db", "*.db.example").certificates(),
                PostgresServer.pool("plain", plain), PostgresServer.pool("encrypted", encrypted),
                encrypted.certificate().file());
    }
}
