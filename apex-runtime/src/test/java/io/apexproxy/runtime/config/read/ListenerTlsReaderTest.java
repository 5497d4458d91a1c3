package io.apexproxy.runtime.config.read;

import static io.apexproxy.runtime.config.read.Mistakes.assertReported;
import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.api.Origin;
import io.apexproxy.runtime.config.ProxyConfig;
import io.apexproxy.runtime.config.tls.CertificateFiles;
import io.apexproxy.runtime.config.tls.ClientCertificates;
import io.apexproxy.runtime.config.tls.FileSetting;
import io.apexproxy.runtime.config.tls.ListenerTls;
import io.apexproxy.runtime.config.tls.TlsVersion;
import io.apexproxy.runtime.config.tls.UnknownName;
import io.apexproxy.runtime.config.tree.Problems;
import io.apexproxy.runtime.config.tree.TreeFixture;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The table {@code tls} of listeners, and its mistakes. The keys of the table are on line 5. */
class ListenerTlsReaderTest {

    private static final String LISTENER = """
            [listeners.web]
            listen_addr = "127.0.0.1:8081"
            pool = "a"
            """;
    private static final String POOL = """

            [pools.a]
            backends = ["127.0.0.1:9000"]
            """;
    private static final String CERTIFICATES = "certificates = [{ cert_file = 'a.pem', key_file = 'a.key' }]";

    @Test
    void listenerWithoutTheTablePassesTlsOn() {
        assertThat(tls("")).isEmpty();
    }

    @Test
    void onlyCertificatesAreRequired() {
        assertThat(tls("[listeners.web.tls]\n" + CERTIFICATES)).contains(new ListenerTls(
                List.of(new CertificateFiles.Pem(file("a.pem"), file("a.key"), Optional.empty())),
                TlsVersion.TLS_1_2, List.of(), Optional.empty(), UnknownName.FIRST));
    }

    @Test
    void allKeysAreRead() {
        Optional<ListenerTls> tls = tls("""
                [listeners.web.tls]
                certificates = [{ cert_file = 'a.pem', key_file = 'a.key', key_password_file = 'a.pw' }, \
                { store_file = '/b.p12', password_file = 'b.pw' }]
                min_version = '1.3'
                alpn = ['h2', 'http/1.1']
                client_ca_file = 'clients.pem'
                client_auth = 'optional'
                unknown_name = 'refuse'
                """);

        assertThat(tls).contains(new ListenerTls(
                List.of(new CertificateFiles.Pem(file("a.pem"), file("a.key"), Optional.of(file("a.pw"))),
                        new CertificateFiles.Store(file("/b.p12"), file("b.pw"))),
                TlsVersion.TLS_1_3, List.of("h2", "http/1.1"),
                Optional.of(new ClientCertificates(file("clients.pem"), false)), UnknownName.REFUSE));
    }

    @Test
    void fileHasItsPlace() {
        FileSetting key = tls("[listeners.web.tls]\n" + CERTIFICATES).orElseThrow().certificates().stream()
                .map(CertificateFiles.Pem.class::cast).map(CertificateFiles.Pem::key).findFirst().orElseThrow();

        assertThat(key.key()).isEqualTo("listeners.web.tls.certificates[0].key_file");
        assertThat(key.origin()).isEqualTo(new Origin(TreeFixture.SOURCE, 5, 51));
        assertThat(key).hasToString("config.toml:5:51: listeners.web.tls.certificates[0].key_file");
    }

