package io.apexproxy.runtime.cli;

import io.apexproxy.runtime.config.ProxyConfig.EngineName;
import io.apexproxy.runtime.engine.choice.EngineChoice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/** The output of {@code --version}: the build and the Java version, for bug reports. */
final class Version {

    /** Written by the build of the distribution; missing if the runtime is used without it. */
    private static final String BUILD_PROPERTIES = "lib/build.properties";

    private Version() {
    }

    /**
     * Returns the text.
     *
     * @param verbose whether to add the engine that the configuration selects by default, and the system
     */
    static String text(Locations locations, boolean verbose) {
        var text = new StringBuilder("apex ").append(moduleVersion());
        String commit = locations.home().map(Version::commit).orElse("");
        if (!commit.isEmpty()) {
            text.append(" (commit ").append(commit).append(')');
        }
        text.append(", Java ").append(Runtime.version())
                .append(" (").append(System.getProperty("java.vendor")).append(')');
        if (verbose) {
            text.append("%nengine %s%nsystem %s %s, %s".formatted(EngineChoice.of(EngineName.AUTO, 0),
                    System.getProperty("os.name"), System.getProperty("os.version"), System.getProperty("os.arch")));
        }
        return text.toString();
    }

    /** Returns the version of the module descriptor, which is missing on a class path. */
    private static String moduleVersion() {
        var descriptor = Version.class.getModule().getDescriptor();
        return descriptor == null ? "of unknown version" : descriptor.rawVersion().orElse("of unknown version");
    }

    private static String commit(Path home) {
        Path file = home.resolve(BUILD_PROPERTIES);
        if (!Files.exists(file)) {
            return "";
        }
        var properties = new Properties();
        try (var reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (IOException e) {
            throw new UncheckedIOException(file + ": cannot be read: " + e.getMessage(), e);
        }
        return properties.getProperty("commit", "").strip();
    }
}
