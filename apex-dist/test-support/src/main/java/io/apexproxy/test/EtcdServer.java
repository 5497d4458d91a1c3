package io.apexproxy.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A real etcd process on loopback, as a member of a cluster, which can be killed and restarted.
 *
 * <p>A request throws an {@link AssertionError} if the status of the answer is not 200, and an
 * {@link UncheckedIOException} if there is no answer within {@link #TIMEOUT}.
 */
public final class EtcdServer implements AutoCloseable {

    /** The timeout of a request, and of the start. */
    public static final Duration TIMEOUT = Duration.ofSeconds(30);

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final int PUTS_PER_TRANSACTION = 100; // the limit of etcd is 128

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
    public static void assumeInstalled() {
        assumeThat(Programs.isInstalled("etcd"))
                .as("etcd is on the PATH (Debian: apt-get install etcd-server)").isTrue();
    }

    /** Starts a cluster of one member and waits until it is ready. Skips the test if etcd is not installed. */
    public static EtcdServer startSingle(Path directory) {
        return startSingle(directory, url());
    }

    /**
     * Does the same as {@link #startSingle(Path)}.
     *
     * @param directory the parent of the data directory and of the log file
     * @param endpoint a URL from {@link #url}
     * @param more further arguments of etcd; they override earlier ones
     */
    public static EtcdServer startSingle(Path directory, String endpoint, String... more) {
        assumeInstalled();
        String peer = url();
        EtcdServer server = new EtcdServer("single", endpoint, peer, "single=" + peer, directory, more);
        server.start();
        server.awaitReady();
        return server;
    }

    /** Starts a cluster of three members and waits until it is ready. Skips the test if etcd is not installed. */
    public static List<EtcdServer> startCluster(Path directory) {
        assumeInstalled();
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

    /** Returns the URL for clients. */
    public String endpoint() {
        return endpoint;
    }

    /** Starts the process, also after {@link #kill}. */
    public void start() {
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile())).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until etcd answers. */
    public void awaitReady() {
        await().atMost(TIMEOUT).ignoreExceptions().until(() -> {
            call("/v3/kv/range", member("key", base64("any")));
            return true;
        });
    }

    /** Kills the process, as a loss of power does. */
    public void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** Puts a key and returns the revision. */
    public long put(String key, String value) {
        return call("/v3/kv/put", members(key, value));
    }

    /** Puts a key that etcd deletes at the end of a lease. */
    public void put(String key, String value, long lease) {
        call("/v3/kv/put", members(key, value) + ", \"lease\": " + lease);
    }

    /** Puts many keys, a hundred per transaction. */
    public void putAll(Map<String, String> values) {
        List<String> puts = values.entrySet().stream()
                .map(each -> "{\"request_put\": {" + members(each.getKey(), each.getValue()) + "}}").toList();
        for (int first = 0; first < puts.size(); first += PUTS_PER_TRANSACTION) {
            call("/v3/kv/txn", "\"success\": " + puts.subList(first,
                    Math.min(first + PUTS_PER_TRANSACTION, puts.size())));
        }
    }

    /** Grants a lease, in seconds. */
    public void lease(long id, long seconds) {
        call("/v3/lease/grant", "\"ID\": %d, \"TTL\": %d".formatted(id, seconds));
    }

    /** Deletes a key. */
    public void delete(String key) {
        call("/v3/kv/deleterange", member("key", base64(key)));
    }

    /** Removes the history before a revision. */
    public void compact(long revision) {
        call("/v3/kv/compaction", "\"physical\": true, \"revision\": " + revision);
    }

    /** Returns whether this member leads the cluster. */
    public boolean isLeader() {
        String status = post("/v3/maintenance/status", "");
        return found(status, "leader").equals(found(status, "member_id"));
    }

    /** Enables authentication. The user can read and write keys with the prefix only. */
    public void requirePassword(String user, String password, String prefix) {
        for (String name : List.of("root", user)) {
            call("/v3/auth/user/add", member("name", name) + ", " + member("password", password));
            call("/v3/auth/role/add", member("name", name));
            call("/v3/auth/user/grant", member("user", name) + ", " + member("role", name));
        }
        String end = prefix.substring(0, prefix.length() - 1) + (char) (prefix.charAt(prefix.length() - 1) + 1);
        call("/v3/auth/role/grant", member("name", user) + ", \"perm\": {" + member("permType", "READWRITE") + ", "
                + member("key", base64(prefix)) + ", " + member("range_end", base64(end)) + "}");
        call("/v3/auth/enable", "");
    }

    /** Puts a key with the token of a user, and returns the revision. */
    public long putAs(String user, String password, String key, String value) {
        String token = found(post("/v3/auth/authenticate", member("name", user) + ", " + member("password", password)),
                "token");
        return Long.parseLong(found(post("/v3/kv/put", members(key, value), "Authorization", token), "revision"));
    }

    private long call(String path, String members) {
        return Long.parseLong(found(post(path, members), "revision"));
    }

    private String post(String path, String members, String... headers) {
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(endpoint + path)).timeout(TIMEOUT)
                    .POST(HttpRequest.BodyPublishers.ofString("{" + members + "}"));
            HttpResponse<String> response = HTTP.send(headers.length == 0 ? request.build()
                    : request.headers(headers).build(), HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode()).as("%s: %s", path, response.body()).isEqualTo(200);
            return response.body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String members(String key, String value) {
        return member("key", base64(key)) + ", " + member("value", base64(value));
    }

    /** Returns a member of a JSON object. The value must need no escapes. */
    private static String member(String name, String value) {
        return "\"%s\": \"%s\"".formatted(name, value);
    }

    /** Returns the first member with this name in a response of etcd, which has whole numbers as strings; else 0. */
    private static String found(String response, String name) {
        Matcher member = Pattern.compile("\"" + name + "\":\"([^\"]*)\"").matcher(response);
        return member.find() ? member.group(1) : "0";
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        kill();
    }

    /** Returns a URL of http with a free port of loopback. */
    public static String url() {
        return "http://127.0.0.1:" + FreePorts.next();
    }
}
