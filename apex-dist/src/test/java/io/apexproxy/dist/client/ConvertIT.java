package io.apexproxy.dist.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.CodeBlocks;
import io.apexproxy.dist.harness.DistributionFixture;
import io.apexproxy.dist.harness.Http;
import io.apexproxy.dist.harness.HttpBackend;
import io.apexproxy.test.FreePorts;
import io.apexproxy.test.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of {@code apex convert} with configurations that HAProxy and nginx accept. */
@DisabledOnOs(OS.WINDOWS)
class ConvertIT extends DistributionFixture {

    private static final Path RESOURCES =
            Path.of("../apex-runtime/src/test/resources/io/apexproxy/runtime/cli/convert");
    /** Debian loads the stream module of nginx only on request. */
    private static final Path STREAM_MODULE = Path.of("/usr/lib/nginx/modules/ngx_stream_module.so");

    @ParameterizedTest
    @ValueSource(strings = {"haproxy.cfg", "nginx.conf"})
    void resultOfTheDocumentedExampleHasNoMistake(String file) throws IOException {
        write(file, CodeBlocks.in(apex.home().resolve("docs/tasks/move-from-haproxy-or-nginx.md")).file(file));

        assertNoMistake(converted(file));
    }

    /** These examples have addresses only, so that the check looks up no name. */
    @ParameterizedTest
    @CsvSource({"haproxy-sni.cfg, apex-lb-leastconn.jar, apex-lb-sourcehash",
        "haproxy-database.cfg, apex-health-database.jar, apex-lb-random.jar"})
    void resultHasNoMistakeWithThePluginsThatItsCommentsName(String source, String plugin, String other)
            throws IOException {
        apex.activate(plugin);
        apex.activate(other);
        write(source, Files.readString(RESOURCES.resolve(source)));

        assertNoMistake(converted(source));
    }

    @Test
    void haproxyAcceptsTheSourceAndApexRelaysWithTheResult() throws IOException {
        assumeTrue(Programs.isInstalled("haproxy"), "haproxy is not installed");
        try (var backend = HttpBackend.started()) {
            int port = FreePorts.next();
            Path source = write("haproxy.cfg", """
                    defaults
                      mode tcp
                      timeout connect 2s
                      timeout client 1m
                      timeout server 1m
                    listen web
                      bind 127.0.0.1:%d
                      tcp-request connection reject if { src 203.0.113.0/24 }
                      server app1 %s check inter 1s
                    """.formatted(port, backend.address()));
            assertSucceeds("haproxy", "-c", "-f", source.toString());

            assertRelays("haproxy.cfg", port, backend);
        }
    }

    @Test
    void nginxAcceptsTheSourceAndApexRelaysWithTheResult() throws IOException {
        assumeTrue(Programs.isInstalled("nginx"), "nginx is not installed");
        assumeThat(STREAM_MODULE).as("the stream module is installed (Debian: libnginx-mod-stream)").exists();
        try (var backend = HttpBackend.started()) {
            int port = FreePorts.next();
            Path source = write("nginx.conf", """
                    load_module %s;
                    pid nginx.pid;
                    events { worker_connections 1000; }
                    stream {
                      upstream web { server %s max_fails=2 fail_timeout=5s; }
                      server {
                        listen 127.0.0.1:%d;
                        allow 127.0.0.0/8;
                        deny all;
                        proxy_pass web;
                      }
                    }
                    """.formatted(STREAM_MODULE, backend.address(), port));
            assertSucceeds("nginx", "-t", "-e", "stderr", "-p", apex.workingDirectory().toString(), "-c",
                    source.toString());

            assertRelays("nginx.conf", port, backend);
        }
    }

    @Test
    void mistakeIsReportedWithItsPlace() throws IOException {
        write("nginx.conf", "stream {\n  server {\n    listen 80\n  }\n}\n");

        try (var run = apex.start("convert", "nginx.conf"); var missing = apex.start("convert", "none.cfg");
                var without = apex.start("convert")) {
            assertThat(run.completeOutput()).isEmpty();
            assertThat(run.errors()).isEqualTo("nginx.conf:4:3: expected ';' or '{', found '}'");
            assertThat(run.exitStatus()).isEqualTo(78);
            assertThat(missing.errors()).isEqualTo("none.cfg: no such file");
            assertThat(missing.exitStatus()).isEqualTo(78);
            assertThat(without.errors()).startsWith("Missing required parameter: 'FILE'");
            assertThat(without.exitStatus()).isEqualTo(2);
        }
    }

    private void assertRelays(String source, int port, HttpBackend backend) {
        try (var proxy = apex.configure(converted(source)).start()) {
            assertThat(proxy.port()).isEqualTo(port);
            Http.awaitAnswers(port, backend.address());
        }
    }

    private String converted(String file) {
        try (var run = apex.start("convert", file)) {
            String toml = run.completeOutput();
            assertThat(run.errors()).isEmpty();
            assertThat(run.exitStatus()).isZero();
            return toml;
        }
    }

    private void assertNoMistake(String toml) {
        try (var check = apex.configure(toml).start("check")) {
            assertThat(check.errors()).as(toml).isEmpty();
            assertThat(check.exitStatus()).isZero();
        }
    }

    private Path write(String file, String text) throws IOException {
        return Files.writeString(apex.workingDirectory().resolve(file), text);
    }

    private void assertSucceeds(String... command) {
        try (var process = new ApexProcess.Builder(List.of(command)).directory(apex.workingDirectory()).start()) {
            assertThat(process.exitStatus()).as("%s", process).isZero();
        }
    }
}
