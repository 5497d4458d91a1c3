package io.apexproxy.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.Distribution;
import io.apexproxy.test.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Tests of the systemd unit that work without a running systemd. */
@DisabledOnOs(OS.WINDOWS)
class ServiceIT {

    @TempDir
    Path directory;

    private String unit;

    @BeforeEach
    void read() throws IOException {
        unit = read("apex.service");
    }

    private static String read(String file) throws IOException {
        return Files.readString(Distribution.built().resolve("contrib/systemd").resolve(file));
    }

    @Test
    void unitPassesSystemdAnalyze() throws IOException {
        Assumptions.assumeTrue(Programs.isInstalled("systemd-analyze"), "systemd is not installed");
        // a path without blanks, which the unit would have to quote
        Path home = Files.createSymbolicLink(directory.resolve("apex"), Distribution.built().toAbsolutePath());
        Path file = Files.writeString(directory.resolve("apex.service"), unit.replace("/opt/apex", home.toString()));

        assertPassesVerify(file);
    }

    @Test
    void unitWithASocketPassesSystemdAnalyze() throws IOException {
        Assumptions.assumeTrue(Programs.isInstalled("systemd-analyze"), "systemd is not installed");
        Path home = Files.createSymbolicLink(directory.resolve("apex"), Distribution.built().toAbsolutePath());
        Path service = Files.writeString(directory.resolve("apex.service"), unit.replace("/opt/apex", home.toString()));
        Path socket = Files.writeString(directory.resolve("apex.socket"), read("apex.socket"));
        Path dropIn = Files.createDirectory(directory.resolve("apex.service.d"));
        Files.writeString(dropIn.resolve("apex-socket.conf"), read("apex-socket.conf"));

        assertPassesVerify(socket, service);
    }

    @Test
    void unitWithNotificationPassesSystemdAnalyze() throws IOException {
        Assumptions.assumeTrue(Programs.isInstalled("systemd-analyze"), "systemd is not installed");
        Path home = Files.createSymbolicLink(directory.resolve("apex"), Distribution.built().toAbsolutePath());
        Path service = Files.writeString(directory.resolve("apex.service"), unit.replace("/opt/apex", home.toString()));
        Path dropIn = Files.createDirectory(directory.resolve("apex.service.d"));
        Files.writeString(dropIn.resolve("apex-notify.conf"), read("apex-notify.conf"));

        assertPassesVerify(service);
    }

    private static void assertPassesVerify(Path... units) {
        List<String> command = new ArrayList<>(List.of("systemd-analyze", "verify"));
        Stream.of(units).map(Path::toString).forEach(command::add);
        try (var verify = new ApexProcess.Builder(command).start()) {
            assertThat(verify.errors().lines().filter(line -> line.contains("apex"))).isEmpty();
            assertThat(verify.exitStatus()).isZero();
        }
    }

    @Test
    void commandsOfTheUnitAreValid() throws IOException {
        Distribution apex = Distribution.copiedTo(directory);
        apex.configure("backend_addrs = [\"127.0.0.1:9000\"]");
        String[] check = unit.lines().filter(line -> line.startsWith("ExecStartPre=")).findFirst().orElseThrow()
                .replaceFirst("^\\S+/bin/apex ", "").replace("/etc/apex", apex.workingDirectory().toString())
                .split(" (?!directory)"); // the working directory has a space in its name

        try (var run = apex.start(check)) {
            assertThat(run.errors()).isEmpty();
            assertThat(run.exitStatus()).isZero();
        }
    }
}
