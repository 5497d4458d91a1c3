package io.apexproxy.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.dist.harness.Admin;
import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.Distribution;
import io.apexproxy.dist.harness.DistributionFixture;
import io.apexproxy.dist.harness.Http;
import io.apexproxy.dist.harness.HttpBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Tests of the access log. */
@DisabledOnOs(OS.WINDOWS)
class AccessLogIT extends DistributionFixture {

    private static final String TEXT = "\\S+Z INFO  apex\\.access: client-closed client=127\\.0\\.0\\.1:\\d+ "
            + "listener=default backend=127\\.0\\.0\\.1:\\d+ wait_ms=0\\.0 connect_ms=\\d+\\.\\d "
            + "duration_ms=\\d+\\.\\d "
            + "from_client=\\d+ from_backend=\\d+ attempts=1";

    /** A complete JSON object without further members or text. */
    private static final String JSON = "\\{\"time\":\"\\S+Z\",\"cause\":\"client-closed\","
            + "\"client\":\"127\\.0\\.0\\.1:\\d+\",\"listener\":\"default\","
            + "\"backend\":\"127\\.0\\.0\\.1:\\d+\",\"wait_ms\":0\\.0,\"connect_ms\":\\d+\\.\\d,"
            + "\"duration_ms\":\\d+\\.\\d,\"from_client\":\\d+,\"from_backend\":\\d+,\"attempts\":1}";
    private static final String JSON_LINE = "\"cause\":";

    @Test
    void textFormatWritesOneLineWithAllFields() {
        try (var backend = HttpBackend.started(); var proxy = configure("text", backend).start()) {
            Http.get(proxy.port());

            assertThat(proxy.awaitLine("apex.access")).matches(TEXT);
        }
    }

    @Test
    void jsonFormatWritesOneObjectPerLineWithAllFields() {
        try (var backend = HttpBackend.started(); var proxy = configure("json", backend).start()) {
            Http.get(proxy.port());

            assertThat(proxy.awaitLine(JSON_LINE)).matches(JSON);
        }
    }

    @Test
    void reloadChangesTheFormatAndDisablesTheLog() {
        try (var backend = HttpBackend.started(); var proxy = configure("off", backend).start()) {
            int port = proxy.port();
            Http.get(port);
            Admin admin = Admin.of(proxy);
            // the connection can end after the answer, and must not be logged in the next format
            await().atMost(ApexProcess.PATIENCE)
                    .until(() -> admin.metrics().get("apex_listener_connections_active{listener=\"default\"}") == 0);

            configure("json", backend);
            await().atMost(ApexProcess.PATIENCE).until(() -> changes(proxy) == 1);
            Http.get(port);
            proxy.awaitLine(JSON_LINE);

            configure("text", backend);
            await().atMost(ApexProcess.PATIENCE).until(() -> changes(proxy) == 2);
            Http.get(port);
            proxy.awaitLine("apex.access: ");

            configure("off", backend);
            await().atMost(ApexProcess.PATIENCE).until(() -> changes(proxy) == 3);
            Http.get(port);
            proxy.signal("TERM");
            assertThat(proxy.completeOutput().lines()
                    .filter(line -> line.contains("apex.access") || line.contains(JSON_LINE))).hasSize(2);
        }
    }

    @Test
    void logLevelsChangeAtRunTimeAndAnInvalidFileIsIgnored() throws IOException {
        Path file = apex.home().resolve("conf/logback.xml");
        String shipped = Files.readString(file);
        try (var backend = HttpBackend.started(); var proxy = configure("text", backend).start()) {
            int port = proxy.port();

            Files.writeString(file, shipped.replace("${apex.log.level:-INFO}", "DEBUG"));
            await().atMost(ApexProcess.PATIENCE).until(() -> {
                Http.get(port);
                return proxy.output().stream().anyMatch(line -> line.contains("Accepted connection from"));
            });

            Files.writeString(file, "<configuration");
            Files.writeString(file, shipped.replace("INFO\" additivity", "OFF\" additivity"));
            await().atMost(ApexProcess.PATIENCE).until(() -> {
                long before = lines(proxy);
                Http.get(port);
                return Http.get(port).isPresent() && lines(proxy) == before;
            });
        }
    }

    private Distribution configure(String accessLog, HttpBackend backend) {
        return apex.configure("""
                listen_addr = "127.0.0.1:0"
                backend_addrs = ["%s"]
                access_log = "%s"
                [admin]
                listen_addr = "127.0.0.1:0"
                """.formatted(backend.address(), accessLog));
    }

    private static long changes(ApexProcess proxy) {
        return proxy.output().stream()
                .filter(line -> line.contains("Configuration changed: settings: access_log")).count();
    }

    private static long lines(ApexProcess proxy) {
        return proxy.output().stream().filter(line -> line.contains("apex.access")).count();
    }
}
