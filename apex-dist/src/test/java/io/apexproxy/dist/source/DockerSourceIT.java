package io.apexproxy.dist.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.dist.client.Program;
import io.apexproxy.dist.client.ServerProcess;
import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.CodeBlocks;
import io.apexproxy.dist.harness.DistributionFixture;
import io.apexproxy.dist.harness.Http;
import io.apexproxy.test.FreePorts;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Tests of the backend source {@code docker} with podman, which has the API of Docker. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "requires containers")
class DockerSourceIT extends DistributionFixture {

    private static final String LABEL = "--label=apex.pool=web";
    /** Changes are noticed by events only. */
    private static final String RARELY = "min_interval = \"100ms\"\nmax_interval = \"1h\"\n";
    private static final String OFTEN = "min_interval = \"100ms\"\nmax_interval = \"300ms\"\n";

    private final int webPort = FreePorts.next();
    private Path files;

    @BeforeEach
    void install() throws IOException {
        files = Files.createDirectory(directory.resolve("podman"));
        apex.activate("apex-source-docker");
    }

    private static String pool(String name, String endpoint, String more) {
        return """
                [pools.%s]
                health_check = "none"
                keep_missing = "1s"
                start_timeout = "30s"
                [pools.%s.backends_from]
                provider = "docker"
                labels = ["apex.pool=web"]
                endpoint = "%s"
                %s
                """.formatted(name, name, endpoint, more);
    }

    private ApexProcess start(String endpoint, String more) {
        apex.configure("""
                [listeners.web]
                listen_addr = "127.0.0.1:%d"
                pool = "web"
                """.formatted(webPort) + pool("web", endpoint, more));
        return apex.start();
    }

    private void awaitAnswers(String... names) {
        await().atMost(ApexProcess.PATIENCE).untilAsserted(() -> assertThat(
                Stream.generate(() -> Http.get(webPort).orElse("cut")).limit(8)).containsExactlyInAnyOrder(names));
    }

    /** Starts a container in the network of this machine. */
    private static void serve(Podman podman, String name, String... labels) {
        int port = FreePorts.next();
        podman.serve(name, "127.0.0.1:" + port, Stream.concat(Stream.of("--network=host", LABEL,
                "--label=apex.port=" + port), Stream.of(labels)).toArray(String[]::new));
    }

    @Test
    void backendsFollowTheEventsOfContainers() throws IOException {
        try (Podman podman = Podman.started(files)) {
            serve(podman, "a");
            try (ApexProcess proxy = start(podman.endpoint(), "network = \"host\"\n" + RARELY)) {
                proxy.awaitLine("pools.web: docker found 1 backend: [a]");
                proxy.awaitLine("Proxy listening on ");
                awaitAnswers("a", "a", "a", "a", "a", "a", "a", "a");

                serve(podman, "b", "--label=apex.weight=3");
                proxy.awaitLine("pools.web: docker found changes: +b");
                awaitAnswers("a", "a", "b", "b", "b", "b", "b", "b");

                podman.run("stop", "--time", "0", "a");
                proxy.awaitLine("pools.web: docker found changes: -a; missing ones get no new connections");
                proxy.awaitLine("pools.web: removed after 1s without them in an answer of docker: a");
                awaitAnswers("b", "b", "b", "b", "b", "b", "b", "b");
                podman.run("start", "a");
                proxy.awaitLine("pools.web: docker found changes: +a");
                podman.run("pause", "b");
                proxy.awaitLine("pools.web: docker found changes: -b");
                awaitAnswers("a", "a", "a", "a", "a", "a", "a", "a");
                podman.run("unpause", "b");
                awaitAnswers("a", "a", "b", "b", "b", "b", "b", "b");

                serve(podman, "c", "--label=apex.weight=many");
                assertThat(proxy.awaitLine("pools.web: docker has no answer: ")).contains(
                        "container c: label apex.weight: expected a whole number from 0 to 65535, found \"many\"",
                        "keeping 2 backends of its last answer");
                awaitAnswers("a", "a", "b", "b", "b", "b", "b", "b");
                podman.run("rm", "--force", "--time", "0", "c");
                proxy.awaitLine("pools.web: docker answers again after ");

                podman.stopService();
                awaitAnswers("a", "a", "b", "b", "b", "b", "b", "b");
                podman.startService();
                serve(podman, "d", "--label=apex.weight=4");
                proxy.awaitLine("pools.web: docker found changes: +d");
                awaitAnswers("a", "b", "b", "b", "d", "d", "d", "d");
            }
        }
    }

