package io.apexproxy.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.apexproxy.dist.harness.Admin;
import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.DistributionFixture;
import io.apexproxy.dist.harness.Http;
import io.apexproxy.dist.harness.HttpBackend;
import io.apexproxy.dist.harness.Namespaces;
import io.apexproxy.test.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * On a full disk Apex starts, serves, reloads and ends; lost lines of the log are counted. The disk is a file system in
 * memory, with the log, the working directory and the directory for temporary files.
 */
@EnabledOnOs(value = OS.LINUX, disabledReason = "others have no mounts of a process")
class FullDiskIT extends DistributionFixture {

    private static final String MOUNT = """
            mount -t tmpfs -o size=256k tmpfs %1$s
            mkdir %1$s/logs %1$s/work %1$s/tmp
            cd %1$s/work
            """;
    private static final String FILL = """
            dd if=/dev/zero of=%1$s/filler bs=4k 2>/dev/null || true
            """;

    @AutoClose
    private final HttpBackend backend = HttpBackend.started();
    private final int port = FreePorts.next();
    private final int adminPort = FreePorts.next();
    private final Admin admin = Admin.on(adminPort);
    private Path disk;

    @BeforeEach
    void logToTheDisk() throws IOException {
        disk = Files.createDirectory(directory.resolve("disk"));
        configure("30s");
        for (String appender : List.of("access", "console")) {
            LogbackFile.of(apex).replace(appender, LogbackFile.example("RotatedFileAppender")
                    .replace("name=\"access\"", "name=\"" + appender + '"')
                    .replace("/var/log/apex/access", disk + "/logs/" + appender));
        }
    }

    private void configure(String drainTimeout) {
        apex.configure("""
                listen_addr = "127.0.0.1:%d"
                backend_addrs = ["%s"]
                drain_timeout = "%s"
                [admin]
                listen_addr = "127.0.0.1:%d"
                """.formatted(port, backend.address(), drainTimeout, adminPort));
    }

    @Test
    void itStartsServesReloadsAndEndsAndLogsAgainWhenThereIsSpace() throws IOException {
        try (var proxy = startOn(MOUNT + FILL)) {
            await().atMost(ApexProcess.PATIENCE).until(() -> Http.get(port).isPresent());
            assertThat(Http.get(port)).hasValue(backend.address());
            await().atMost(ApexProcess.PATIENCE).untilAsserted(() -> {
                assertThat(metric("apex_log_dropped_total")).isPositive();
                assertThat(metric("apex_access_log_dropped_total")).isPositive();
            });
            reload(proxy, "29s");

            Files.delete(onDisk(proxy, "filler"));
            double dropped = metric("apex_log_dropped_total");
            reload(proxy, "28s");

            await().atMost(ApexProcess.PATIENCE).until(() -> Files.readString(onDisk(proxy, "logs/console.log"))
                    .contains("Configuration changed"));
            assertThat(metric("apex_log_dropped_total")).isEqualTo(dropped);
            proxy.signal("TERM");
            assertThat(proxy.exitStatus()).isZero();
        }
    }

    @Test
    void aDiskThatFillsUpAfterTheStartStopsNothing() {
        try (var proxy = startOn(MOUNT)) {
            await().atMost(ApexProcess.PATIENCE).until(() -> Http.get(port).isPresent());
            assertThat(metric("apex_access_log_dropped_total")).isZero();

            fill(onDisk(proxy, "filler"));
            await().atMost(ApexProcess.PATIENCE).until(() -> Http.get(port).isPresent()
                    && metric("apex_access_log_dropped_total") > 0);

            assertThat(Http.get(port)).hasValue(backend.address());
            reload(proxy, "29s");
            proxy.signal("TERM");
            assertThat(proxy.exitStatus()).isZero();
        }
    }

    private void reload(ApexProcess proxy, String drainTimeout) {
        double before = metric("apex_config_reloads_total{result=\"success\"}");
        configure(drainTimeout);
        proxy.signal("HUP");
        await().atMost(ApexProcess.PATIENCE)
                .until(() -> metric("apex_config_reloads_total{result=\"success\"}") > before);
        assertThat(admin.get("/health/ready").statusCode()).isEqualTo(200);
    }

    private double metric(String sample) {
        return admin.metrics().get(sample);
    }

    private ApexProcess startOn(String script) {
        List<String> command = Namespaces.withMounts(script.formatted(Namespaces.quoted(disk)));
        assumeTrue(Namespaces.isPossible(command), "unshare (util-linux) makes mounts");
        apex.setTemporaryDirectory(disk.resolve("tmp"));
        return new ApexProcess.Builder(Stream.concat(command.stream(),
                Stream.of(apex.script().toString(), "--config", apex.configFile().toString())).toList()).start();
    }

    /** A file of the disk, as it is in the namespace of the process. */
    private Path onDisk(ApexProcess proxy, String file) {
        return Path.of("/proc/" + proxy.pid() + "/root" + disk).resolve(file);
    }

    private static void fill(Path file) {
        try (var out = Files.newOutputStream(file)) {
            while (true) {
                out.write(new byte[1024]);
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left");
        }
    }
}
