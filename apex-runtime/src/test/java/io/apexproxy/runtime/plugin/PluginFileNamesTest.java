package io.apexproxy.runtime.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import io.apexproxy.api.ConfigException;
import io.apexproxy.api.balance.LoadBalancerProvider;
import io.apexproxy.test.LogCapture;
import io.apexproxy.test.PluginJar;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** File names in the plugins directory are untrusted text. Messages show them cleaned and truncated. */
@DisabledOnOs(OS.WINDOWS)
class PluginFileNamesTest {

    private static final String FORGED = "x\n2026-01-01 ERROR apex: forged\u001b[2J";
    /** With an extension of four characters, the maximum length on Linux (255). */
    private static final String LONG = "y".repeat(251);

    @TempDir
    private Path home;
    private Path plugins;

    @BeforeEach
    void createPluginsDirectory() throws Exception {
        plugins = Files.createDirectory(home.resolve("plugins"));
        Files.setPosixFilePermissions(plugins, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void fileWritableByOthersIsLoggedInOneLine() throws Exception {
        for (String name : List.of(FORGED, LONG)) {
            Path jar = Files.createFile(plugins.resolve(name + ".jar"));
            Files.setPosixFilePermissions(jar, PosixFilePermissions.fromString("rw-rw-rw-"));
        }

        List<String> warnings = Loaded.from(home).warnings();

        assertClean(warnings);
        assertThat(warnings).filteredOn(line -> line.contains("writable by")).hasSize(2)
                .anyMatch(line -> line.startsWith("plugins/x\\n2026-01-01 ERROR apex: forged\\u001B[2J.jar: "));
        assertThat(warnings).filteredOn(line -> line.endsWith(": not loaded")).hasSize(2);
    }

    @Test
    void linkOutOfPluginsDirectoryIsLoggedInOneLine() throws Exception {
        Path target = Files.createFile(home.resolve("target.jar"));
        for (String name : List.of(FORGED, LONG)) {
            Files.createSymbolicLink(plugins.resolve(name + ".jar"), target);
        }

        List<String> warnings = Loaded.from(home).warnings();

        assertClean(warnings);
        assertThat(warnings).filteredOn(line -> line.contains("a link out of")).hasSize(2);
    }

    @Test
    void fileNamesInCauseAreTruncated() throws Exception {
        PluginJar plugin = PluginJar.module("com.example.twin", "twin");
        plugin.writeTo(plugins.resolve("unit/" + LONG + ".jar"));
        plugin.writeTo(plugins.resolve("unit/" + FORGED + ".jar"));

        Loaded loaded = Loaded.from(home);

        assertThat(loaded.refused()).singleElement().asString().contains("two jars contain module com.example.twin: ")
                .endsWith("; remove one of them");
        assertClean(loaded.refused());
        assertClean(loaded.warnings());
        assertClean(List.of(selectUnknown(loaded).getMessage()));
    }

    @Test
    void nameOfServicesFileIsTruncated() throws Exception {
        PluginJar.classPath("com.example.large", "large")
                .file("META-INF/services/" + LONG, "#".repeat(65_537))
                .writeTo(plugins.resolve("large.jar"));

        Loaded loaded = Loaded.from(home);

        assertThat(loaded.refused()).singleElement().asString().endsWith("; replace the jar");
        assertClean(loaded.refused());
    }

    @Test
    void debugLinesAndTheirThreadNamesAreClean() throws Exception {
        Files.createFile(plugins.resolve(FORGED + ".jar"));
        Files.createFile(plugins.resolve(LONG + ".jar"));
        try (LogCapture log = LogCapture.of("apex.plugin", Level.DEBUG)) {
            ProviderRegistry.load(plugins);

            List<ILoggingEvent> opened = log.events().stream()
                    .filter(line -> line.getFormattedMessage().endsWith(": not opened")).toList();
            assertThat(opened).hasSize(2).extracting(ILoggingEvent::getThreadName)
                    .allMatch(thread -> thread.startsWith("apex-plugin-plugins/"));
            assertClean(opened.stream().map(ILoggingEvent::getFormattedMessage).toList());
            assertClean(opened.stream().map(ILoggingEvent::getThreadName).toList());
        }
    }

    /** Returns the error of a selection of an unknown provider, with the units that were not loaded. */
    private static ConfigException selectUnknown(Loaded loaded) {
        return catchThrowableOfType(ConfigException.class, () -> loaded.registry().create(
                LoadBalancerProvider.class, Selections.of("other"), Path.of("."), LoadBalancerProvider::create));
    }

    private static void assertClean(List<String> lines) {
        assertThat(lines).isNotEmpty()
                .allSatisfy(line -> assertThat(line).doesNotContain("\n", "\u001b", LONG));
    }
}
