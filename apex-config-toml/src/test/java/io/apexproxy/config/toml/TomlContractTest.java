package io.apexproxy.config.toml;

import io.apexproxy.api.config.ConfigSourceProvider;
import io.apexproxy.api.testkit.ConfigSourceContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;

class TomlContractTest extends ConfigSourceContract {

    private static final String FILE = "pools.toml";

    @Override
    protected ConfigSourceProvider provider() {
        return new TomlProvider();
    }

    @Override
    protected Map<String, Object> settings() {
        return Map.of("path", FILE);
    }

    @Override
    protected void store(Path directory, String version) throws IOException {
        replace(directory, "version = \"" + version + "\"\n");
    }

    @Override
    protected void spoil(Path directory) throws IOException {
        replace(directory, "version = \n");
    }

    private static void replace(Path directory, String text) throws IOException {
        Path written = Files.writeString(directory.resolve("pools.new"), text);
        Files.move(written, directory.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
    }
}
