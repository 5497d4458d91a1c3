package io.apexproxy.runtime.config.read;

import static io.apexproxy.runtime.config.read.Mistakes.assertReported;
import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.api.ConfigProblem;
import io.apexproxy.api.Origin;
import io.apexproxy.runtime.config.PoolConfig;
import io.apexproxy.runtime.config.tls.CertificateFiles;
import io.apexproxy.runtime.config.tls.FileSetting;
import io.apexproxy.runtime.config.tls.PoolTls;
import io.apexproxy.runtime.config.tls.ProbeTls;
import io.apexproxy.runtime.config.tls.StartTls;
import io.apexproxy.runtime.config.tls.TlsVersion;
import io.apexproxy.runtime.config.tree.Problems;
import io.apexproxy.runtime.config.tree.TreeFixture;
import io.apexproxy.runtime.config.tree.TreeSettings;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The table {@code tls} of pools, the key {@code tls} of their health checks, and the mistakes in both. */
class PoolTlsReaderTest {

    private static final PoolTls DEFAULT = new PoolTls(true, Optional.empty(), Optional.empty(), Optional.empty(),
            TlsVersion.TLS_1_2, List.of(), StartTls.OFF);
    private static final String LISTENER = """
            [listeners.web]
            listen_addr = "127.0.0.1:8081"
            pool = "a"
            """;
    private static final String POOL = LISTENER + """
            [pools.a]
            backends = ["127.0.0.1:9000", "app:9000"]
            """;

    @Test
    void emptyTableMeansTlsWithAllDefaults() {
        assertThat(pool("").tls()).isEmpty();
        assertThat(pool("[pools.a.tls]").tls()).contains(DEFAULT);
        assertThat(pool("tls = {}").tls()).contains(DEFAULT);
    }

