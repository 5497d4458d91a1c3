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
 * However the configuration file is written, by a shell, an editor, a deployment or a Kubernetes ConfigMap, the
 * change is in force within a second; what leaves the content as it was changes nothing.
 */
class ConfigFileIT extends Scenario {

    /** The promise is a second; a machine that is busy building may take longer. */
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
    void writtenInPlace() throws IOException {
        try (var proxy = started()) {
            Files.writeString(apex.configFile(), next());

            assertThatItServes(proxy);
        }
    }

    @Test
    @Tag(QUICK)
    void writtenAsideAndRenamed() throws IOException {
        try (var proxy = started()) {
            Path aside = Files.writeString(inDirectory("config.toml.new"), next());
            Files.move(aside, apex.configFile(), ATOMIC_MOVE, REPLACE_EXISTING);

            assertThatItServes(proxy);
        }
    }

    @Test
    void asAnEditorDoesThatKeepsABackup() throws IOException {
        try (var proxy = started()) {
            Files.move(apex.configFile(), inDirectory("config.toml~"), REPLACE_EXISTING);
            Files.writeString(apex.configFile(), next());

            assertThatItServes(proxy);
        }
    }

    @Test
    void twiceInARow() throws IOException {
        try (var proxy = started()) {
            Files.writeString(apex.configFile(), next());
            assertThatItServes(proxy);

            String again = Config.over(before.address()).toml();
            Path aside = Files.writeString(inDirectory(".config.toml.swp"), again);
            Files.move(aside, apex.configFile(), ATOMIC_MOVE, REPLACE_EXISTING);
            assertThatItServes(proxy, before);
        }
    }

    @Test
    @Tag(QUICK)
    void behindTheSymbolicLinkThatAConfigMapSwaps() throws IOException {
        Path old = Files.createDirectory(inDirectory("..2026_01_01"));
        Path fresh = Files.createDirectory(inDirectory("..2026_01_02"));
        Files.writeString(old.resolve("config.toml"), Config.over(before.address()).toml());
        Files.writeString(fresh.resolve("config.toml"), next());
        Path data = Files.createSymbolicLink(inDirectory("..data"), old.getFileName());
        Files.createSymbolicLink(apex.configFile(), Path.of("..data", "config.toml"));
        try (var proxy = new Proxy(apex, apex.start())) {
            assertThat(proxy.answers(1)).containsOnly(before.address());

            Path swap = Files.createSymbolicLink(inDirectory("..data_tmp"), fresh.getFileName());
            Files.move(swap, data, ATOMIC_MOVE, REPLACE_EXISTING);
            Files.delete(old.resolve("config.toml"));
            Files.delete(old);

            assertThatItServes(proxy);
        }
    }

    @Test
    void atTheFarEndOfASymbolicLinkIntoAnotherDirectory() throws IOException {
        Path elsewhere = Files.createDirectories(directory.resolve("etc/apex")).resolve("production.toml");
        Files.writeString(elsewhere, Config.over(before.address()).toml());
        Files.createSymbolicLink(apex.configFile(), elsewhere);
        try (var proxy = new Proxy(apex, apex.start())) {
            assertThat(proxy.answers(1)).containsOnly(before.address());

            Files.writeString(elsewhere, next());

            assertThatItServes(proxy);
        }
    }

    @Test
    void deletedAndCreatedAgainLater() throws IOException {
        try (var proxy = started()) {
            Files.delete(apex.configFile());
            proxy.awaitLine("Configuration not changed, the previous one stays in force");
            assertThat(proxy.answers(2)).containsOnly(before.address());

            Files.writeString(apex.configFile(), next());

            assertThatItServes(proxy);
        }
    }

    @Test
    void ofManyWritesInARowTheLastOneCountsAndFewOfTheOthersAreTried() throws IOException {
        int writes = 200;
        try (var proxy = started(attempts(before, 10))) {
            for (int i = 1; i < writes; i++) {
                overwrite(attempts(before, 10 + i % 50).toml());
            }
            overwrite(attempts(after, 10).toml());

            assertThatItServes(proxy);
            assertThat(proxy.logged("Configuration changed")).isLessThan(writes / 4);
            assertThat(proxy.lines("ERROR")).isEmpty();
        }
    }

    /** So it is where others write to a file on a network. A mapping in memory causes no event either. */
    @Test
    void withoutTheSystemTellingOfItTheChangeIsFoundSomeSecondsLater() throws IOException {
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
    void touchedItChangesNothing() throws IOException {
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
     * Writes in place by one call, without emptying the file before. The text is as long as the one before, so that the
     * proxy sees a valid configuration at any moment, also while the writer waits for a processor.
     */
    private void overwrite(String toml) throws IOException {
        Files.writeString(apex.configFile(), toml, WRITE);
    }

    private Path inDirectory(String name) {
        return apex.configFile().resolveSibling(name);
    }

    /** Texts of one length for all numbers of two digits. */
    private static Config attempts(HttpBackend backend, int number) {
        return Config.over(backend.address()).pool("connect_attempts = " + number);
    }

    private Proxy started() {
        return started(Config.over(before.address()));
    }

    private Proxy started(Config config) {
        Proxy proxy = start(config);
        assertThat(proxy.answers(1)).containsOnly(before.address());
        return proxy;
    }

    /** What is written in each of these ways. */
    private String next() {
        return Config.over(after.address()).toml();
    }

    private void assertThatItServes(Proxy proxy) {
        assertThatItServes(proxy, after);
    }

    private static void assertThatItServes(Proxy proxy, HttpBackend backend) {
        await().atMost(BOUND).until(() -> proxy.answers(1).contains(backend.address()));
        assertThat(proxy.answers(3)).containsOnly(backend.address());
    }
}
