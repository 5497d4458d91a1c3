package io.apexproxy.runtime.plugin.unit;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.runtime.plugin.Loaded;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Plugin files that other users can change cause a warning. The plugins are loaded. */
@DisabledOnOs(OS.WINDOWS)
class PluginExposureTest {

    private static final String USER = System.getProperty("user.name");

    @TempDir
    private Path home;
    private Path plugins;

    @BeforeEach
    void createFiles() throws Exception {
        plugins = Files.createDirectories(home.resolve("plugins"));
        Files.createDirectory(plugins.resolve("unit"));
        for (String file : List.of("one.jar", "unit/two.jar")) {
            allow("rw-r--r--", Files.createFile(plugins.resolve(file)));
        }
        allow("rwxr-xr-x", plugins);
        allow("rwxr-xr-x", plugins.resolve("unit"));
    }

    @Test
    void filesWritableByOwnerOnlyAreAccepted() throws Exception {
        Files.createSymbolicLink(plugins.resolve("inside.jar"), Path.of("unit/two.jar"));

        assertThat(exposures()).isEmpty();
    }

    @Test
    void filesAndDirectoriesWritableByOthersAreReported() throws Exception {
        allow("rwxrwxrwx", plugins);
        allow("rwxrwxr-x", plugins.resolve("unit"));
        allow("rw-rw-rw-", plugins.resolve("one.jar"));
        allow("rw-r--rw-", plugins.resolve("unit/two.jar"));

        assertThat(exposures()).containsExactlyInAnyOrder(
                writable("plugins", plugins),
                writable("plugins/unit", plugins.resolve("unit")),
                writable("plugins/one.jar", plugins.resolve("one.jar")),
                writable("plugins/unit/two.jar", plugins.resolve("unit/two.jar")));
    }

    @Test
    void linksOutOfPluginsDirectoryAreReported() throws Exception {
        Path elsewhere = Files.createDirectory(home.resolve("elsewhere"));
        allow("rwxr-xr-x", elsewhere);
        allow("rw-r--r--", Files.createFile(elsewhere.resolve("three.jar")));
        Files.createSymbolicLink(plugins.resolve("three.jar"), elsewhere.resolve("three.jar"));
        Files.createSymbolicLink(plugins.resolve("linked"), elsewhere);

        assertThat(exposures()).containsExactlyInAnyOrder(
                linksOutside("plugins/three.jar"), linksOutside("plugins/linked"));
    }

    @Test
    void exposureIsLoggedOnceAndAgainAfterItWasFixed() throws Exception {
        Files.delete(plugins.resolve("one.jar"));
        Files.delete(plugins.resolve("unit/two.jar"));
        Files.delete(plugins.resolve("unit"));
        allow("rwxrwxrwx", plugins);

        Loaded loaded = Loaded.from(home);

        assertThat(loaded.warnings()).containsExactly(writable("plugins", plugins));
        Loaded again = loaded.rescan();
        assertThat(again.warnings()).isEmpty();
        allow("rwxr-xr-x", plugins);
        Loaded repaired = again.rescan();
        assertThat(repaired.warnings()).isEmpty();
        allow("rwxrwxrwx", plugins);
        assertThat(repaired.rescan().warnings()).containsExactly(writable("plugins", plugins));
    }

    private List<String> exposures() {
        PluginDirectory directory = new PluginDirectory(plugins);
        return directory.exposures(directory.units(List.of()));
    }

    private static String writable(String origin, Path path) {
        return origin + ": writable by its group or by others, which lets them run code as the user '" + USER
                + "'; remove this permission: chmod go-w " + path;
    }

    private String linksOutside(String origin) {
        return origin + ": a link out of the plugins directory; other users can possibly change its target;"
                + " copy the plugin into " + plugins;
    }

    private static void allow(String permissions, Path path) throws Exception {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }
}