    @Test
    void allKeysAreRead() {
        assertThat(pool("""
                [pools.a.tls]
                ca_file = 'ca.pem'
                server_name = 'App_1.internal.'
                cert_file = 'me.pem'
                key_file = 'me.key'
                key_password_file = 'me.pw'
                verify = true
                min_version = '1.3'
                alpn = ['postgresql']
                starttls = 'postgres'
                """).tls()).contains(new PoolTls(true, Optional.of(file("ca.pem")), Optional.of("app_1.internal"),
                Optional.of(new CertificateFiles.Pem(file("me.pem"), file("me.key"), Optional.of(file("me.pw")))),
                TlsVersion.TLS_1_3, List.of("postgresql"), StartTls.POSTGRES));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "ca_file = 'a', verify = false    | 6:19 | .ca_file: has no effect with verify = false; remove one of the two",
        "ca_file = ''                     | 6:19 | .ca_file: expected the path of a file, found \"\"",
        "server_name = '10.0.0.1'         | 6:23 | .server_name: expected a name such as \"app.internal\", found"
                + " \"10.0.0.1\"; an address is no server name: leave the key out, and Apex verifies the address of"
                + " the backend",
        "server_name = '::1'              | 6:23 | .server_name: expected a name such as \"app.internal\", found"
                + " \"::1\"; an address is no server name: leave the key out, and Apex verifies the address of the"
                + " backend",
        "server_name = '*.example'        | 6:23 | .server_name: expected a name such as \"app.internal\", found"
                + " \"*.example\"; write it in ASCII, without a port and without '*'",
        "server_name = 'a:443'            | 6:23 | .server_name: expected a name such as \"app.internal\", found"
                + " \"a:443\"; write it in ASCII, without a port and without '*'",
        "server_name = 5                  | 6:23 | .server_name: expected a name such as \"app.internal\", found 5",
        "cert_file = 'a'                  | 6:7  | .key_file: missing, expected the file of the private key, such as"
                + " \"client.key\"",
        "key_file = 'a'                   | 6:7  | .cert_file: missing, expected the file of the client certificate,"
                + " such as \"client.pem\"",
        "verify = 'no'                    | 6:18 | .verify: expected true or false, found \"no\"",
        "min_version = '1.0'              | 6:23 | .min_version: expected \"1.2\" or \"1.3\", found \"1.0\"; earlier"
                + " versions are insecure",
        "alpn = [1]                       | 6:17 | .alpn[0]: expected a protocol such as \"h2\", found 1",
        "starttls = 'mysql'               | 6:20 | .starttls: expected \"off\" or \"postgres\", found \"mysql\"",
        "servername = 'a'                 | 6:9  | : unknown key 'servername' (did you mean 'server_name'?)",
        "certificates = []                | 6:9  | : unknown key 'certificates'; it belongs in [listeners.NAME.tls]",
    })
    void mistakesInTheTableAreReported(String keys, String place, String message) {
        assertMistakes("tls = { " + keys + " }", "config.toml:" + place + ": pools.a.tls" + message);
    }

    @Test
    void passwordWithoutAKeyIsReported() {
        assertMistakes("tls = { key_password_file = 'a' }",
                "config.toml:6:7: pools.a.tls.cert_file: missing, expected the file of the client certificate, such as"
                        + " \"client.pem\"",
                "config.toml:6:7: pools.a.tls.key_file: missing, expected the file of the private key, such as"
                        + " \"client.key\"");
    }

    @Test
    void labelThatIsTooLongForDnsIsReported() {
        assertThat(pool("tls = { server_name = '" + "a".repeat(63) + ".b' }").tls()).isPresent();
        assertMistakes("tls = { server_name = '" + "a".repeat(64) + ".b' }",
                "config.toml:6:23: pools.a.tls.server_name: expected a name such as \"app.internal\", found \""
                        + "a".repeat(40) + "…\"; write it in ASCII, without a port and without '*'");
    }

    @Test
    void valueThatIsNoTableIsReported() {
        assertMistakes("tls = true",
                "config.toml:6:7: pools.a.tls: expected a table such as { ca_file = \"ca.pem\" }, found true");
    }

    @Test
    void unixDomainSocketHasNoNameToVerify() {
        String pool = LISTENER + "[pools.a]\nbackends = [\"unix:/run/a.sock\"]\n[pools.a.tls]\n";

        assertReported(pool, "config.toml:6:1: pools.a.tls.server_name: missing, expected the name in the certificate"
                + " of unix:/run/a.sock, because the address has none to verify");
        assertReported(pool + "verify = false");
        assertReported(pool + "server_name = \"app.internal\"");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "'tcp'                      | AS_POOL",
        "{ tls = 'as-pool' }        | AS_POOL",
        "{ tls = 'off' }            | OFF",
        "{ port = 1 }               | OFF",
        "{ port = 1, tls = 'as-pool' } | AS_POOL",
    })
    void probesUseTlsUnlessTheyReachAnotherPort(String check, ProbeTls expected) {
        PoolConfig pool = pool("tls = {}\nhealth_check = " + check);

        assertThat(pool.healthCheck().tls()).isEqualTo(expected);
        assertThat(pool.probeTls().isPresent()).isEqualTo(expected == ProbeTls.AS_POOL);
        assertThat(pool.healthCheck().check().settings().members()).doesNotContainKey("tls");
    }

    @Test
    void probesCannotUseTlsThatThePoolDoesNotHave() {
        assertMistakes("health_check = { tls = 'as-pool' }", "config.toml:6:24: pools.a.health_check.tls: has no effect"
                + " on a pool without TLS; leave it out, or add [pools.NAME.tls]");
        assertMistakes("tls = {}\nhealth_check = { tls = true }", "config.toml:7:24: pools.a.health_check.tls:"
                + " expected \"as-pool\" or \"off\", found true");
    }

    /** A plugin of version 0.1 can have a setting of this name. */
    @Test
    void pluginGetsTheKeyIfThePoolHasNoTls() {
        assertThat(settings("{ tls = true }", new Problems()).bool("tls", false)).isTrue();
        assertThat(settings("{ tls = 'off' }", new Problems()).string("tls")).isEqualTo("off");
    }

    @Test
    void pluginWithoutTheKeyAcceptsOnlyThatProbesHaveNoTls() {
        Problems problems = new Problems();
        settings("{ tls = 'off' }", problems).reportUnread();
        assertThat(problems.list()).isEmpty();

        settings("{ tls = true }", problems).reportUnread();
        assertThat(problems.list()).extracting(ConfigProblem::toString).containsExactly("config.toml:6:18:"
                + " pools.a.health_check: unknown key 'tls'; known keys: fall, fast_interval, interval, provider,"
                + " proxy_protocol, rise, timeout");
    }

    private static TreeSettings settings(String check, Problems problems) {
        return pool("health_check = " + check).healthCheck().check().settings(problems);
    }

    private static void assertMistakes(String keys, String... expected) {
        assertReported(POOL + keys.replace('\'', '"'), expected);
    }

    private static PoolConfig pool(String keys) {
        Problems problems = new Problems();
        PoolConfig pool =
                ConfigReader.read(TreeFixture.tree(POOL + keys.replace('\'', '"')), problems).pools().get(0);
        assertThat(problems.list()).isEmpty();
        return pool;
    }

    /** Files are equal if their paths are. */
    private static FileSetting file(String path) {
        return new FileSetting(path, Origin.of("any"), "any");
    }
}
