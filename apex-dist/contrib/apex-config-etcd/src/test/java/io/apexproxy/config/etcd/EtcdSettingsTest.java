package io.apexproxy.config.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.testkit.FakeContext;
import io.apexproxy.api.testkit.MapSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EtcdSettingsTest {

    private static final List<String> PLAIN = List.of("http://127.0.0.1:2379");
    private static final List<String> SECURE = List.of("https://127.0.0.1:2379");

    @TempDir
    private Path directory;
    private FakeContext context;

    @BeforeEach
    void createContext() {
        context = FakeContext.in(directory);
    }

    @AfterEach
    void close() {
        context.close();
    }

    @Test
    void prefixEndsWithASlash() {
        assertThat(read(Map.of("endpoints", PLAIN)).prefix()).isEqualTo("/apex/");
        assertThat(read(Map.of("endpoints", PLAIN, "prefix", "/x")).prefix()).isEqualTo("/x/");
        assertRejected(Map.of("endpoints", PLAIN, "prefix", " "), "prefix: expected the beginning of keys");
    }

    @Test
    void invalidEndpointsAreRejected() {
        assertRejected(Map.of(), "endpoints: expected at least one URL such as [\"http://127.0.0.1:2379\"]");
        for (String wrong : List.of("127.0.0.1:2379", "localhost", "ftp://a:1", "http://a:1/v3", "http://a b")) {
            assertRejected(Map.of("endpoints", List.of(wrong)), "endpoints: expected URLs such as"
                    + " \"http://127.0.0.1:2379\", without path, found '" + wrong + "'");
        }
    }

    @Test
    void passwordInAUrlIsNotShown() {
        for (String wrong : List.of("http://root:hunter2@etcd:2379", "root:hunter2@etcd", "http://root:hun ter2@etcd",
                "http://root:hunter2/@etcd:2379")) {
            assertThatThrownBy(() -> read(Map.of("endpoints", List.of(wrong)))).isInstanceOf(ConfigException.class)
                    .message().contains("endpoints: expected URLs").doesNotContain("hun", "ter2");
        }
    }

    @Test
    void passwordIsNotInTheText() {
        assertThat(read(Map.of("endpoints", PLAIN, "username", "root", "password", "hunter2")).toString())
                .contains("root").doesNotContain("hunter2");
    }

    @Test
    void incompletePairsAreRejected() {
        assertRejected(Map.of("endpoints", PLAIN, "password", "p"),
                "username: expected username and password together");
        assertRejected(Map.of("endpoints", PLAIN, "username", "u"),
                "password: expected username and password together");
        assertRejected(Map.of("endpoints", SECURE, "cert_file", "c"), "key_file: expected cert_file and key_file");
        assertRejected(Map.of("endpoints", SECURE, "key_file", "k"), "cert_file: expected cert_file and key_file");
    }

    @Test
    void unusableCertificatesAreRejected() throws Exception {
        Certificates certificates = new Certificates(directory);
        Files.writeString(directory.resolve("none.pem"), "nothing");
        Files.writeString(directory.resolve("old.key"), "-----BEGIN EC PRIVATE KEY-----");
        Map<String, Object> settings = new HashMap<>(Map.of("endpoints", SECURE, "ca_file", "ca.pem"));

        assertThat(read(settings).tls().isDefault()).isFalse();
        settings.put("endpoints", PLAIN);
        assertRejected(settings, "endpoints: expected https:// in all of them");
        settings.put("endpoints", SECURE);
        settings.put("ca_file", "missing.pem");
        assertRejected(settings, "ca_file: cannot be read: ");
        settings.put("ca_file", "none.pem");
        assertRejected(settings, "ca_file: expected certificates in PEM");
        settings.put("ca_file", "ca.pem");
        settings.put("cert_file", certificates.certificate("apex").toString());
        settings.put("key_file", "old.key");
        assertRejected(settings, "key_file: expected BEGIN PRIVATE KEY (PKCS 8, without a password)");
        settings.put("key_file", "bad.key");
        for (String invalid : List.of("AAAA", "AAAAA")) { // not a key, and not valid Base64
            Files.writeString(directory.resolve("bad.key"),
                    "-----BEGIN PRIVATE KEY-----\n" + invalid + "\n-----END PRIVATE KEY-----");
            assertRejected(settings, "key_file: expected the key of the certificate, which is EC");
        }
    }

    private EtcdSettings read(Map<String, ?> settings) {
        return EtcdSettings.from(MapSettings.of(settings), context);
    }

    private void assertRejected(Map<String, ?> settings, String message) {
        assertThatThrownBy(() -> read(settings)).isInstanceOf(ConfigException.class).hasMessageContaining(message);
    }
}
