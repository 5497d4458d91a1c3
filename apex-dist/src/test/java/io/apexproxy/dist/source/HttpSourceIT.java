package io.apexproxy.dist.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.dist.client.Program;
import io.apexproxy.dist.client.ServerProcess;
import io.apexproxy.dist.harness.Admin;
import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.DistributionFixture;
import io.apexproxy.dist.harness.Http;
import io.apexproxy.dist.harness.HttpBackend;
import io.apexproxy.test.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Tests of the backend source {@code http} with nginx over TLS; promtool reads the same document. */
@DisabledOnOs(OS.WINDOWS)
class HttpSourceIT extends DistributionFixture {

    private static final String NAME = "web.json";

    private final int webPort = FreePorts.next();
    private final int nginxPort = FreePorts.next();
    private Program nginx;
    private Path server;
    private Path document;
    private Path statuses;

    @BeforeEach
    void install() throws IOException {
        nginx = Program.named("nginx", "nginx");
        server = Files.createDirectory(directory.resolve("nginx"));
        Program.named("openssl", "openssl").run(server, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1",
                "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", "key.pem", "-out",
                "certificate.pem");
        document = Files.createDirectory(server.resolve("files")).resolve(NAME);
        statuses = server.resolve("statuses.log");
        apex.activate("apex-source-documents");
        Files.writeString(apex.workingDirectory().resolve("token"), "of-apex\n");
        apex.configure("""
                state_directory = "state"
                admin = { listen_addr = "127.0.0.1:0" }
                [listeners.web]
                listen_addr = "127.0.0.1:%d"
                pool = "web"
                [pools.web]
                health_check = "none"
                keep_missing = "1s"
                start_timeout = "30s"
                [pools.web.backends_from]
                provider = "http"
                url = "https://localhost:%d/%s"
                ca_file = "%s"
                token_file = "token"
                min_interval = "100ms"
                max_interval = "300ms"
                """.formatted(webPort, nginxPort, NAME, server.resolve("certificate.pem")));
    }

    /** A reader sees the old or the new document. */
    private void publish(String... addresses) throws IOException {
        String targets = String.join("\", \"", addresses);
        Path next = Files.writeString(server.resolve("next"),
                "[{\"targets\": [\"" + targets + "\"], \"labels\": {\"zone\": \"a\"}}]" + " ".repeat(2_000));
        Files.move(next, document, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private ServerProcess startNginx() throws IOException {
        Path config = Files.writeString(server.resolve("nginx.conf"), """
                daemon off;
                master_process off;
                pid nginx.pid;
                events {
                }
                http {
                    log_format status '$status $sent_http_content_encoding $http_authorization';
                    access_log statuses.log status;
                    client_body_temp_path body;
                    proxy_temp_path proxy;
                    fastcgi_temp_path fastcgi;
                    uwsgi_temp_path uwsgi;
                    scgi_temp_path scgi;
                    default_type application/json;
                    gzip on;
                    gzip_types application/json;
                    gzip_proxied any;
                    server {
                        listen 127.0.0.1:%d ssl;
                        ssl_certificate certificate.pem;
                        ssl_certificate_key key.pem;
                        root files;
                        location / {
                            try_files $uri =502;
                        }
                    }
                }
                """.formatted(nginxPort));
        return ServerProcess.started(nginx, server, server.resolve("output.log"), nginxPort, "-p", server.toString(),
                "-c", config.toString(), "-e", server.resolve("error.log").toString());
    }

    private List<String> answers() {
        return Stream.generate(() -> Http.get(webPort).orElse("cut")).limit(4).toList();
    }

    private void awaitAnswers(String... addresses) {
        await().atMost(ApexProcess.PATIENCE).untilAsserted(() -> assertThat(answers()).containsOnly(addresses));
    }

    private void awaitStatus(String line) {
        await().atMost(ApexProcess.PATIENCE).until(() -> Files.readAllLines(statuses).contains(line));
    }

    @Test
    void backendsFollowTheDocumentOnTheServer() throws IOException {
        try (var one = HttpBackend.started(); var two = HttpBackend.started(); var process = startNginx()) {
            publish(one.address());
            try (var proxy = apex.start()) {
                Admin admin = Admin.of(proxy);
                proxy.awaitLine("pools.web: http found 1 backend: [" + one.address() + "]");
                awaitAnswers(one.address());
                awaitStatus("200 gzip Bearer of-apex");
                awaitStatus("304 - Bearer of-apex");

                publish(one.address(), two.address());
                awaitAnswers(one.address(), two.address());

                Files.delete(document);
                assertThat(proxy.awaitLine("pools.web: http has no answer: "))
                        .contains("expected status 200, found 502; keeping 2 backends of its last answer");
                awaitAnswers(one.address(), two.address());
                await().atMost(ApexProcess.PATIENCE).until(
                        () -> admin.metrics().get("apex_source_failures_total{cause=\"failed\",pool=\"web\"}") > 0);

                Files.writeString(document, "[{\"targets\": [\"half");
                proxy.awaitLine("pools.web: http has no answer: not valid JSON at line 1");

                publish(two.address());
                proxy.awaitLine("pools.web: http answers again after ");
                awaitAnswers(two.address());
                proxy.awaitLine("pools.web: removed after 1s without them in an answer of http: " + one.address());
                await().atMost(ApexProcess.PATIENCE)
                        .until(() -> admin.metrics().get("apex_source_backends{pool=\"web\"}") == 1);
                assertThat(process.output()).doesNotContain("[emerg]");
            }
        }
    }

    @Test
    void restartWithoutTheServerBeginsWithTheStoredAnswer() throws IOException {
        try (var one = HttpBackend.started()) {
            try (var process = startNginx()) {
                publish(one.address());
                try (var proxy = apex.start()) {
                    proxy.awaitLine("Proxy listening on ");
                    Path stored = apex.workingDirectory().resolve("state/backends-of-web.json");
                    await().atMost(ApexProcess.PATIENCE).until(() -> Files.exists(stored));
                    assertThat(process.output()).doesNotContain("[emerg]");
                }
            }
            try (var proxy = apex.start()) {
                proxy.awaitLine("pools.web: using 1 backend of the last answer of http, stored in ");
                proxy.awaitLine("Proxy listening on ");
                assertThat(proxy.awaitLine("pools.web: http has no answer: ")).contains("cannot connect to localhost:");
                assertThat(answers()).containsOnly(one.address());
            }
        }
    }

    @Test
    void promtoolReadsTheSameDocument() throws IOException {
        Program promtool = Program.named("promtool", "prometheus");
        try (var process = startNginx()) {
            publish("127.0.0.1:9001", "127.0.0.1:9002");
            Path config = Files.writeString(server.resolve("prometheus.yml"), """
                    scrape_configs:
                      - job_name: web
                        http_sd_configs:
                          - url: https://localhost:%d/%s
                            tls_config:
                              ca_file: %s
                    """.formatted(nginxPort, NAME, server.resolve("certificate.pem")));

            String found = promtool.run(server, "check", "service-discovery", "--timeout=5s", config.toString(), "web");

            assertThat(found).contains("\"__address__\": \"127.0.0.1:9001\"", "\"__address__\": \"127.0.0.1:9002\"",
                    "\"zone\": \"a\"");
            assertThat(process.output()).doesNotContain("[emerg]");
        }
    }
}
