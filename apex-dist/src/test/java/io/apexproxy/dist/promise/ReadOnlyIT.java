package io.apexproxy.dist.promise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.Namespaces;
import io.apexproxy.test.TestServer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Tests that Apex starts, serves and reloads on read-only file systems. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "requires mount namespaces")
class ReadOnlyIT extends Scenario {

    @AutoClose
    private final TestServer backend = TestServer.echo();
    private List<String> readOnly;

    @BeforeEach
    void requireMounts() {
        readOnly = Namespaces.withMounts("""
                cd /
                for each in %s %s; do
                    mount --rbind "$each" "$each"
                    mount -o remount,bind,ro "$each"
                done
                mount -o remount,bind,ro /
                cd %s
                ! touch written 2>/dev/null""".formatted(
                Namespaces.quoted(System.getProperty("java.io.tmpdir")), Namespaces.quoted(directory),
                Namespaces.quoted(apex.workingDirectory())));
        assumeTrue(Namespaces.isPossible(readOnly), "unshare (util-linux) makes mounts");
    }

    @Test
    void servesAndReloadsOnReadOnlyFileSystems() {
        apex.configure(Config.withBackends(backend.address()).toml());
        try (var proxy = startBy(readOnly)) {
            try (var client = proxy.client()) {
                assertThat(client.echo("served")).isEqualTo("served");

                // the test writes the file outside the namespace
                proxy.change(Config.withBackends(backend.address()).settings("drain_timeout = \"1s\""));

                assertThat(client.echo("reloaded")).isEqualTo("reloaded");
            }
            assertThat(proxy.admin().get("/health/ready").statusCode()).isEqualTo(200);
            assertThat(proxy.lines(" WARN ")).singleElement().asString().contains("control socket", "the proxy runs");
            assertThat(proxy.lines(" ERROR ")).isEmpty();
            proxy.process().signal("TERM");
            assertThat(proxy.process().errors()).isEmpty();
            assertThat(proxy.process().exitStatus()).isZero();
        }
    }

    @Test
    void unwritableArchiveIsReported() {
        List<String> command = new ArrayList<>(readOnly);
        command.addAll(List.of(apex.script().toString(), "archive"));

        try (var run = new ApexProcess.Builder(command).start()) {
            assertThat(run.errors()).startsWith("apex: no archive was made: ");
            assertThat(run.exitStatus()).isNotZero();
        }
    }
}
