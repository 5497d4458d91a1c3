package io.apexproxy.config.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.config.ConfigSource;
import io.apexproxy.api.config.ConfigTree;
import io.apexproxy.api.testkit.FakeContext;
import io.apexproxy.api.testkit.MapSettings;
import io.apexproxy.test.EtcdServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests of the source with a real etcd that is disconnected, compacted and killed. */
@Timeout(120) // seconds, for a test that hangs
class EtcdSourceTest {

    private static final String WEB = "listen_addr = \"127.0.0.1:0\"\npool = \"web\"";

    @TempDir
    private Path directory;
    private FakeContext context;
    private final List<AutoCloseable> resources = new ArrayList<>();
    private final RecordingObserver observer = new RecordingObserver();

    @BeforeAll
    static void requireEtcd() {
        EtcdServer.assumeInstalled();
    }

    @BeforeEach
    void createContext() {
        context = FakeContext.in(directory);
    }

    @AfterEach
    void close() throws Exception {
        for (int last = resources.size() - 1; last >= 0; last--) {
            resources.get(last).close();
        }
        context.close();
    }

    @Test
    void keysBecomeOneTreeWithTheirNamesAsOrigins() {
        EtcdServer etcd = closeLater(EtcdServer.startSingle(directory));
        etcd.put("/apex/listeners/web", WEB);
        etcd.put("/apex/pools/web", "# ours\n\nload_balancer = \"round-robin\"\nbackends = [\"10.0.0.1:80\"]");
        etcd.put("/apex/pools/web/backends/b2", "10.0.0.2:80\n");
        etcd.put("/apex/pools/web/backends/b3", "{ address = \"10.0.0.3:80\", weight = 3 }");
        etcd.put("/apex/pools/other/backends/b4", "address = \"10.0.0.4:80\"\nweight = 2");
        etcd.put("/other/listeners/web", "not ours");

        ConfigTree.Table tree = source(etcd).load();

        assertThat(RecordingObserver.text(tree)).isEqualTo("{listeners={web={listen_addr=127.0.0.1:0, pool=web}},"
                + " pools={other={backends={{name=b4, address=10.0.0.4:80, weight=2}}},"
                + " web={load_balancer=round-robin, backends={10.0.0.1:80, {name=b2, address=10.0.0.2:80},"
                + " {name=b3, address=10.0.0.3:80, weight=3}}}}}");
        ConfigTree.Table web = table(table(tree, "pools"), "web");
        assertThat(web.members().get("load_balancer").key()).hasToString("etcd:/apex/pools/web:3:1");
        ConfigTree.Array backends = (ConfigTree.Array) web.members().get("backends").value();
        ConfigTree.Table third = (ConfigTree.Table) backends.elements().get(2);
        assertThat(third.members().get("weight").key()).hasToString("etcd:/apex/pools/web/backends/b3:1:28");
    }

    @Test
    void putIsReportedWithinASecondAndManyPutsAreCoalesced() {
        EtcdServer etcd = closeLater(EtcdServer.startSingle(directory));
        loadAndWatch(etcd);

        long fastest = Long.MAX_VALUE; // the fastest of a few, because the machine can be busy
        for (int put = 1; put <= 5; put++) {
            long start = System.nanoTime();
            etcd.put("/apex/pools/web", "connect_attempts = " + put);
            observer.awaitLast("connect_attempts=" + put);
            fastest = Math.min(fastest, System.nanoTime() - start);
        }
        assertThat(Duration.ofNanos(fastest)).isLessThan(Duration.ofSeconds(1));
        for (int put = 6; put <= 1000; put++) {
            etcd.put("/apex/pools/web", "connect_attempts = " + put);
        }

        observer.awaitLast("connect_attempts=1000");
        assertThat(observer.calls()).hasSizeLessThan(100);
    }

    @Test
    void backendIsRemovedWhenItsLeaseExpires() {
        EtcdServer etcd = closeLater(EtcdServer.startSingle(directory));
        loadAndWatch(etcd);
        etcd.lease(7, 2);

        etcd.put("/apex/pools/web/backends/b1", "10.0.0.1:80", 7);
        etcd.put("/apex/pools/web/backends/b2", "10.0.0.2:80");
        observer.awaitLast("backends={{name=b1, address=10.0.0.1:80}, {name=b2, address=10.0.0.2:80}}");

        observer.awaitLast("backends={{name=b2, address=10.0.0.2:80}}");
    }

    @Test
    void invalidDocumentAndItsCorrectionAreReported() {
        EtcdServer etcd = closeLater(EtcdServer.startSingle(directory));
        etcd.put("/apex/listeners/web", WEB);
        loadAndWatch(etcd);

        etcd.put("/apex/pools/web", "connect_attempts = 2\nbackends = [");
        observer.awaitLast("etcd:/apex/pools/web:2:");
        etcd.put("/apex/pool/web", "");
        observer.awaitLast("etcd:/apex/pool/web: expected a key such as /apex/listeners/web, ");
        etcd.delete("/apex/pool/web");
        etcd.delete("/apex/pools/web");

        observer.awaitLast("{listeners={web={listen_addr=127.0.0.1:0, pool=web}}}");
    }

