package io.apexproxy.dist.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.awaitility.Awaitility.await;

import io.apexproxy.dist.harness.Admin;
import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.DistributionFixture;
import io.apexproxy.dist.harness.Http;
import io.apexproxy.dist.harness.HttpBackend;
import io.apexproxy.test.Bytes;
import io.apexproxy.test.FreePorts;
import io.apexproxy.test.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Tests of the backend sources {@code dns-srv} and {@code dns} with bind and knot. */
@DisabledOnOs(OS.WINDOWS)
class DnsSourceIT extends DistributionFixture {

    private static final int CONNECTIONS = 10_000;
    private static final String SERVICE = "_web._tcp.apex.test";
    private static final String HOST = "host IN A 127.0.0.1\n";

    private final int web = FreePorts.next();
    private final int bindPort = FreePorts.next();
    private final int knotPort = FreePorts.next();
    private DnsServers servers;

    @BeforeEach
    void install() throws IOException {
        servers = new DnsServers(Files.createDirectory(directory.resolve("dns")));
        apex.activate("apex-source-dns");
    }

    private static String srv(int priority, int weight, int port) {
        return SERVICE + ". IN SRV " + priority + " " + weight + " " + port + " host.apex.test.\n";
    }

    private static String port(String address) {
        return address.substring(address.indexOf(':') + 1);
    }

    private ApexProcess start(String source, String pool) {
        return apex.configure("""
                admin = { listen_addr = "127.0.0.1:0" }
                [listeners.web]
                listen_addr = "127.0.0.1:%d"
                pool = "web"
                [pools.web]
                start_timeout = "30s"
                keep_missing = "1s"
                %s
                [pools.web.backends_from]
                %s
                servers = ["127.0.0.1:%d", "127.0.0.1:%d"]
                timeout = "4s"
                min_interval = "200ms"
                """.formatted(web, pool, source, bindPort, knotPort)).start();
    }

    private ApexProcess startSrv(String pool) {
        return start("provider = \"dns-srv\"\nname = \"" + SERVICE + "\"", pool);
    }

    private List<String> answers() {
        return Stream.generate(() -> Http.get(web).orElse("cut")).limit(4).toList();
    }

    private void awaitAnswers(String... addresses) {
        await().atMost(ApexProcess.PATIENCE).untilAsserted(() -> assertThat(answers()).containsOnly(addresses));
    }

    /** Opens connections and counts the greetings. */
    private Map<String, Long> greetings(int connections) {
        return IntStream.range(0, connections).mapToObj(each -> {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), web)) {
                return String.valueOf((char) socket.getInputStream().read());
            } catch (IOException e) {
                return e.toString();
            }
        }).collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    }

    @Test
    void connectionsFollowTheWeights() throws IOException {
        try (var a = TestServer.greeting("a"); var b = TestServer.greeting("b"); var c = TestServer.greeting("c");
                var bind = servers.bind(bindPort, HOST + srv(10, 1000, a.port()) + srv(10, 300, b.port())
                        + srv(20, 1, c.port()));
                var proxy = startSrv("health_check = \"none\"")) {
            proxy.awaitLine("Proxy listening on ");
            List<CompletableFuture<Map<String, Long>>> clients =
                    Stream.generate(() -> Bytes.async(() -> greetings(CONNECTIONS / 4))).limit(4).toList();
            Map<String, Long> counts = clients.stream().map(Bytes::get).flatMap(each -> each.entrySet().stream())
                    .collect(Collectors.groupingBy(Map.Entry::getKey, Collectors.summingLong(Map.Entry::getValue)));

            assertThat(counts).containsOnlyKeys("a", "b");
            assertThat((double) counts.get("a") / counts.get("b")).isCloseTo(1000.0 / 300, withinPercentage(2));
            assertThat(bind.output()).contains("zone apex.test/IN: loaded");
        }
    }

    @Test
    void changesOfTheZoneAreFollowedAndALostServerChangesNothing() throws IOException {
        try (var one = HttpBackend.started(); var two = HttpBackend.started(); var spare = HttpBackend.started()) {
            int first = Integer.parseInt(port(one.address()));
            int second = Integer.parseInt(port(two.address()));
            int third = Integer.parseInt(port(spare.address()));
            var bind = servers.bind(bindPort, HOST + srv(10, 0, first) + srv(20, 0, third));
            try (var proxy = startSrv("")) {
                awaitAnswers(one.address());

                servers.update(bindPort, List.of("add " + SERVICE + ". 1 SRV 10 0 " + second + " host.apex.test."));
                awaitAnswers(one.address(), two.address());

                one.stop();
                two.stop();
                awaitAnswers(spare.address());

                servers.update(bindPort, List.of("delete " + SERVICE + ". SRV"));
                proxy.awaitLine("pools.web: dns-srv found no backends; keeping 3 backends of its last answer");
                awaitAnswers(spare.address());

                bind.close();
                proxy.awaitLine("pools.web: dns-srv has no answer: " + SERVICE + ".: 127.0.0.1:");
                awaitAnswers(spare.address());
            } finally {
                bind.close();
            }
        }
    }

    @Test
    void secondServerAnswersForTheFirst() throws IOException {
        try (var one = HttpBackend.started();
                var knot = servers.knot(knotPort, HOST + srv(1, 1, Integer.parseInt(port(one.address()))));
                var proxy = startSrv("health_check = \"none\"")) {
            proxy.awaitLine("pools.web: dns-srv found 1 backend: [" + one.address() + "]");
            awaitAnswers(one.address());
            assertThat(knot.output()).contains("apex.test");
        }
    }

    @Test
    void answerThatIsTooLargeForADatagramIsComplete() throws IOException {
        StringBuilder records = new StringBuilder(HOST);
        IntStream.range(0, 300).forEach(each -> records.append(srv(1, 1, 10_000 + each)));
        try (var bind = servers.bind(bindPort, records.toString());
                var proxy = startSrv("health_check = \"none\"")) {
            proxy.awaitLine("pools.web: dns-srv found 300 backends: ");
            Admin admin = Admin.of(proxy);

            await().atMost(ApexProcess.PATIENCE).untilAsserted(() -> assertThat(admin.metrics())
                    .containsEntry("apex_source_backends{pool=\"web\"}", 300.0));
            assertThat(admin.metrics())
                    .containsEntry("apex_source_failures_total{cause=\"failed\",pool=\"web\"}", 0.0);
            assertThat(bind.output()).contains("zone apex.test/IN: loaded");
        }
    }

    @Test
    void addressesOfANameAreBackends() throws IOException {
        try (var one = HttpBackend.started();
                var bind = servers.bind(bindPort, "app IN A 127.0.0.1\napp IN A 127.0.0.2\n");
                var proxy = start("provider = \"dns\"\nname = \"app.apex.test\"\nport = " + port(one.address()), "")) {
            proxy.awaitLine("pools.web: dns found 2 backends: ");
            awaitAnswers(one.address());

            servers.update(bindPort, List.of("delete app.apex.test. A 127.0.0.2"));
            proxy.awaitLine("pools.web: dns found changes: -127.0.0.2:" + port(one.address()));
            assertThat(answers()).containsOnly(one.address());
            assertThat(bind.output()).contains("zone apex.test/IN: loaded");
        }
    }
}