    @Test
    void clientCertificatesAreRequiredByDefault() {
        assertThat(tls("[listeners.web.tls]\n" + CERTIFICATES + "\nclient_ca_file = 'ca.pem'").orElseThrow()
                .clientCertificates()).contains(new ClientCertificates(file("ca.pem"), true));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{}                                          | 5:17 | : expected cert_file and key_file, or store_file and"
                + " password_file, found none of them",
        "{ cert_file = 'a' }                         | 5:17 | .key_file: missing, expected the file of the private"
                + " key, such as \"web.key\"",
        "{ key_file = 'a' }                          | 5:17 | .cert_file: missing, expected the file of the"
                + " certificate, such as \"web.pem\"",
        "{ store_file = 'a' }                        | 5:17 | .password_file: missing, expected the file of its"
                + " password, such as \"web.password\"",
        "{ password_file = 'a' }                     | 5:17 | .store_file: missing, expected the file of the key"
                + " store, such as \"web.p12\"",
        "{ cert_file = 'a', store_file = 'b' }       | 5:49 | .store_file: cannot be combined with cert_file; write"
                + " cert_file and key_file, or store_file and password_file",
        "{ key_password_file = 'a', password_file = 'b' } | 5:60 | .password_file: cannot be combined with"
                + " key_password_file; write cert_file and key_file, or store_file and password_file",
        "{ cert_file = '', key_file = 'a' }          | 5:31 | .cert_file: expected the path of a file, found \"\"",
        "{ cert_file = 'a', key_file = 7 }           | 5:47 | .key_file: expected the path of a file, found a number,"
                + " which is not shown as it is a secret",
        "{ cert_file = 'a', keyfile = 'b' }          | 5:36 | : unknown key 'keyfile' (did you mean 'key_file'?)",
        "'a.pem'                                     | 5:17 | : expected a table such as { cert_file = \"web.pem\","
                + " key_file = \"web.key\" }, found \"a.pem\"",
    })
    void mistakesInACertificateAreReported(String element, String place, String message) {
        assertMistakes("certificates = [" + element + "]",
                "config.toml:" + place + ": listeners.web.tls.certificates[0]" + message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "min_version = 1.2        | 6:15 | .min_version: expected \"1.2\" or \"1.3\", found 1.2; write it in quotes",
        "min_version = 'TLSv1.3'  | 6:15 | .min_version: expected \"1.2\" or \"1.3\", found \"TLSv1.3\"; write \"1.3\"",
        "min_version = '1.1'      | 6:15 | .min_version: expected \"1.2\" or \"1.3\", found \"1.1\"; earlier versions"
                + " are insecure",
        "min_version = 'new'      | 6:15 | .min_version: expected \"1.2\" or \"1.3\", found \"new\"",
        "alpn = 'h2'              | 6:8  | .alpn: expected an array of protocols such as [\"h2\", \"http/1.1\"], found"
                + " \"h2\"",
        "alpn = []                | 6:8  | .alpn: expected at least one protocol such as \"h2\", found []; leave the"
                + " key out to use no protocol",
        "alpn = ['']              | 6:9  | .alpn[0]: expected a protocol such as \"h2\", found \"\"",
        "alpn = ['a', 'b', 'a']   | 6:19 | .alpn[2]: duplicate protocol 'a', already at config.toml:6:9; remove one of"
                + " the two",
        "client_auth = 'required' | 6:15 | .client_auth: has no effect without client_ca_file, the file of the issuers"
                + " of client certificates; add it, or leave client_auth out",
        "client_auth = 'none'     | 6:15 | .client_auth: expected \"required\" or \"optional\", found \"none\"",
        "client_ca_file = ['a']   | 6:18 | .client_ca_file: expected the path of a file, found [\"a\"]",
        "unknown_name = 'none'    | 6:16 | .unknown_name: expected \"first\" or \"refuse\", found \"none\"",
        "min_verson = '1.3'       | 6:1  | : unknown key 'min_verson' (did you mean 'min_version'?)",
        "cert_file = 'a.pem'      | 6:1  | : unknown key 'cert_file'; it belongs in an element of certificates",
    })
    void mistakesInTheTableAreReported(String line, String place, String message) {
        String caFile = line.contains("'none'") && line.contains("auth") ? "\nclient_ca_file = 'a'" : "";

        assertMistakes(CERTIFICATES + "\n" + line + caFile, "config.toml:" + place + ": listeners.web.tls" + message);
    }

    @Test
    void longestProtocolHas255Bytes() {
        assertThat(tls("[listeners.web.tls]\n" + CERTIFICATES + "\nalpn = ['" + "a".repeat(255) + "']")).get()
                .satisfies(tls -> assertThat(tls.applicationProtocols()).hasSize(1));
        assertMistakes(CERTIFICATES + "\nalpn = ['" + "a".repeat(256) + "']",
                "config.toml:6:9: listeners.web.tls.alpn[0]: expected a protocol such as \"h2\", found \""
                        + "a".repeat(40) + "…\"");
    }

    @Test
    void tooManyProtocolsAreReported() {
        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 129; i++) {
            many.append("'p").append(i).append("', ");
        }

        assertMistakes(CERTIFICATES + "\nalpn = [" + many + "]",
                "config.toml:6:8: listeners.web.tls.alpn: expected at most 128 protocols, found 129");
    }

    @Test
    void certificatesAreRequired() {
        String array = "an array of tables such as [{ cert_file = \"web.pem\", key_file = \"web.key\" }]";
        assertMistakes("alpn = ['h2']",
                "config.toml:4:1: listeners.web.tls.certificates: missing, expected " + array);
        assertMistakes("certificates = []", "config.toml:5:16: listeners.web.tls.certificates: expected at least one"
                + " such as { cert_file = \"web.pem\", key_file = \"web.key\" }, found []");
        assertMistakes("certificates = 'a.pem'",
                "config.toml:5:16: listeners.web.tls.certificates: expected " + array + ", found \"a.pem\"");
        assertMistakes("certificate = []",
                "config.toml:5:1: listeners.web.tls: unknown key 'certificate' (did you mean 'certificates'?)");
    }

    @Test
    void valueThatIsNoTableIsReported() {
        assertReported(LISTENER + "tls = true" + POOL, "config.toml:4:7: listeners.web.tls: expected a table such as"
                + " { certificates = [{ cert_file = \"web.pem\", key_file = \"web.key\" }] }, found true");
    }

    @Test
    void keyOfTheTableInTheListenerGetsAHint() {
        assertReported(LISTENER + "client_auth = \"required\"" + POOL, "config.toml:4:1: listeners.web: unknown key"
                + " 'client_auth'; it belongs in [listeners.NAME.tls]");
    }

    private static void assertMistakes(String keys, String... expected) {
        assertReported(LISTENER + "[listeners.web.tls]\n" + keys.replace('\'', '"') + POOL, expected);
    }

    private static Optional<ListenerTls> tls(String table) {
        Problems problems = new Problems();
        ProxyConfig config =
                ConfigReader.read(TreeFixture.tree(LISTENER + table.replace('\'', '"') + POOL), problems);
        assertThat(problems.list()).isEmpty();
        return config.listeners().get(0).tls();
    }

    /** Files are equal if their paths are. */
    private static FileSetting file(String path) {
        return new FileSetting(path, Origin.of("any"), "any");
    }
}