    @Test
    void snapshotIsReadAgainAfterCompactionDuringADisconnect() {
        EtcdServer etcd = closeLater(EtcdServer.startSingle(directory));
        etcd.put("/apex/pools/web", "connect_attempts = 1");
        etcd.put("/apex/pools/old", "");
        try (FaultyProxy proxy = FaultyProxy.to(etcd.endpoint())) {
            ConfigSource source = source(Map.of("endpoints", List.of(proxy.endpoint())));
            source.load();
            source.watch(observer);
            etcd.put("/apex/pools/web", "connect_attempts = 2");
            observer.awaitLast("connect_attempts=2");

            proxy.disconnect();
            etcd.delete("/apex/pools/old");
            for (int put = 0; put < 50; put++) {
                etcd.put("/other", "value " + put);
            }
            etcd.compact(etcd.put("/apex/pools/web", "connect_attempts = 3"));
            proxy.restore();

            observer.awaitLast("{pools={web={connect_attempts=3, backends={}}}}");
        }
    }

    @Test
    void deadConnectionIsDetected() {
        EtcdServer etcd = closeLater(EtcdServer.startSingle(directory));
        try (FaultyProxy proxy = FaultyProxy.to(etcd.endpoint())) {
            ConfigSource source = source(Map.of("endpoints", List.of(proxy.endpoint())));
            source.load();
            source.watch(observer);
            etcd.put("/apex/pools/web", "connect_attempts = 1");
            observer.awaitLast("connect_attempts=1");

            proxy.discardData();
            etcd.put("/apex/pools/web", "connect_attempts = 2");
            observer.awaitLast("connect_attempts=2");

            proxy.discardData();
            etcd.delete("/apex/pools/web");
            observer.awaitLast("{}");
        }
    }

    @Test
    void restartOfEtcdIsTolerated() {
        EtcdServer etcd = closeLater(EtcdServer.startSingle(directory));
        etcd.put("/apex/pools/web", "connect_attempts = 1");
        ConfigSource source = loadAndWatch(etcd);

        etcd.kill();
        assertThatThrownBy(source::load).isInstanceOf(ConfigException.class)
                .hasMessageContaining("config_source: etcd is unavailable: " + etcd.endpoint());
        etcd.start();
        etcd.awaitReady();
        etcd.put("/apex/pools/web", "connect_attempts = 2");

        observer.awaitLast("connect_attempts=2");
        assertThat(observer.calls()).doesNotHaveDuplicates();
    }

    @Test
    void lossOfTheLeaderIsTolerated() {
        List<EtcdServer> members = EtcdServer.startCluster(directory);
        members.forEach(this::closeLater);
        ConfigSource source = source(Map.of("endpoints", members.stream().map(EtcdServer::endpoint).toList()));
        members.get(0).put("/apex/pools/web", "connect_attempts = 1");
        source.load();
        source.watch(observer);
        for (int attempts = 2; attempts <= 3; attempts++) {
            String next = "connect_attempts=" + attempts;
            EtcdServer leader = members.stream().filter(EtcdServer::isLeader).findFirst().orElseThrow();
            EtcdServer other = members.stream().filter(member -> member != leader).findFirst().orElseThrow();

            leader.kill();
            await().atMost(EtcdServer.TIMEOUT).ignoreExceptions()
                    .until(() -> other.put("/apex/pools/web", next) > 0);

            observer.awaitLast(next, Duration.ofSeconds(10));
            assertThat(RecordingObserver.text(source.load())).contains(next);
            leader.start();
            leader.awaitReady();
        }
    }

    @Test
    void passwordIsRequiredAndTokenRenewed() {
        EtcdServer etcd = closeLater(EtcdServer.startSingle(directory));
        etcd.put("/apex/pools/web", "connect_attempts = 1");
        etcd.requirePassword("apex", "secret", "/apex/");

        assertThatThrownBy(() -> source(etcd).load()).isInstanceOf(ConfigException.class)
                .hasMessageContaining("set username and password");
        assertThatThrownBy(() -> source(as("apex", "wrong", etcd)).load()).isInstanceOf(ConfigException.class)
                .hasMessageContaining("check username and password");
        Map<String, Object> elsewhere = new HashMap<>(as("apex", "secret", etcd));
        elsewhere.put("prefix", "/elsewhere");
        assertThatThrownBy(() -> source(elsewhere).load()).isInstanceOf(ConfigException.class)
                .hasMessageContaining("permission denied").hasMessageContaining("may read /elsewhere/");

        ConfigSource source = source(as("apex", "secret", etcd));
        source.load();
        source.watch(observer);
        etcd.putAs("apex", "secret", "/apex/pools/web", "connect_attempts = 2");
        observer.awaitLast("connect_attempts=2");

        // a restart invalidates all tokens
        etcd.kill();
        etcd.start();
        await().atMost(EtcdServer.TIMEOUT).ignoreExceptions()
                .until(() -> etcd.putAs("apex", "secret", "/apex/pools/web", "connect_attempts = 3") > 0);
        observer.awaitLast("connect_attempts=3");
        assertThat(RecordingObserver.text(source.load())).contains("connect_attempts=3");
    }

