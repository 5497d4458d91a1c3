package io.apexproxy.dist.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.dist.harness.Admin;
import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.Distribution;
import io.apexproxy.dist.harness.Signal;
import io.apexproxy.test.FreePorts;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests with several PostgreSQL servers, of which Apex selects one by the server name of libpq's TLS. */
@DisabledOnOs(OS.WINDOWS)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PostgresByNameIT {

    /** The first version of libpq that sends the server name. */
    private static final int FIRST_VERSION = 14;
    private static final String NAME = "select name from server";
    private static final String NAME_AND_TLS =
            "select name, ssl from server, pg_stat_ssl where pid = pg_backend_pid()";
    private static final String SLEEP = "select pg_sleep(600)";

    private Path directory;
    private Program psql;
    private Program pgbench;
    private PostgresServer a;
    private PostgresServer b;
    private PostgresServer plain;
    private ApexProcess apex;
    private Admin admin;
    private Map<String, Integer> ports;

    @BeforeAll
    void start(@TempDir Path temporary) throws IOException {
        directory = temporary;
        psql = Program.named("psql", "postgresql-client");
        pgbench = Program.named("pgbench", "postgresql");
        String version = psql.run(directory, "--version").replaceFirst("\\D*(\\d+).*", "$1");
        assumeThat(Integer.parseInt(version)).as("the version of psql").isGreaterThanOrEqualTo(FIRST_VERSION);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
        Path template = PostgresServer.template(directory);
        a = PostgresServer.started(template, "a", "on");
        b = PostgresServer.started(template, "b", "on");
        plain = PostgresServer.started(template, "plain", "off");
        ports = Map.of("postgres", FreePorts.next(), "strict", FreePorts.next());
        apex = Distribution.copiedTo(directory).configure(config()).start();
        apex.port();
        admin = Admin.of(apex);
    }

    @AfterAll
    @SuppressWarnings("try") // the variables only close
    void stop() {
        try (var first = a; var second = b; var third = plain; var last = apex) {
            if (apex != null) {
                assertThat(admin.backendsUp()).hasSize(5).doesNotContain(false);
                assertThat(apex.terminate()).allMatch(line -> line.contains("does not accept TLS after SSLRequest"));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"a, 0", "b, 1"})
    void serverNameSelectsTheServer(String name, String route) {
        String certificate = (name.equals("a") ? a : b).certificate().file().toString();

        assertThat(ask("db-" + name + ".example", "sslmode=verify-full sslrootcert=" + certificate, NAME_AND_TLS))
                .isEqualTo(name + "|t");

        apex.awaitLine(" listener=postgres sni=db-" + name + ".example route=" + route + " backend=" + name + " ");
    }

    @Test
    void clientThatPrefersGssapiContinuesWithTls() throws IOException {
        Program withTicket = CredentialCache.givenTo(psql, directory);
        // shows that libpq asks and that Apex answers, because these servers agree to GSSAPI
        String refused = query(withTicket, "postgres", "db-b.example", "gssencmode=require", NAME).output();
        assumeThat(refused).as("libpq with GSSAPI").doesNotContain("not compiled in");
        assertThat(refused).contains("server doesn't support GSSAPI encryption, but it was required");

        assertThat(query(withTicket, "postgres", "db-b.example", "sslmode=require gssencmode=prefer", NAME_AND_TLS)
                .output()).isEqualTo("b|t");
    }

    @Test
    void clientWithoutTlsHasARouteOfItsOwn() {
        assertThat(ask("db-b.example", "sslmode=disable", NAME_AND_TLS)).isEqualTo("a|f");

        apex.awaitLine(" listener=postgres route=4 backend=a ");
    }

    /** The fallback of libpq can reach another server than the name suggests. */
    @Test
    void clientThatPrefersTlsIsRoutedWithoutItAfterARefusal() {
        assertThat(ask("unknown.example", "sslmode=prefer", NAME_AND_TLS)).isEqualTo("a|f");

        awaitLine(" no-route ", " listener=postgres sni=unknown.example backend=- ");
    }

    @ParameterizedTest
    @CsvSource({"disable, ''", "require, 'sni=db-b.example '"})
    void clientIsRefusedWithoutARoute(String mode, String fields) {
        assertThat(query(psql, "strict", "db-b.example", "sslmode=" + mode, NAME).status()).isEqualTo(2);

        awaitLine(" no-route ", " listener=strict " + fields + "backend=- ");
    }

    @Test
    void connectFailsIfTheServerHasNoTls() {
        assertThat(query(psql, "postgres", "plain.example", "sslmode=require", NAME).status()).isEqualTo(2);

        assertThat(awaitLine(" connect-failed ", " sni=plain.example route=2 backend=plain ")).endsWith(" attempts=1");
        apex.awaitLine("plain does not accept TLS after SSLRequest");
    }

    @Test
    void otherServerOfThePoolIsUsedIfOneHasNoTls() {
        for (int each = 0; each < 4; each++) {
            assertThat(ask("mixed.example", "sslmode=require", NAME_AND_TLS)).isEqualTo("b|t");
        }

        awaitLine(" sni=mixed.example route=3 backend=b ", " attempts=2");
    }

    @Test
    void queryIsCancelledByTheRouteWithoutTls() throws Exception {
        Path log = directory.resolve("cancelled.log");
        Process client = sleeping("db-a.example", a, log);

        Signal.send("INT", client.pid());

        assertThat(client.onExit()).succeedsWithin(ApexProcess.PATIENCE);
        assertThat(log).content().contains("Cancel request sent", "canceling statement due to user request");
    }

    /** A CancelRequest has no server name, so the route without TLS leads it to another server. */
    @Test
    void queryOfAnotherServerIsNotCancelled() throws Exception {
        Path log = directory.resolve("not-cancelled.log");
        Process client = sleeping("db-b.example", b, log);

        Signal.send("INT", client.pid());

        await().atMost(ApexProcess.PATIENCE)
                .until(() -> a.process().output().contains("in cancel request did not match any process"));
        assertThat(b.sleeping()).isEqualTo("1");
        b.ask("select pg_cancel_backend(pid) from pg_stat_activity where query = '" + SLEEP + "'");
        assertThat(client.onExit()).succeedsWithin(ApexProcess.PATIENCE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--transactions=250", "--connect --transactions=40"})
    void sumsAreCorrectWithTls(String options) {
        int clients = 4;
        bench("--initialize", "--quiet");

        String report = bench(Stream.concat(Stream.of("--client=" + clients, "--jobs=2", "--no-vacuum"),
                Arrays.stream(options.split(" "))).toArray(String[]::new));

        int each = Integer.parseInt(options.replaceFirst(".*=", ""));
        assertThat(report).contains("number of failed transactions: 0");
        assertThat(b.sums()).isEqualTo("t|" + clients * each);
    }

    private Process sleeping(String name, PostgresServer server, Path log) {
        Process client = psql.start(directory, log,
                PostgresServer.psql(connection("postgres", name, "sslmode=require"), SLEEP));
        await().atMost(ApexProcess.PATIENCE).until(() -> server.sleeping().equals("1"));
        return client;
    }

    private String bench(String... options) {
        return pgbench.run(directory, Stream.concat(Stream.of(options), Stream.of(
                connection("postgres", "db-b.example", "sslmode=require") + " user=apex dbname=postgres"))
                .toArray(String[]::new));
    }

    private String ask(String name, String parameters, String statement) {
        return psql.run(directory, PostgresServer.psql(connection("postgres", name, parameters), statement));
    }

    private Program.Result query(Program program, String listener, String name, String parameters, String statement) {
        return program.tryToRun(directory, Redirect.PIPE,
                PostgresServer.psql(connection(listener, name, parameters), statement));
    }

    private String connection(String listener, String name, String parameters) {
        return "host=" + name + " hostaddr=127.0.0.1 port=" + ports.get(listener) + " " + parameters;
    }

    /** Waits for a log line that contains two texts. */
    private String awaitLine(String first, String second) {
        return await().atMost(ApexProcess.PATIENCE).until(() -> apex.output().stream()
                .filter(line -> line.contains(first) && line.contains(second)).findFirst().orElse(null),
                line -> line != null);
    }

    private String config() {
        return """
                admin = { listen_addr = "127.0.0.1:0" }
                [listeners.postgres]
                listen_addr = "127.0.0.1:%d"
                starttls = "postgres"
                routes = [
                    { server_names = ["db-a.example"], pool = "a" },
                    { server_names = ["db-b.example"], pool = "b" },
                    { server_names = ["plain.example"], pool = "plain" },
                    { server_names = ["mixed.example"], pool = "mixed" },
                    { tls = false, pool = "a" },
                ]
                [listeners.strict]
                listen_addr = "127.0.0.1:%d"
                starttls = "postgres"
                routes = [{ server_names = ["db-a.example"], pool = "a" }]
                """.formatted(ports.get("postgres"), ports.get("strict"))
                + PostgresServer.pool("a", a) + PostgresServer.pool("b", b) + PostgresServer.pool("plain", plain)
                + PostgresServer.pool("mixed", plain, b);
    }
}
