package io.apexproxy.config.toml;

import java.nio.file.Path;
import java.time.Duration;

/** Factory of files with a small size limit, and a timeout that is long enough for a busy machine. */
final class TestFile {

    static final int MAX_BYTES = 4 << 20;

    private TestFile() {
    }

    static ConfigFiles at(Path path) {
        return at(path, "config.toml");
    }

    static ConfigFiles at(Path path, String name) {
        return new ConfigFiles(new TomlFile(path, name), MAX_BYTES, Duration.ofSeconds(20), false);
    }
}
