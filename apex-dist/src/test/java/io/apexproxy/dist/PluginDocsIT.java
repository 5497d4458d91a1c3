package io.apexproxy.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.api.Backend;
import io.apexproxy.api.ClientHello;
import io.apexproxy.api.ConnectionInfo;
import io.apexproxy.api.PluginContext;
import io.apexproxy.api.ProxyHeader;
import io.apexproxy.api.Settings;
import io.apexproxy.api.balance.BackendPicker;
import io.apexproxy.api.route.Route;
import io.apexproxy.api.route.Router;
import io.apexproxy.dist.harness.Admin;
import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.CodeBlocks;
import io.apexproxy.dist.harness.DistributionFixture;
import io.apexproxy.dist.harness.Http;
import io.apexproxy.dist.harness.HttpBackend;
import io.apexproxy.test.FreePorts;
import io.apexproxy.test.PluginJar;
import io.apexproxy.test.TestServer;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Builds and runs the plugins of {@code plugins.md} and {@code write-a-load-balancer.md}. */
@DisabledOnOs(OS.WINDOWS)
class PluginDocsIT extends DistributionFixture {

    private static final int MANY = 60;

    private Path plugins;
    private CodeBlocks example;
    private CodeBlocks reference;

    @BeforeEach
    void findExamples() {
        plugins = apex.home().resolve("plugins");
        example = CodeBlocks.in(apex.home().resolve("docs/tasks/write-a-load-balancer.md"));
        reference = CodeBlocks.in(apex.home().resolve("docs/plugins.md"));
    }

    @Test
    void documentedLoadBalancerAndHealthCheckServe() throws IOException {
        buildAsShown();
        PluginJar.of(reference.sources("maintenance")).writeTo(plugins.resolve("maintenance.jar"));
        String config = example.file("config.toml");
        int web = FreePorts.next();
        try (var one = HttpBackend.started(); var two = HttpBackend.started()) {
            apex.configure(at(web, one, two, config));
            try (var proxy = apex.start()) {
                proxy.awaitLine("Loaded load balancer 'zone' (plugins/zone.jar)");
                proxy.awaitLine("Proxy listening on 127.0.0.1:" + web);
                Http.awaitAnswers(web, one.address());
                assertThat(answers(web, 4)).containsOnly(one.address());

                String listener = config.substring(0, config.indexOf("[pools.web]"));
                apex.configure(at(web, one, two, listener + reference.files("config.toml").get(0)));
                proxy.awaitLine("Configuration changed: ");
                Path down = Files.createDirectory(apex.workingDirectory().resolve("maintenance")).resolve("app1");
                Files.createFile(down);

                assertThat(proxy.awaitLine("app1 => alive: false")).contains("in maintenance");
                assertThat(answers(web, 4)).containsOnly(two.address());
                Files.delete(down);
                await().atMost(ApexProcess.PATIENCE).until(() -> answers(web, 4).contains(one.address()));
            }
        }
    }

    @Test
    void documentedLoadBalancerThatLearnsDrawsAgain() throws IOException {
        PluginJar.of(example.sources("cautious")).writeTo(plugins.resolve("cautious.jar"));
        int web = FreePorts.next();
        String gone = TestServer.goneAddress();
        try (var one = HttpBackend.started()) {
            apex.configure("[admin]\nlisten_addr = \"127.0.0.1:0\"\n[listeners.web]\nlisten_addr = \"127.0.0.1:" + web
                    + "\"\npool = \"web\"\n[pools.web]\nbackends = [\"" + one.address() + "\", \"" + gone + "\"]\n"
                    + "health_check = \"none\"\nload_balancer = \"cautious\"\n");
            try (var proxy = apex.start()) {
                proxy.awaitLine("Proxy listening on 127.0.0.1:" + web);
                Admin admin = Admin.of(proxy);

                assertThat(answers(web, 4 * MANY)).containsOnly(one.address());

                // about a quarter of the picks, instead of a half without reports
                assertThat(admin.metrics().get("apex_backend_connect_errors_total{backend=\"" + gone
                        + "\",pool=\"web\"}")).isBetween(1.0, 1.5 * MANY);
            }
        }
    }

    @Test
    void documentedHealthCheckReadsTheGreeting() throws IOException {
        PluginJar.of(reference.sources("greeting")).writeTo(plugins.resolve("greeting.jar"));
        try (var backend = TestServer.greeting("220 ready\r\n")) {
            String pool = reference.files("config.toml").get(1).replace("127.0.0.1:9025", backend.address());
            String listener = "[listeners.mail]\nlisten_addr = \"127.0.0.1:" + FreePorts.next()
                    + "\"\npool = \"mail\"\n";
            apex.configure(listener + pool);
            try (var proxy = apex.start()) {
                proxy.awaitLine("Proxy listening on ");
                proxy.awaitLine(" => alive: true");

                apex.configure(listener + pool.replace("220 ", "250 "));

                proxy.awaitLine(" => alive: false (another greeting)");
            }
        }
    }

