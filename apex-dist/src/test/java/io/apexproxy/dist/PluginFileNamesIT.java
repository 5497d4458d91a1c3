package io.apexproxy.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.Distribution;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Tests that file names in the plugins directory are escaped and shortened in the output of commands. */
@DisabledOnOs(OS.WINDOWS)
class PluginFileNamesIT {

    private static final String FORGED = "x\n2026-01-01 ERROR apex: forged\u001b[2J";
    /** With an extension of four characters, the longest name on Linux. */
    private static final String LONG = "y".repeat(251);

    @TempDir
    Path directory;

    private Distribution apex;

    @BeforeEach
    void unpack() throws IOException {
        apex = Distribution.copiedTo(directory);
        for (String name : List.of(FORGED, LONG)) {
            Path jar = Files.createFile(apex.home().resolve("plugins").resolve(name + ".jar"));
            Files.setPosixFilePermissions(jar, PosixFilePermissions.fromString("rw-rw-rw-"));
        }
    }

    @Test
    void checkPrintsOneLinePerFile() {
        apex.configure("backend_addrs = [\"127.0.0.1:9000\"]\nload_balancer = \"absent\"\n");

        try (var check = apex.start("check")) {
            assertClean(check);
            assertThat(check.completeOutput() + check.errors())
                    .contains("writable by its group", "no provider 'absent'");
        }
    }

    @Test
    void pluginsPrintsOneLinePerFile() {
        try (var plugins = apex.start("plugins")) {
            assertClean(plugins);
            assertThat(plugins.completeOutput().lines()).filteredOn(line -> line.contains("not loaded  ")).hasSize(2);
        }
    }

    private static void assertClean(ApexProcess command) {
        String output = command.completeOutput() + "\n" + command.errors();
        assertThat(output).contains("x\\n2026-01-01 ERROR apex: forged\\u001B[2J.jar")
                .doesNotContain("\u001b", LONG).doesNotContainPattern("(?m)^2026-01-01 ERROR");
    }
}