    @Test
    void onlyHealthyContainersAreBackendsAlsoThroughTheProxyOfTheDescription() throws IOException {
        Program nginx = Program.named("nginx", "nginx");
        int port = FreePorts.next();
        try (Podman podman = Podman.started(files); ServerProcess filter = filter(nginx, port, podman.socket())) {
            serve(podman, "a");
            serve(podman, "b", "--health-cmd=/bin/busybox test -e /healthy", "--health-interval=disable",
                    "--health-retries=1");
            try (ApexProcess proxy = start("http://127.0.0.1:" + port, "network = \"host\"\n" + OFTEN)) {
                proxy.awaitLine("pools.web: docker found 1 backend: [a]");

                podman.runIn("b", "/bin/busybox", "touch", "/healthy");
                podman.run("healthcheck", "run", "b");
                proxy.awaitLine("pools.web: docker found changes: +b");
                awaitAnswers("a", "a", "a", "a", "b", "b", "b", "b");

                assertThat(status(port, "GET", "/containers/json")).isEqualTo(200);
                assertThat(status(port, "GET", "/info")).isEqualTo(403);
                assertThat(status(port, "POST", "/containers/create")).isEqualTo(403);
                assertThat(status(port, "POST", "/containers/json")).isEqualTo(403);
                assertThat(filter.output()).doesNotContain("[emerg]");
            }
        }
    }

    private ServerProcess filter(Program nginx, int port, Path socket) throws IOException {
        String server = CodeBlocks.in(apex.home().resolve("contrib/apex-source-docker.md")).written("nginx").get(0)
                .replace("2375", Integer.toString(port)).replace("/var/run/docker.sock", socket.toString());
        Path config = Files.writeString(directory.resolve("nginx.conf"), """
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
                """ + server + "}\n");
        return ServerProcess.started(nginx, directory, directory.resolve("nginx.log"), port, "-p",
                directory.toString(), "-c", config.toString(), "-e", directory.resolve("error.log").toString());
    }

    private static int status(int port, String method, String path) throws IOException {
        var connection = (HttpURLConnection) URI.create("http://127.0.0.1:" + port + path).toURL().openConnection();
        connection.setRequestMethod(method);
        return connection.getResponseCode();
    }

    /** Apex and podman are in a network of their own; the client uses UNIX sockets. */
    @Test
    void addressIsThePublishedPortOrThatInANetwork() throws IOException {
        try (Podman podman = Podman.inNetwork(files)) {
            podman.run("network", "create", "shop");
            podman.serve("a", "80", "--network=shop", "--publish=127.0.0.1::80", LABEL, "--label=apex.port=80");
            podman.serve("b", "80", "--network=shop", "--publish=80", LABEL, "--label=apex.port=80");
            apex.configure(Stream.of("published", "inside").map(name -> """
                    [listeners.%1$s]
                    listen_addr = "unix:%2$s"
                    pool = "%1$s"
                    """.formatted(name, socket(name))).reduce("", String::concat)
                    + pool("published", podman.endpoint(), OFTEN)
                    + pool("inside", podman.endpoint(), "network = \"shop\"\n" + OFTEN));
            List<String> command = Stream.concat(podman.command().stream(), Stream.of(apex.script().toString()))
                    .toList();
            try (ApexProcess proxy = new ApexProcess.Builder(command).directory(apex.workingDirectory()).start()) {
                proxy.awaitLine("Proxy listening on unix:" + socket("published"));
                proxy.awaitLine("Proxy listening on unix:" + socket("inside"));
                for (String name : List.of("published", "inside")) {
                    await().atMost(ApexProcess.PATIENCE).untilAsserted(() -> assertThat(
                            List.of(answer(socket(name)), answer(socket(name)))).containsExactlyInAnyOrder("a", "b"));
                }
            }
        }
    }

    private Path socket(String name) {
        return directory.resolve(name + ".sock");
    }

    private static String answer(Path socket) throws IOException {
        try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            client.write(ByteBuffer.wrap("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
            String answer = new String(Channels.newInputStream(client).readAllBytes(), StandardCharsets.US_ASCII);
            return answer.replaceFirst("(?s).*\r\n\r\n", "");
        }
    }
}