    @Test
    void documentedSourceDeliversBackendsAndMistakesWithTheirOrigin() {
        PluginJar.of(reference.sources("environment")).writeTo(plugins.resolve("environment.jar"));
        apex.configure(reference.files("config.toml").get(2));

        try (var listing = apex.start("plugins");
                var good = check(Map.of("APEX_BACKENDS", "127.0.0.1:9000, 127.0.0.1:9001"));
                var missing = check(Map.of());
                var malformed = check(Map.of("APEX_BACKENDS", "127.0.0.1"))) {
            assertThat(listing.completeOutput().replaceAll(" {2,}", "|")).contains("configuration source|environment|"
                    + "com.example.environment|0.2.0-SNAPSHOT|plugins/environment.jar|loaded");
            assertThat(good.completeOutput()).isEqualTo("config.toml: no mistakes found");
            assertThat(missing.errors()).isEqualTo(
                    "$APEX_BACKENDS: not set; expected addresses such as 127.0.0.1:9000,127.0.0.1:9001");
            assertThat(malformed.errors()).startsWith("$APEX_BACKENDS: backend_addrs").contains("127.0.0.1");
        }
    }

    @Test
    void documentedBackendSourceFindsTheLinesOfItsFile() throws IOException {
        PluginJar.of(reference.sources("lines")).writeTo(plugins.resolve("lines.jar"));
        Path file = apex.workingDirectory().resolve("backends.txt");
        int web = FreePorts.next();
        try (var one = HttpBackend.started(); var two = HttpBackend.started()) {
            Files.writeString(file, one.address() + "\n");
            apex.configure(reference.files("config.toml").get(4).replace("127.0.0.1:8081", "127.0.0.1:" + web));
            try (var proxy = apex.start()) {
                proxy.awaitLine("pools.web: lines found 1 backend: [" + one.address() + "]");
                proxy.awaitLine("Proxy listening on 127.0.0.1:" + web);
                assertThat(answers(web, 4)).containsOnly(one.address());

                Files.writeString(file, two.address() + "\n");
                proxy.awaitLine("pools.web: lines found changes: +" + two.address() + " -" + one.address());
                await().atMost(ApexProcess.PATIENCE).until(() -> answers(web, 4).stream()
                        .allMatch(two.address()::equals));

                Files.delete(file);
                assertThat(proxy.awaitLine("pools.web: lines has no answer: "))
                        .endsWith("keeping 2 backends of its last answer");
                assertThat(answers(web, 4)).containsOnly(two.address());
            }
        }
    }

    @Test
    void documentedRouterSendsTheClientsOfItsListToTheOtherPool() throws IOException {
        PluginJar.of(reference.sources("testers")).writeTo(plugins.resolve("testers.jar"));
        Path list = Files.createFile(apex.workingDirectory().resolve("testers.txt"));
        int web = FreePorts.next();
        try (var one = HttpBackend.started(); var two = HttpBackend.started()) {
            apex.configure(at(web, one, two, reference.files("config.toml").get(3)));
            try (var proxy = apex.start()) {
                proxy.awaitLine("Loaded router 'testers' (plugins/testers.jar)");
                proxy.awaitLine("Proxy listening on 127.0.0.1:" + web);
                assertThat(answers(web, 4)).containsOnly(one.address());

                Files.writeString(list, "127.0.0.1\n");
                await().atMost(ApexProcess.PATIENCE).until(() -> answers(web, 1).contains(two.address()));

                assertThat(answers(web, 4)).containsOnly(two.address());
            }
        }
    }

    @Test
    void allRoutesAreDocumented() throws IOException {
        String page = Files.readString(apex.home().resolve("docs/plugins.md"));

        assertThat(Route.class.getPermittedSubclasses()).extracting(Class::getSimpleName)
                .containsExactlyInAnyOrder("ToPool", "Refuse", "Pass");
        assertThat(page).contains("| `new Route.ToPool(", "| `new Route.Refuse(", "| `Route.PASS`");
    }

    private ApexProcess check(Map<String, String> variables) {
        return apex.command("check").environment(variables).start();
    }

    @Test
    void allMethodsOfTheInterfacesForPluginsAreDocumented() throws IOException {
        String page = Files.readString(apex.home().resolve("docs/plugins.md"));

        assertThat(Stream.of(Settings.class, PluginContext.class, Backend.class, ConnectionInfo.class,
                ClientHello.class, ProxyHeader.class, Router.class, BackendPicker.class)
                .flatMap(type -> Stream.of(type.getDeclaredMethods())).map(Method::getName).distinct())
                .isNotEmpty().allSatisfy(method -> assertThat(page).contains("`" + method + "("));
    }

    /** Runs the documented build that needs only a JDK, in the distribution. */
    private void buildAsShown() {
        String commands = example.written("sh").stream().filter(block -> block.contains("javac"))
                .findFirst().orElseThrow();
        String jdk = System.getProperty("java.home") + File.separator + "bin" + File.pathSeparator;
        try (var shell = new ApexProcess.Builder(List.of("sh", "-ec", commands)).directory(apex.home())
                .environment(Map.of("PATH", jdk + System.getenv("PATH"))).start()) {
            assertThat(shell.exitStatus()).as("%s", shell).isZero();
        }
    }

    private static String at(int port, HttpBackend one, HttpBackend two, String toml) {
        Set.of("127.0.0.1:8081", "127.0.0.1:9000", "127.0.0.1:9001")
                .forEach(address -> assertThat(toml).contains('"' + address + '"'));
        return toml.replace("127.0.0.1:8081", "127.0.0.1:" + port)
                .replace("127.0.0.1:9000", one.address()).replace("127.0.0.1:9001", two.address());
    }

    private static List<String> answers(int port, int requests) {
        return Stream.generate(() -> Http.get(port).orElseThrow()).limit(requests).toList();
    }
}
