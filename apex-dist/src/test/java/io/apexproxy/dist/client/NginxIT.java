package io.apexproxy.dist.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.test.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests with curl and nginx over TLS, which ends the connection at a wrong byte. */
@DisabledOnOs(OS.WINDOWS)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NginxIT {

    private static final int LARGE = 64 * 1024 * 1024;
    private static final int SMALL = 1_000;
    private static final int REQUESTS = 50;

    private Path directory;
    private ProxiedServer nginx;
    private Program curl;
    private Path certificate;
    private Path files;

    @BeforeAll
    void start(@TempDir Path temporary) throws IOException {
        directory = temporary;
        Program server = Program.named("nginx", "nginx");
        Program openssl = Program.named("openssl", "openssl");
        curl = Program.named("curl", "curl");
        files = Files.createDirectory(directory.resolve("files"));
        random(files.resolve("large"), LARGE);
        random(files.resolve("small"), SMALL);
        certificate = directory.resolve("certificate.pem");
        openssl.run(directory, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost",
                "-addext", "subjectAltName=DNS:localhost", "-keyout", "key.pem", "-out", certificate.toString());
        int port = FreePorts.next();
        Path config = Files.writeString(directory.resolve("nginx.conf"), config(port));
        nginx = ProxiedServer.started(server, files, port, "-p", directory.toString(), "-c", config.toString(),
                "-e", directory.resolve("error.log").toString());
    }

    @AfterAll
    void stop() {
        if (nginx != null) {
            nginx.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"--http1.1, 1.1", "--http2, 2"})
    void largeDownloadIsUnchanged(String option, String version) throws IOException {
        Path copy = directory.resolve("downloaded" + version);

        assertThat(fetch(option, "--output", copy.toString(), "--write-out", "%{http_code} %{http_version}",
                url("large"))).isEqualTo("200 " + version);

        assertThat(copy).hasSameBinaryContentAs(files.resolve("large"));
    }

    @ParameterizedTest
    @CsvSource({"--http1.1, 201", "--http2, 201"})
    void largeUploadIsUnchanged(String option, String status) {
        String name = "uploaded" + option;

        assertThat(fetch(option, "--upload-file", files.resolve("large").toString(), "--output", "/dev/null",
                "--write-out", "%{http_code}", url(name))).isEqualTo(status);

        assertThat(files.resolve(name)).hasSameBinaryContentAs(files.resolve("large"));
    }

    @ParameterizedTest
    @CsvSource({"--http1.1", "--http2"})
    void manyRequestsShareAConnection(String option) {
        List<String> answers = fetch(Stream.concat(
                Stream.of(option, "--write-out", "%{http_code} %{size_download} %{num_connects}\n"), requests()))
                .lines().toList();

        assertThat(answers.get(0)).isEqualTo("200 %d 1".formatted(SMALL));
        assertThat(answers.subList(1, REQUESTS)).containsOnly("200 %d 0".formatted(SMALL));
    }

    @ParameterizedTest
    @CsvSource({"--http1.1", "--http2"})
    void concurrentRequestsAreAllAnswered(String option) {
        assertThat(fetch(Stream.concat(Stream.of(option, "--no-progress-meter", "--parallel",
                "--write-out", "%{http_code} %{size_download}\n"), requests())).lines())
                .isEqualTo(Collections.nCopies(REQUESTS, "200 %d".formatted(SMALL)));
    }

    private Stream<String> requests() {
        return IntStream.range(0, REQUESTS).mapToObj(each -> Stream.of("--output", "/dev/null", url("small")))
                .flatMap(each -> each);
    }

    private String url(String file) {
        return "https://localhost:" + nginx.port() + "/" + file;
    }

    private String fetch(Stream<String> arguments) {
        return fetch(arguments.toArray(String[]::new));
    }

    private String fetch(String... arguments) {
        return curl.run(directory, Stream.concat(Stream.of("--disable", "--silent", "--show-error", "--ipv4",
                "--cacert", certificate.toString()), Stream.of(arguments)).toArray(String[]::new));
    }

    private static void random(Path file, int length) throws IOException {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        Files.write(file, bytes);
    }

    /** Returns a configuration for one process that writes only into its directory. */
    private String config(int port) {
        return """
                daemon off;
                master_process off;
                pid nginx.pid;
                events {
                }
                http {
                    access_log off;
                    client_body_temp_path body;
                    proxy_temp_path proxy;
                    fastcgi_temp_path fastcgi;
                    uwsgi_temp_path uwsgi;
                    scgi_temp_path scgi;
                    server {
                        listen 127.0.0.1:%d ssl http2;
                        ssl_certificate certificate.pem;
                        ssl_certificate_key key.pem;
                        root files;
                        dav_methods PUT;
                        client_max_body_size 1g;
                    }
                }
                """.formatted(port);
    }
}
