package io.apexproxy.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.FreePorts;
import io.apexproxy.dist.harness.Programs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;

/** An etcd process on loopback that can be killed and restarted. Skips the test if etcd is not installed. */
final class EtcdProcess implements AutoCloseable {

    private final HttpClient client = HttpClient.newHttpClient();
    private final String endpoint = "http://127.0.0.1:" + FreePorts.next();
    private final List<String> command;
    private final Path log;
    private Process process;

    private EtcdProcess(Path directory) {
        String peer = "http://127.0.0.1:" + FreePorts.next();
        log = directory.resolve("etcd.log");
        command = List.of("etcd", "--name", "single", "--data-dir", directory.resolve("etcd").toString(),
                "--listen-client-urls", endpoint, "--advertise-client-urls", endpoint, "--listen-peer-urls", peer,
                "--initial-advertise-peer-urls", peer, "--initial-cluster", "single=" + peer);
    }

    static EtcdProcess started(Path directory) {
        assumeThat(Programs.isInstalled("etcd"))
                .as("etcd is on the PATH (Debian: apt-get install etcd-server)").isTrue();
        EtcdProcess etcd = new EtcdProcess(directory);
        etcd.start();
        return etcd;
    }

    String endpoint() {
        return endpoint;
    }

    void start() {
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile())).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        await().atMost(ApexProcess.PATIENCE).ignoreException(UncheckedIOException.class)
                .untilAsserted(() -> post("/v3/kv/range", "{\"key\": \"%s\"}".formatted(base64("any"))));
    }

    /** Kills the process, like a power failure. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    void put(String key, String value) {
        post("/v3/kv/put", "{\"key\": \"%s\", \"value\": \"%s\"}".formatted(base64(key), base64(value)));
    }

    void delete(String key) {
        post("/v3/kv/deleterange", "{\"key\": \"%s\"}".formatted(base64(key)));
    }

    private void post(String path, String body) {
        try {
            HttpResponse<String> response = client.send(HttpRequest.newBuilder(URI.create(endpoint + path))
                    .timeout(ApexProcess.PATIENCE).POST(HttpRequest.BodyPublishers.ofString(body)).build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode()).as("%s: %s", path, response.body()).isEqualTo(200);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        kill();
    }
}