    @Test
    void clientCertificateIsAccepted() throws Exception {
        Certificates certificates = new Certificates(directory);
        String secure = EtcdServer.url().replace("http:", "https:");
        String plain = EtcdServer.url();
        EtcdServer etcd = closeLater(EtcdServer.startSingle(directory, plain,
                "--listen-client-urls", plain + "," + secure,
                "--trusted-ca-file", certificates.certificate("ca").toString(), "--client-cert-auth",
                "--cert-file", certificates.certificate("member").toString(),
                "--key-file", certificates.key("member").toString()));
        etcd.put("/apex/pools/web", "connect_attempts = 1");
        Map<String, Object> settings = new HashMap<>(Map.of("endpoints", List.of(secure)));

        assertThatThrownBy(() -> source(settings).load())
                .hasMessageContaining("unable to find valid certification path");
        settings.put("ca_file", "ca.pem");
        assertThatThrownBy(() -> source(settings).load()).hasMessageContaining("etcd is unavailable: " + secure);
        settings.put("cert_file", "apex.pem");
        settings.put("key_file", "apex.key");
        ConfigSource source = source(settings);
        source.load();
        source.watch(observer);
        etcd.put("/apex/pools/web", "connect_attempts = 2");

        observer.awaitLast("connect_attempts=2");
    }

    @Test
    void startWithoutEtcdUsesTheCacheFile() throws Exception {
        EtcdServer etcd = closeLater(EtcdServer.startSingle(directory));
        etcd.put("/apex/pools/web", "connect_attempts = 1");
        Map<String, Object> settings = Map.of("endpoints", List.of(etcd.endpoint()), "cache_file", "last.json");
        try (ConfigSource before = source(settings)) {
            before.load();
            before.watch(observer);
            etcd.put("/apex/pools/web", "connect_attempts = 2");
            observer.awaitLast("connect_attempts=2");
            etcd.put("/apex/pools/web", "connect_attempts = ");
            observer.awaitLast("etcd:/apex/pools/web:1:");
        }
        etcd.kill();

        ConfigSource after = source(settings);
        assertThat(RecordingObserver.text(after.load())).isEqualTo("{pools={web={connect_attempts=2, backends={}}}}");
        after.watch(observer);

        etcd.start();
        etcd.awaitReady();
        etcd.put("/apex/pools/web", "connect_attempts = 3");
        observer.awaitLast("connect_attempts=3");
        await().atMost(EtcdServer.TIMEOUT).until(
                () -> new SnapshotFile(directory.resolve("last.json"), "/apex/", 1 << 20).read().values().toString(),
                values -> values.contains(Messages.encode("connect_attempts = 3")));
        try (var files = Files.list(directory)) {
            assertThat(files).noneMatch(file -> file.toString().endsWith(".tmp"));
        }
    }

    @Test
    void fiveThousandBackendsAreReadInPages() {
        EtcdServer etcd = closeLater(EtcdServer.startSingle(directory));
        Map<String, String> backends = new HashMap<>();
        for (int backend = 0; backend < 5000; backend++) {
            backends.put("/apex/pools/web/backends/b" + backend,
                    "10.0.%d.%d:80".formatted(backend / 250, backend % 250));
        }
        etcd.putAll(backends);
        ConfigSource source = source(etcd);

        ConfigTree.Table web = table(table(source.load(), "pools"), "web");
        assertThat(((ConfigTree.Array) web.members().get("backends").value()).elements()).hasSize(5000);

        source.watch(observer);
        etcd.delete("/apex/pools/web/backends/b999"); // the last in the order of keys
        observer.awaitLast("{name=b998, address=10.0.3.248:80}}}}}", Duration.ofSeconds(10));
    }

    private ConfigSource loadAndWatch(EtcdServer etcd) {
        ConfigSource source = source(etcd);
        source.load();
        source.watch(observer);
        return source;
    }

    private ConfigSource source(EtcdServer etcd) {
        return source(Map.of("endpoints", List.of(etcd.endpoint())));
    }

    private ConfigSource source(Map<String, Object> settings) {
        return closeLater(new EtcdProvider().create(MapSettings.of(settings), context));
    }

    private static Map<String, Object> as(String user, String password, EtcdServer etcd) {
        return Map.of("endpoints", List.of(etcd.endpoint()), "username", user, "password", password);
    }

    private <T extends AutoCloseable> T closeLater(T closeable) {
        resources.add(closeable);
        return closeable;
    }

    private static ConfigTree.Table table(ConfigTree.Table table, String key) {
        return (ConfigTree.Table) table.members().get(key).value();
    }
}
