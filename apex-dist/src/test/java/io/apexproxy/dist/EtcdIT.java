package io.apexproxy.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.Distribution;
import io.apexproxy.dist.harness.Http;
import io.apexproxy.dist.harness.HttpBackend;
import io.apexproxy.test.EtcdServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Tests of several instances that read their configuration from etcd with the shipped plugin. */
@DisabledOnOs(OS.WINDOWS)
class EtcdIT {

    /** A free port for each instance, because all instances run on one machine. */
    private static final String LISTENER = "listen_addr = \"127.0.0.1:0\"\npool = \"web\"";

    @TempDir
    Path directory;

    @Test
    void instancesFollowEtcdAndServeDuringItsOutage() throws Exception {
        Distribution apex = withPlugin();
        try (var etcd = EtcdServer.startSingle(directory);
                var one = HttpBackend.started(); var two = HttpBackend.started(); var three = HttpBackend.started()) {
            etcd.put("/apex/listeners/web", LISTENER);
            etcd.put("/apex/pools/web/backends/first", one.address());
            try (var a = instance(apex, "a", etcd);
                    var b = instance(apex, "b", etcd);
                    var c = instance(apex, "c", etcd);
                    var traffic = Traffic.through(List.of(a.port(), b.port(), c.port()))) {
                List<ApexProcess> fleet = List.of(a, b, c);
                fleet.forEach(proxy -> assertThat(Http.get(proxy.port())).hasValue(one.address()));

                // a put changes all instances
                etcd.put("/apex/pools/web/backends/second", "{ address = \"" + two.address() + "\" }");
                etcd.delete("/apex/pools/web/backends/first");
                fleet.forEach(proxy -> awaitServedBy(proxy, two));

                // during an outage of etcd, the configuration stays in force
                etcd.kill();
                fleet.forEach(
                        proxy -> proxy.awaitLine("WARN  io.apexproxy.config.etcd.EtcdWatch: etcd is unavailable"));
                fleet.forEach(proxy -> awaitServedBy(proxy, two));

                // an instance that starts now uses its cached configuration
                c.signal("KILL");
                c.exitStatus();
                try (var again = instance(apex, "c", etcd)) {
                    assertThat(again.awaitLine("starting from revision"))
                            .contains("WARN", "last-good.json", etcd.endpoint());
                    awaitServedBy(again, two);

                    // after the outage, all instances follow etcd again
                    etcd.start();
                    etcd.awaitReady();
                    etcd.put("/apex/pools/web/backends/third", three.address());
                    etcd.delete("/apex/pools/web/backends/second");
                    List.of(a, b, again).forEach(proxy -> awaitServedBy(proxy, three));
                    a.awaitLine("etcd is available again");
                }
                assertThat(traffic.failuresOn(a.port())).isZero();
                assertThat(traffic.failuresOn(b.port())).isZero();
            }
        }
    }

    @Test
    void poolCanBecomeEmptyAndReceiveABackend() throws Exception {
        Distribution apex = withPlugin();
        try (var etcd = EtcdServer.startSingle(directory); var one = HttpBackend.started()) {
            etcd.put("/apex/listeners/web", LISTENER);
            etcd.put("/apex/pools/web", "connect_attempts = 1");
            try (var proxy = instance(apex, "a", etcd)) {
                proxy.awaitLine("WARN  apex: pools.web: no backends");
                assertThat(Http.get(proxy.port())).isEmpty();

                etcd.put("/apex/pools/web/backends/first", one.address());
                awaitServedBy(proxy, one);

                etcd.delete("/apex/pools/web/backends/first");
                await().atMost(ApexProcess.PATIENCE).until(() -> Http.get(proxy.port()).isEmpty());

                etcd.put("/apex/pools/web/backends/second", one.address());
                awaitServedBy(proxy, one);
            }
        }
    }

    @Test
    void etcdSourceIsListedAndCheckedLikeAFile() throws Exception {
        Distribution apex = withPlugin();
        try (var etcd = EtcdServer.startSingle(directory)) {
            etcd.put("/apex/listeners/web", LISTENER);
            etcd.put("/apex/pools/web", "backends = [\"127.0.0.1:9000\"]");
            String config = configure("checked", etcd).toString();

            try (var plugins = apex.start("plugins", "--config", config)) {
                assertThat(plugins.completeOutput()).containsPattern("configuration source +etcd .*apex-config-etcd");
            }
            try (var check = apex.start("check", "--config", config)) {
                assertThat(check.completeOutput()).endsWith("config.toml: no mistakes found");
            }
            etcd.put("/apex/pools/web", "# a pool has no weight\n\nweight = 3\nbackends = [\"127.0.0.1:9000\"]");
            try (var check = apex.start("check", "--config", config)) {
                assertThat(check.exitStatus()).isEqualTo(78);
                assertThat(check.errors()).contains("etcd:/apex/pools/web:3:1: pools.web: unknown key 'weight'");
            }
            etcd.kill();
            try (var check = apex.start("check", "--config", config)) {
                assertThat(check.exitStatus()).isEqualTo(78);
                assertThat(check.errors()).contains("config.toml:3:1: config_source: etcd is unavailable: "
                        + etcd.endpoint() + ": ", "last-good.json does not exist yet");
            }
        }
    }

    private Distribution withPlugin() {
        Distribution apex = Distribution.copiedTo(directory);
        try (var shell = new ApexProcess.Builder(List.of("sh", "-c", "cp -r contrib/apex-config-etcd plugins/"))
                .directory(apex.home()).start()) {
            assertThat(shell.exitStatus()).isZero();
        }
        return apex;
    }

    private ApexProcess instance(Distribution apex, String name, EtcdServer etcd) throws IOException {
        return apex.start("--config", configure(name, etcd).toString());
    }

    private Path configure(String name, EtcdServer etcd) throws IOException {
        Path config = Files.createDirectories(directory.resolve(name)).resolve("config.toml");
        return Files.writeString(config, """
                threads = 1

                [config_source]
                provider = "etcd"
                endpoints = ["%s"]
                cache_file = "last-good.json"
                """.formatted(etcd.endpoint()));
    }

    private static void awaitServedBy(ApexProcess proxy, HttpBackend backend) {
        int port = proxy.port();
        await().atMost(ApexProcess.PATIENCE)
                .untilAsserted(() -> assertThat(Http.get(port)).hasValue(backend.address()));
    }

    /** One client per port that sends requests on new connections and counts failures. */
    private record Traffic(List<Integer> ports, List<AtomicInteger> failures, ExecutorService threads,
            CountDownLatch over) implements AutoCloseable {

        static Traffic through(List<Integer> ports) {
            Traffic traffic = new Traffic(ports, ports.stream().map(port -> new AtomicInteger()).toList(),
                    Executors.newFixedThreadPool(ports.size()), new CountDownLatch(1));
            for (int client = 0; client < ports.size(); client++) {
                int port = ports.get(client);
                AtomicInteger count = traffic.failures.get(client);
                traffic.threads.execute(() -> traffic.ask(port, count));
            }
            return traffic;
        }

        private void ask(int port, AtomicInteger count) {
            while (over.getCount() > 0 && count.get() == 0) {
                if (Http.get(port).isEmpty()) {
                    count.incrementAndGet();
                }
            }
        }

        int failuresOn(int port) {
            return failures.get(ports.indexOf(port)).get();
        }

        @Override
        public void close() {
            over.countDown();
            threads.shutdown();
        }
    }
}
