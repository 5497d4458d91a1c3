package io.apexproxy.dist.promise;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.HttpBackend;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Tests that a change of the configuration file is applied within a second, whether a shell, an editor, a deployment or
 * a Kubernetes ConfigMap writes it. A write that leaves the content unchanged has no effect.
 */
class ConfigFileIT extends Scenario {

    /** The guarantee is one second; a busy build machine can take longer. */
    private static final Duration BOUND = Duration.ofSeconds(3);

    private HttpBackend before;
    private HttpBackend after;

    @BeforeEach
    void startBackends() {
        before = HttpBackend.started();
        after = HttpBackend.started();
    }

    @AfterEach
    void stopBackends() {
        before.close();
        after.close();
    }

    @Test
    @Tag(QUICK)
    void appliesFileWrittenInPlace() throws IOException {
        try (var proxy = started()) {
            Files.writeString(apex.configFile(), next());

            assertServes(proxy);
        }
    }

    @Test
    @Tag(QUICK)
    void appliesFileReplacedByRename() throws IOException {
        try (var proxy = started()) {
            Path aside = Files.writeString(inDirectory("config.toml.new"), next());
            Files.move(aside, apex.configFile(), ATOMIC_MOVE, REPLACE_EXISTING);

            assertServes(proxy);
        }
    }

    @Test
    void appliesFileOfAnEditorWithBackups() throws IOException {
        try (var proxy = started()) {
            Files.move(apex.configFile(), inDirectory("config.toml~"), REPLACE_EXISTING);
            Files.writeString(apex.configFile(), next());

            assertServes(proxy);
        }
    }

    @Test
    void appliesTwoChangesInARow() throws IOException {
        try (var proxy = started()) {
            Files.writeString(apex.configFile(), next());
            assertServes(proxy);

            String again = Config.withBackends(before.address()).toml();
            Path aside = Files.writeString(inDirectory(".config.toml.swp"), again);
            Files.move(aside, apex.configFile(), ATOMIC_MOVE, REPLACE_EXISTING);
            assertServes(proxy, before);
        }
    }

    @Test
    @Tag(QUICK)
    void appliesSwapOfAConfigMapLink() throws IOException {
        Path old = Files.createDirectory(inDirectory("..2026_01_01"));
        Path fresh = Files.createDirectory(inDirectory("..2026_01_02"));
        Files.writeString(old.resolve("config.toml"), Config.withBackends(before.address()).toml());
        Files.writeString(fresh.resolve("config.toml"), next());
        Path data = Files.createSymbolicLink(inDirectory("..data"), old.getFileName());
        Files.createSymbolicLink(apex.configFile(), Path.of("..data", "config.toml"));
        try (var proxy = new Proxy(apex, apex.start())) {
            assertThat(proxy.answers(1)).containsOnly(before.address());

            Path swap = Files.createSymbolicLink(inDirectory("..data_tmp"), fresh.getFileName());
            Files.move(swap, data, ATOMIC_MOVE, REPLACE_EXISTING);
            Files.delete(old.resolve("config.toml"));
            Files.delete(old);

            assertServes(proxy);
        }
    }

    @Test
    void appliesChangeBehindASymbolicLink() throws IOException {
        Path elsewhere = Files.createDirectories(directory.resolve("etc/apex")).resolve("production.toml");
        Files.writeString(elsewhere, Config.withBackends(before.address()).toml());
        Files.createSymbolicLink(apex.configFile(), elsewhere);
        try (var proxy = new Proxy(apex, apex.start())) {
            assertThat(proxy.answers(1)).containsOnly(before.address());

            Files.writeString(elsewhere, next());

            assertServes(proxy);
        }
    }

    @Test
    void appliesFileCreatedAfterDeletion() throws IOException {
        try (var proxy = started()) {
            Files.delete(apex.configFile());
            proxy.awaitLine("Configuration not changed, the previous one stays in force");
            assertThat(proxy.answers(2)).containsOnly(before.address());

            Files.writeString(apex.configFile(), next());

            assertServes(proxy);
        }
    }

    @Test
    void appliesTheLastOfManyWritesAndFewOthers() throws IOException {
        int writes = 200;
        try (var proxy = started(attempts(before, 10))) {
            for (int i = 1; i < writes; i++) {
                overwrite(attempts(before, 10 + i % 50).toml());
            }
            overwrite(attempts(after, 10).toml());

            assertServes(proxy);
            assertThat(proxy.logged("Configuration changed")).isLessThan(writes / 4);
            assertThat(proxy.lines("ERROR")).isEmpty();
        }
    }

    /** Writes through a memory mapping, which causes no file event, like remote writes on a network file system. */
    @Test
    void appliesChangeWithoutFileEventsAfterSeconds() throws IOException {
        try (var proxy = started(); var file = FileChannel.open(apex.configFile(), READ, WRITE)) {
            byte[] next = next().getBytes(StandardCharsets.US_ASCII);
            assertThat(next).as("it can be written without making the file longer").hasSize((int) file.size());
            ByteBuffer content = file.map(FileChannel.MapMode.READ_WRITE, 0, file.size());

            content.put(next);

            eventually(() -> proxy.answers(1).contains(after.address()));
        }
    }

    @Test
    @Tag(QUICK)
    void ignoresUnchangedContent() throws IOException {
        try (var proxy = started()) {
            String content = Files.readString(apex.configFile());
            Files.setLastModifiedTime(apex.configFile(), FileTime.from(Instant.now().plusSeconds(60)));
            overwrite(content);

            await().during(Duration.ofSeconds(1)).atMost(ApexProcess.PATIENCE)
                    .until(() -> proxy.logged("Configuration ") == 0 && proxy.logged("ERROR") == 0);
            assertThat(proxy.metric("apex_config_reloads_total{result=\"success\"}")).isZero();
        }
    }

    /**
     * Writes in place by one call, without truncating the file. The new text has the same length, so that the proxy
     * reads a valid configuration at any time.
     */
    private void overwrite(String toml) throws IOException {
        Files.writeString(apex.configFile(), toml, WRITE);
    }

    private Path inDirectory(String name) {
        return apex.configFile().resolveSibling(name);
    }

    /** Returns a configuration whose length is equal for all numbers of two digits. */
    private static Config attempts(HttpBackend backend, int number) {
        return Config.withBackends(backend.address()).pool("connect_attempts = " + number);
    }

    private Proxy started() {
        return started(Config.withBackends(before.address()));
    }

    private Proxy started(Config config) {
        Proxy proxy = start(config);
        assertThat(proxy.answers(1)).containsOnly(before.address());
        return proxy;
    }

    /** Returns the changed configuration. */
    private String next() {
        return Config.withBackends(after.address()).toml();
    }

    private void assertServes(Proxy proxy) {
        assertServes(proxy, after);
    }

    private static void assertServes(Proxy proxy, HttpBackend backend) {
        await().atMost(BOUND).until(() -> proxy.answers(1).contains(backend.address()));
        assertThat(proxy.answers(3)).containsOnly(backend.address());
    }
}
