package io.apexproxy.config.toml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.PluginContext;
import io.apexproxy.api.config.ConfigSource;
import io.apexproxy.api.config.ConfigSourceProvider;
import io.apexproxy.api.testkit.MapSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TomlProviderTest {

    @TempDir
    private Path directory;

    @Test
    void moduleDescriptorDeclaresTheProvider() {
        assertThat(TomlProvider.class.getModule().getDescriptor().provides()).singleElement().satisfies(provided -> {
            assertThat(provided.service()).isEqualTo(ConfigSourceProvider.class.getName());
            assertThat(provided.providers()).containsExactly(TomlProvider.class.getName());
        });
    }

    @Test
    void nameIsToml() {
        assertThat(new TomlProvider().name()).isEqualTo("toml");
        assertThat(new TomlProvider().description()).isEqualTo("a file in TOML, watched for changes");
    }

    @Test
    void pathIsResolvedAndNamedAsWritten() throws IOException {
        Files.writeString(directory.resolve("pools.toml"), "port = 1");

        try (ConfigSource source = create(Map.of("path", "pools.toml"))) {
            assertThat(source.load().members().get("port").value().origin()).hasToString("pools.toml:1:8");
        }
    }

    @Test
    void createDoesNotReadTheFile() {
        try (ConfigSource source = create(Map.of("path", "missing.toml"))) {
            assertThatThrownBy(source::load).isInstanceOf(ConfigException.class).hasMessage(
                    "missing.toml: no such file (looked for " + directory.resolve("missing.toml")
                            + "): create it or correct the path");
        }
    }

    @Test
    void invalidPathIsRejected() {
        assertThatThrownBy(() -> create(Map.of("path", "a\0b"))).isInstanceOf(ConfigException.class).hasMessage(
                "test: path: expected the path of a file, found 'a\0b' (Nul character not allowed)");
    }

    @Test
    void blankPathIsRejected() {
        assertThatThrownBy(() -> create(Map.of("path", " "))).isInstanceOf(ConfigException.class)
                .hasMessage("test: path: expected the path of a file, found ' '");
    }

    @ParameterizedTest
    @ValueSource(longs = {99, 86_400_001})
    void pollIntervalOutOfRangeIsRejected(long milliseconds) {
        assertThatThrownBy(() -> create(Map.of("path", "a", "poll_interval", Duration.ofMillis(milliseconds))))
                .isInstanceOf(ConfigException.class).hasMessage(
                        "test: poll_interval: expected \"100ms\" to \"1d\", found \"" + milliseconds + "ms\"");
    }

    @Test
    void maxBytesIsEnforced() throws IOException {
        Files.writeString(directory.resolve("pools.toml"), "port = 1");

        try (ConfigSource source = create(Map.of("path", "pools.toml", "max_bytes", 7L))) {
            assertThatThrownBy(source::load).isInstanceOf(ConfigException.class)
                    .hasMessageStartingWith("pools.toml: expected at most 7 bytes, found more");
        }
        assertThatThrownBy(() -> create(Map.of("path", "a", "max_bytes", 1L << 31))).isInstanceOf(ConfigException.class)
                .hasMessage("test: max_bytes: expected at most \"1GiB\", found 2048 MiB");
    }

    private ConfigSource create(Map<String, Object> values) {
        return new TomlProvider().create(MapSettings.of(values), new PluginContext() {
            @Override
            public ScheduledExecutorService executor() {
                throw new AssertionError("the source does not use the executor");
            }

            @Override
            public Path resolve(String path) {
                return directory.resolve(path);
            }
        });
    }
}
