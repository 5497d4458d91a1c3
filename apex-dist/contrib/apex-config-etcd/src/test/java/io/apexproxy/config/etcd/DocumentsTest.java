package io.apexproxy.config.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.config.ConfigTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentsTest {

    private final Documents documents = new Documents("/apex/");

    @Test
    void allProblemsAreReportedWithTheirKeys() {
        Snapshot snapshot = new Snapshot(1, new TreeMap<>(Map.of(
                "/apex/config", Messages.encode("threads = 1\n[listeners.web]"),
                "/apex/listeners/web/more", Messages.encode(""),
                "/apex/pools/", Messages.encode(""),
                "/apex/pools/web", "/w==",
                "/apex/pools/web/backends/b1", Messages.encode("{ address = \"10.0.0.1:80\", name = \"b2\" }"),
                "/apex/pools/web/backends/b2", Messages.encode("{ address = "))));

        assertThatThrownBy(() -> documents.read(snapshot).orThrow()).isInstanceOfSatisfying(ConfigException.class,
                failure -> assertThat(failure.problems()).map(Object::toString).satisfiesExactly(
                        config -> assertThat(config).isEqualTo("etcd:/apex/config:2:2: listeners: expected a key in"
                                + " etcd for each, such as /apex/listeners/web"),
                        more -> assertThat(more).startsWith("etcd:/apex/listeners/web/more: expected a key such as"),
                        pools -> assertThat(pools).startsWith("etcd:/apex/pools/: expected a key such as"),
                        web -> assertThat(web).startsWith("etcd:/apex/pools/web: expected UTF-8, found other bytes"),
                        b1 -> assertThat(b1).isEqualTo(
                                "etcd:/apex/pools/web/backends/b1:1:28: name: the key already contains it; remove it"
                                        + " here"),
                        b2 -> assertThat(b2).isEqualTo("etcd:/apex/pools/web/backends/b2:1:13: expected a value, found"
                                + " the end of the file")));
    }

    @Test
    void valueThatIsNotBase64IsReported() {
        Snapshot snapshot = new Snapshot(1, new TreeMap<>(Map.of("/apex/pools/web", "<secret>")));

        assertThatThrownBy(() -> documents.read(snapshot).orThrow()).isInstanceOf(ConfigException.class)
                .hasMessage("etcd:/apex/pools/web: expected Base64 from etcd, found other text");
    }

    @Test
    void failureOfTheParserIsReportedAsAProblem() {
        // tomlj 2.2.0 throws if a bracket closes an inline table
        Snapshot snapshot = snapshot(Map.of(
                "/apex/pools/web", "load_balancer = { provider = \"round-robin\", ]\n[health_check]\n"));

        assertThatThrownBy(() -> documents.read(snapshot).orThrow()).isInstanceOf(ConfigException.class)
                .hasMessage("""
                        etcd:/apex/pools/web:1:45: expected a key, '}', or the end of the line, found ']'
                        etcd:/apex/pools/web:2:1: expected '}' or a newline, found '['""");
    }

    @ParameterizedTest
    @ValueSource(strings = {"password = \"QQ", "token = Q Q", "url = http://u:Q@host", "[secrets]\na = Q",
        "password = \"Q\\Q\"", "secret = {Q = 1, Q = 2}", "secret = \"\"\"\nQ\n\"\"\"Q", "\"\\u006bey\" = Q",
        "{ address = \"a:1\", token = Q }"})
    void noSyntaxErrorQuotesASecret(String document) {
        Snapshot snapshot = snapshot(Map.of("/apex/pools/web/backends/a", document));

        assertThatThrownBy(() -> documents.read(snapshot).orThrow()).isInstanceOfSatisfying(ConfigException.class,
                failure -> assertThat(failure.problems()).isNotEmpty().allSatisfy(
                        problem -> assertThat(problem.toString()).doesNotContain("Q")));
    }

    @Test
    void expectationIsShownForADocumentWithASecret() {
        Snapshot snapshot = snapshot(Map.of("/apex/pools/web", "token = Q"));

        assertThatThrownBy(() -> documents.read(snapshot).orThrow()).hasMessage("etcd:/apex/pools/web:1:9: expected a"
                + " value, found text that is hidden because it can be part of a secret: put text in quotes");
    }

    @Test
    void shortFormNeedsOneKeyOnly() {
        assertThat(RecordingObserver.text(read(Map.of("/apex/config", "backend_addrs = [\"10.0.0.1:80\"]"))))
                .isEqualTo("{backend_addrs={10.0.0.1:80}}");
    }

    @Test
    void tablesArraysAndDatesOfADocumentAreKept() {
        ConfigTree.Table tree = read(Map.of("/apex/pools/web", """
                health_check.interval = "5s"
                backends = ["10.0.0.1:80", { address = "10.0.0.2:80", weight = 2 }]
                since = 2025-01-02
                [load_balancer.deep]
                on = true
                share = 0.5
                """));

        assertThat(RecordingObserver.text(tree)).isEqualTo("{pools={web={health_check={interval=5s},"
                + " backends={10.0.0.1:80, {address=10.0.0.2:80, weight=2}}, since=2025-01-02,"
                + " load_balancer={deep={on=true, share=0.5}}}}}");
    }

    @Test
    void poolsWithACommonNamePrefixAreDistinguished() {
        ConfigTree.Table tree = read(Map.of("/apex/pools/a", "connect_attempts = 1",
                "/apex/pools/a-b", "connect_attempts = 2", "/apex/pools/a/backends/x", "10.0.0.1:80"));

        assertThat(RecordingObserver.text(tree)).isEqualTo("{pools={a={connect_attempts=1,"
                + " backends={{name=x, address=10.0.0.1:80}}}, a-b={connect_attempts=2, backends={}}}}");
    }

    @Test
    void poolWithoutBackendsExists() {
        ConfigTree.Table tree = read(Map.of("/apex/pools/web", ""));

        assertThat(RecordingObserver.text(tree)).isEqualTo("{pools={web={backends={}}}}");
        assertThat(pool(tree, "web").members().get("backends").key()).hasToString("etcd:/apex/pools/web");
    }

    @Test
    void unchangedDocumentIsNotParsedAgain() {
        Snapshot before = snapshot(Map.of("/apex/pools/a", "connect_attempts = 1", "/apex/pools/b", ""));
        Snapshot after = before.with(List.of(
                new Snapshot.Event(2, "/apex/pools/b", Optional.of(Messages.encode("connect_attempts = 2")))));

        assertThat(pool(documents.read(before).orThrow(), "a").members().get("connect_attempts"))
                .isSameAs(pool(documents.read(after).orThrow(), "a").members().get("connect_attempts"));
        assertThat(after.revision()).isEqualTo(2);
        assertThat(pool(documents.read(after).orThrow(), "b").members()).containsKey("connect_attempts");
    }

    @Test
    void snapshotFileIsReadUnlessItIsInvalid(@TempDir Path directory) throws IOException {
        Snapshot snapshot = snapshot(Map.of("/apex/pools/ä", "connect_attempts = 1", "/apex/pools/b", ""));
        Path file = directory.resolve("new/last.json");

        new SnapshotFile(file, "/apex/", 1 << 20).save(snapshot);

        assertThat(new SnapshotFile(file, "/apex/", 1 << 20).read()).isEqualTo(snapshot);
        assertThatThrownBy(() -> new SnapshotFile(file, "/other/", 1 << 20).read())
                .hasMessage("it has keys with another prefix");
        assertThatThrownBy(() -> new SnapshotFile(file, "/apex/", 10).read()).hasMessage("it has more than 20 bytes");
        for (String broken : List.of("{", "[]", "{\"kvs\": [1]}", "{\"kvs\": [{\"key\": \"?\"}]}",
                "{\"kvs\": [\"secret\"]}", "{\"kvs\": [{\"key\": \"L2FwZXgvYQ==\", \"value\": \"secret!\"}]}",
                "{\"kvs\": [{\"key\": \"L2FwZXgvYQ==\", \"value\": secret}]}")) {
            Files.writeString(file, broken);
            assertThatThrownBy(() -> new SnapshotFile(file, "/apex/", 1 << 20).read()).as(broken)
                    .isInstanceOf(IOException.class).message().doesNotContain("secret");
        }
    }

    private ConfigTree.Table read(Map<String, String> values) {
        return documents.read(snapshot(values)).orThrow();
    }

    private static ConfigTree.Table pool(ConfigTree.Table tree, String name) {
        ConfigTree.Table pools = (ConfigTree.Table) tree.members().get("pools").value();
        return (ConfigTree.Table) pools.members().get(name).value();
    }

    private static Snapshot snapshot(Map<String, String> values) {
        TreeMap<String, String> encoded = new TreeMap<>();
        values.forEach((key, value) -> encoded.put(key, Messages.encode(value)));
        return new Snapshot(1, encoded);
    }
}
