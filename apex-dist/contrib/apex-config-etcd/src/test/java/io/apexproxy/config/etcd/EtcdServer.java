package io.apexproxy.config.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A real etcd process on loopback, as a member of a cluster, which can be killed and restarted. */
final class EtcdServer implements AutoCloseable {

    static final Duration TIMEOUT = Duration.ofSeconds(30);

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final List<String> command;
    private final String endpoint;
    private final Path log;
    private Process process;

    private EtcdServer(String name, String endpoint, String peer, String cluster, Path directory, String... more) {
        this.endpoint = endpoint;
        this.log = directory.resolve(name + ".log");
        this.command = new ArrayList<>(List.of("etcd", "--name", name, "--data-dir", directory.resolve(name).toString(),
                "--listen-client-urls", endpoint, "--advertise-client-urls", endpoint,
                "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
                "--initial-cluster", cluster, "--heartbeat-interval", "50", "--election-timeout", "500"));
        command.addAll(List.of(more));
    }

    /** Skips the test if etcd is not installed. */
    static void assumeInstalled() {
        boolean found = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, "etcd")));
        assumeThat(found).as("etcd is on the PATH (Debian: apt-get install etcd-server)").isTrue();
    }

    /** Starts a cluster of one member and waits until it is ready. */
    static EtcdServer startSingle(Path directory) {
        String peer = url();
        EtcdServer server = new EtcdServer("single", url(), peer, "single=" + peer, directory);
        server.start();
        server.awaitReady();
        return server;
    }

    /** Starts a cluster of one member with a second URL that requires TLS and a client certificate. */
    static EtcdServer startSingle(Path directory, String secureEndpoint, Certificates certificates) {
        String peer = url();
        String endpoint = url();
        EtcdServer server = new EtcdServer("single", endpoint, peer, "single=" + peer, directory,
                "--listen-client-urls", endpoint + "," + secureEndpoint,
                "--trusted-ca-file", certificates.certificate("ca").toString(), "--client-cert-auth",
                "--cert-file", certificates.certificate("member").toString(),
                "--key-file", certificates.key("member").toString());
        server.start();
        server.awaitReady();
        return server;
    }

    /** Starts a cluster of three members and waits until it is ready. */
    static List<EtcdServer> startCluster(Path directory) {
        List<String> peers = List.of(url(), url(), url());
        String cluster = "m0=%s,m1=%s,m2=%s".formatted(peers.toArray());
        List<EtcdServer> members = new ArrayList<>();
        for (int member = 0; member < peers.size(); member++) {
            members.add(new EtcdServer("m" + member, url(), peers.get(member), cluster, directory));
        }
        members.forEach(EtcdServer::start);
        members.forEach(EtcdServer::awaitReady);
        return members;
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
    }

    void awaitReady() {
        await().atMost(TIMEOUT).ignoreExceptions().until(() -> {
            call("/v3/kv/range", Map.of("key", Messages.encode("any")));
            return true;
        });
    }

    /** Kills the process, as a loss of power does. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    long put(String key, String value) {
        return call("/v3/kv/put", Map.of("key", Messages.encode(key), "value", Messages.encode(value)));
    }

    void put(String key, String value, long lease) {
        call("/v3/kv/put", Map.of("key", Messages.encode(key), "value", Messages.encode(value), "lease", lease));
    }

    /** Puts many keys, a hundred per transaction; the limit of etcd is 128. */
    void putAll(Map<String, String> values) {
        List<Map<String, ?>> puts = new ArrayList<>();
        values.forEach((key, value) -> puts.add(Map.of("request_put",
                Map.of("key", Messages.encode(key), "value", Messages.encode(value)))));
        for (int first = 0; first < puts.size(); first += 100) {
            call("/v3/kv/txn", Map.of("success", puts.subList(first, Math.min(first + 100, puts.size()))));
        }
    }

    /** Grants a lease. */
    void lease(long id, long seconds) {
        call("/v3/lease/grant", Map.of("ID", id, "TTL", seconds));
    }

    void delete(String key) {
        call("/v3/kv/deleterange", Map.of("key", Messages.encode(key)));
    }

    /** Removes the history before a revision. */
    void compact(long revision) {
        call("/v3/kv/compaction", Map.of("revision", revision, "physical", true));
    }

    boolean isLeader() {
        Json status = send("/v3/maintenance/status", Map.of());
        return status.string("leader").equals(status.object("header").string("member_id"));
    }

    /** Enables authentication. The user can read and write keys with the prefix only. */
    void requirePassword(String user, String password, String prefix) {
        for (String name : List.of("root", user)) {
            call("/v3/auth/user/add", Map.of("name", name, "password", password));
            call("/v3/auth/role/add", Map.of("name", name));
            call("/v3/auth/user/grant", Map.of("user", name, "role", name));
        }
        String end = prefix.substring(0, prefix.length() - 1) + (char) (prefix.charAt(prefix.length() - 1) + 1);
        call("/v3/auth/role/grant", Map.of("name", user, "perm", Map.of("permType", "READWRITE",
                "key", Messages.encode(prefix), "range_end", Messages.encode(end))));
        call("/v3/auth/enable", Map.of());
    }

    /** Puts a key with the token of a user, and returns the revision. */
    long putAs(String user, String password, String key, String value) {
        String token = send("/v3/auth/authenticate", Map.of("name", user, "password", password)).string("token");
        return revision(send("/v3/kv/put", Map.of("key", Messages.encode(key), "value", Messages.encode(value)),
                "Authorization", token));
    }

    long call(String path, Map<String, ?> body) {
        return revision(send(path, body));
    }

    private static long revision(Json response) {
        try {
            return response.object("header").number("revision");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Json send(String path, Map<String, ?> body, String... headers) {
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(endpoint + path)).timeout(TIMEOUT)
                    .POST(HttpRequest.BodyPublishers.ofString(Json.text(body)));
            HttpResponse<byte[]> response = HTTP.send(headers.length == 0 ? request.build()
                    : request.headers(headers).build(), HttpResponse.BodyHandlers.ofByteArray());
            assertThat(response.statusCode()).as("%s: %s", path, new String(response.body(), StandardCharsets.UTF_8))
                    .isEqualTo(200);
            return Json.parse(new ByteArrayInputStream(response.body()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        kill();
    }

    static String url() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return "http://127.0.0.1:" + socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
