package io.apexproxy.runtime.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apexproxy.api.Origin;
import io.apexproxy.api.config.ConfigTree;
import io.apexproxy.api.source.FoundBackend;
import io.apexproxy.runtime.config.BackendConfig;
import io.apexproxy.runtime.config.ProviderConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerFileTest {

    private static final ProviderConfig SOURCE = source("secret-1", 3);

    @TempDir
    private Path directory;
    private AnswerFile file;
    private List<BackendConfig> backends;

    private static ProviderConfig source(String token, int line) {
        Origin origin = new Origin("config.toml", line, 1);
        return new ProviderConfig("pools.web.backends_from", "http", origin, new ConfigTree.Table(Map.of("token",
                new ConfigTree.Member(origin, new ConfigTree.Scalar(token, origin))), origin), List.of());
    }

    @BeforeEach
    void read() throws Exception {
        file = new AnswerFile(directory.resolve("state/of/apex"), "web");
        backends = AnswerReader.read(List.of(
                FoundBackend.of("db.example:5432").withName("db-1").withWeight(300).withTier(2).withMaxConnections(5)
                        .withAttributes(Map.of("zone", "a\"\n")),
                FoundBackend.of("[::1]:80").withWeight(0), FoundBackend.of("unix:/run/x.sock")));
    }

    @Test
    void storedBackendsAreReadAgain() throws Exception {
        file.store(SOURCE, backends);
        file.store(source("secret-1", 99), backends); // moved in the file

        assertThat(file.read(SOURCE)).isEqualTo(backends);
        assertThat(directory.resolve("state/of/apex")).isDirectoryContaining("glob:**.json")
                .isDirectoryNotContaining("glob:**.new");
    }

    @Test
    void severalProcessesCanStoreAtTheSameTime() throws Exception {
        IntStream.range(0, 200).parallel().forEach(i -> assertThatNoException().isThrownBy(
                () -> new AnswerFile(directory.resolve("state"), "web").store(SOURCE, backends)));

        assertThat(new AnswerFile(directory.resolve("state"), "web").read(SOURCE)).isEqualTo(backends);
        assertThat(directory.resolve("state")).isDirectoryNotContaining("glob:**.new");
    }

    @Test
    void backendsOfOtherSettingsAreNotUsed() throws Exception {
        file.store(SOURCE, backends);

        assertThat(file.read(source("secret-2", 3))).isEmpty();
    }

    @Test
    void fileDoesNotContainTheSettings() throws Exception {
        file.store(SOURCE, backends);

        assertThat(file.path()).content().doesNotContain("secret").contains("\"provider\" : \"http\"");
    }

    @Test
    void missingFileHasNoBackends() throws Exception {
        assertThat(file.read(SOURCE)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "null", "{\"provider\":\"http\",\"settings\":\"%s\"}",
        "{\"provider\":\"http\",\"settings\":\"%s\",\"backends\":[{}]}",
        "{\"provider\":\"http\",\"settings\":\"%s\",\"backends\":[7",
        "{\"provider\":\"http\",\"settings\":\"%s\",\"backends\":[{\"name\":\"\",\"address\":\"a:1\",\"weight\":"
                + "99999999999999,\"tier\":0,\"max_connections\":0,\"attributes\":{}}]}"})
    void damagedFileIsReported(String content) throws Exception {
        file.store(SOURCE, backends);
        String digest = Files.readString(file.path()).replaceAll("(?s).*\"settings\" : \"([0-9a-f]+)\".*", "$1");
        Files.writeString(file.path(), content.replace("%s", digest));

        if (content.isEmpty() || content.equals("[]") || content.equals("null")) {
            assertThat(file.read(SOURCE)).isEmpty(); // not of this source
        } else {
            assertThatThrownBy(() -> file.read(SOURCE)).isInstanceOf(IOException.class);
        }
    }
}
