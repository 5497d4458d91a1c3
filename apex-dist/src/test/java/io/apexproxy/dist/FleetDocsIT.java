package io.apexproxy.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.BashSession;
import io.apexproxy.dist.harness.CodeBlocks;
import io.apexproxy.dist.harness.Distribution;
import io.apexproxy.test.EtcdServer;
import io.apexproxy.test.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Runs the commands of {@code docs/tasks/steer-a-fleet.md} with an etcd on loopback. */
@DisabledOnOs(OS.WINDOWS)
class FleetDocsIT {

    @TempDir
    Path directory;

    @Test
    void documentedCommandsFillEtcdWithAValidConfiguration() throws IOException {
        assumeThat(Programs.isInstalled("etcdctl")).as("etcdctl is installed (Debian: etcd-client)").isTrue();
        assumeThat(Programs.isInstalled("bash")).as("bash is installed").isTrue();
        Path home = Distribution.copiedTo(directory).home();
        CodeBlocks page = CodeBlocks.in(home.resolve("docs/tasks/steer-a-fleet.md"));
        for (String file : List.of("web.toml", "pool.toml")) {
            Files.writeString(home.resolve(file), page.file(file));
        }
        Files.writeString(home.resolve("apex-register"), page.file("/usr/local/bin/apex-register"));
        try (var etcd = EtcdServer.startSingle(directory);
                var bash = BashSession.start(List.of(), home, directory)) {
            bash.run("export ETCDCTL_API=3 ETCDCTL_ENDPOINTS=" + etcd.endpoint());
            Files.writeString(home.resolve("config.toml"), onLoopback(page.file("/etc/apex/config.toml"), etcd));
            String commands = page.written("sh").stream().filter(block -> block.contains("etcdctl put /apex/listeners"))
                    .findFirst().orElseThrow();

            assertThat(bash.run(commands).lines().filter(line -> line.startsWith("/apex/"))).containsExactly(
                    "/apex/listeners/web", "/apex/pools/web", "/apex/pools/web/backends/app1");
            bash.run("cp -r contrib/apex-config-etcd plugins/");
            assertThat(bash.run("bin/apex check --config config.toml")).endsWith("config.toml: no mistakes found");

            bash.run("sh apex-register /apex/pools/web/backends/app2 10.0.1.2:9000 > register.log &");
            await().atMost(ApexProcess.PATIENCE).until(() -> bash
                    .run("etcdctl get --print-value-only /apex/pools/web/backends/app2").equals("10.0.1.2:9000"));
        }
    }

    /** Replaces the cluster by one member without TLS and passwords. */
    private static String onLoopback(String config, EtcdServer etcd) {
        return config.lines().filter(line -> !line.matches("(ca_file|username|password|cache_file) = .*"))
                .map(line -> line.startsWith("endpoints") ? "endpoints = [\"" + etcd.endpoint() + "\"]" : line)
                .collect(Collectors.joining("\n"));
    }
}
