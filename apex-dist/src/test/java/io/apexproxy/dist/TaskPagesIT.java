package io.apexproxy.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.apexproxy.dist.harness.Admin;
import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.BashSession;
import io.apexproxy.dist.harness.CodeBlocks;
import io.apexproxy.dist.harness.DistributionFixture;
import io.apexproxy.dist.harness.DocumentedPorts;
import io.apexproxy.dist.harness.Http;
import io.apexproxy.dist.harness.HttpBackend;
import io.apexproxy.dist.harness.ShownCommands;
import io.apexproxy.test.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Runs the examples of the pages in {@code docs/tasks}, with free ports. */
@DisabledOnOs(OS.WINDOWS)
class TaskPagesIT extends DistributionFixture {

    private static final String MOVE = "move-from-haproxy-or-nginx.md";
    /** Debian loads the stream module of nginx only on request. */
    private static final Path STREAM_MODULE = Path.of("/usr/lib/nginx/modules/ngx_stream_module.so");

    @AutoClose
    private final HttpBackend one = HttpBackend.started();
    @AutoClose
    private final HttpBackend two = HttpBackend.started();
    private final DocumentedPorts ports = new DocumentedPorts(Pattern.compile("(?<=:)(?:8081|9901)\\b"));

    private Path home;

    @BeforeEach
    void findHome() {
        home = apex.home();
    }

    @Test
    void documentedDrainLeavesABackendWithoutConnections() throws IOException {
        CodeBlocks page = page("drain-a-backend.md");
        try (var bash = started(page.file("config.toml"))) {
            ShownCommands.in(page).runIn(bash, this::adapted);
        }
    }

    @Test
    void documentedSettingsOfLongConnectionsHaveTheirCauses() throws IOException {
        CodeBlocks page = page("long-connections.md");
        try (var bash = started(page.file("config.toml"))) {
            ShownCommands.in(page).runIn(bash, this::adapted);
        }
    }

    /** The commands activate the plugin and start Apex. */
    @Test
    void documentedFilesAreBackends() throws IOException {
        assumeTrue(Programs.areInstalled("bash", "curl"), "bash or curl is not installed");
        CodeBlocks page = page("find-backends.md");
        write("config.toml", page.file("config.toml"));
        try (var bash = BashSession.start(List.of(), home, directory)) {
            ShownCommands.in(page).runIn(bash, this::adapted);
        }
    }

    @Test
    void documentedQueueIsShownAndServedAfterAChange() throws IOException {
        CodeBlocks page = page("full-pool.md");
        try (var bash = started(page.file("config.toml"))) {
            ShownCommands.in(page).runIn(bash, this::adapted);
        }
    }

    @Test
    void documentedCommandsShowTheCauseOfAConnection() throws IOException {
        try (var bash = started("""
                [admin]
                listen_addr = "127.0.0.1:9901"
                [listeners.web]
                listen_addr = "127.0.0.1:8081"
                pool = "web"
                [pools.web]
                backends = [{ address = "127.0.0.1:9000", name = "app1" }]
                """)) {
            assertThat(Http.get(ports.of("8081"))).hasValue(one.address());

            ShownCommands.in(page("find-the-cause.md")).runIn(bash, this::adapted);
        }
    }

    @Test
    void apexAcceptsTheConfigurationForMovers() throws IOException {
        write("config.toml", page(MOVE).file("config.toml"));

        assertSucceeds("bin/apex", "check", "--config", "config.toml");
    }

    @Test
    void haproxyAcceptsItsDocumentedConfiguration() throws IOException {
        assumeThat(Programs.isInstalled("haproxy")).as("haproxy is installed").isTrue();
        write("haproxy.cfg", page(MOVE).file("haproxy.cfg"));

        assertSucceeds("haproxy", "-c", "-f", "haproxy.cfg");
    }

    @Test
    void nginxAcceptsItsDocumentedConfiguration() throws IOException {
        assumeThat(Programs.isInstalled("nginx")).as("nginx is installed").isTrue();
        assumeThat(STREAM_MODULE).as("the stream module is installed (Debian: libnginx-mod-stream)").exists();
        write("nginx.conf", "load_module " + STREAM_MODULE + ";\npid nginx.pid;\n" + page(MOVE).file("nginx.conf"));

        assertSucceeds("nginx", "-t", "-e", "stderr", "-p", home.toString(), "-c",
                home.resolve("nginx.conf").toString());
    }

    /** The commands make the files of the configuration, and read it. */
    @Test
    void documentedCommandsMakeValidCertificates() throws IOException {
        assumeTrue(Programs.areInstalled("bash", "openssl"), "bash or openssl is not installed");
        CodeBlocks page = page("tls.md");
        write("config.toml", page.file("config.toml"));

        try (var bash = BashSession.start(List.of(), home, directory)) {
            ShownCommands.in(page).runIn(bash, this::adapted);
        }
    }

    @Test
    void documentedContainerConfigurationIsValid() throws IOException {
        write("config.toml", page("run-as-a-service.md").file("apex/config.toml"));

        assertSucceeds("bin/apex", "check", "--config", "config.toml");
    }

    /** Starts Apex with the ConfigMap and the arguments of the manifest, and sends the requests of its probes. */
    @Test
    @SuppressWarnings("unchecked") // YAML has no type for the members
    void documentedManifestStartsAnInstanceThatAnswersItsProbes() throws IOException {
        String manifest = page("run-as-a-service.md").file("apex.yaml");
        List<Map<String, Object>> objects = StreamSupport.stream(new Yaml(new SafeConstructor(new LoaderOptions()))
                .loadAll(manifest).spliterator(), false).map(object -> (Map<String, Object>) object).toList();
        String config = (String) at(objects.get(0), "data", "config.toml");
        Object container = at(objects.get(1), "spec", "template", "spec", "containers", 0);
        Path mounted = Files.createDirectory(directory.resolve("mounted"));
        Files.writeString(mounted.resolve("config.toml"), adapted(config)
                .replace("app.default.svc.cluster.local:9000", one.address()));
        String[] arguments = ((List<String>) at(container, "args")).stream()
                .map(argument -> argument.replace((String) at(container, "volumeMounts", 0, "mountPath"),
                        mounted.toString()))
                .toArray(String[]::new);

        try (var proxy = apex.start(arguments)) {
            Admin admin = Admin.on(ports.of("9901"));
            await().atMost(ApexProcess.PATIENCE).until(admin::answers);
            for (String probe : List.of("livenessProbe", "readinessProbe")) {
                String path = (String) at(container, probe, "httpGet", "path");
                await().atMost(ApexProcess.PATIENCE).until(() -> admin.get(path).statusCode() == 200);
            }
            assertThat(proxy.isAlive()).isTrue();
        }
        assertThat((Integer) at(objects.get(1), "spec", "template", "spec", "terminationGracePeriodSeconds"))
                .isGreaterThan(seconds(config, "drain_delay") + seconds(config, "drain_timeout"));
    }

    private static int seconds(String config, String key) {
        return Integer.parseInt(config.replaceFirst("(?s).*" + key + " = \"(\\d+)s\".*", "$1"));
    }

    /** Starts Apex with a configuration, as the pages do. */
    private BashSession started(String config) throws IOException {
        assumeTrue(Programs.areInstalled("bash", "curl"), "bash or curl is not installed");
        write("config.toml", config);
        BashSession bash = BashSession.start(List.of(), home, directory);
        bash.run("bin/apex --config config.toml > apex.log &");
        await().atMost(ApexProcess.PATIENCE).until(() -> bash.run("grep 'Proxy listening' apex.log").contains(":"));
        return bash;
    }

    private void write(String file, String text) throws IOException {
        Files.writeString(home.resolve(file), adapted(text));
    }

    private void assertSucceeds(String... command) {
        try (var process = new ApexProcess.Builder(List.of(command)).directory(home).start()) {
            assertThat(process.exitStatus()).as("%s", process).isZero();
        }
    }

    private CodeBlocks page(String name) {
        return CodeBlocks.in(home.resolve("docs/tasks").resolve(name));
    }

    /** Replaces listeners by free ports, and the backends by servers that run. */
    private String adapted(String text) {
        return ports.replaceIn(text).replace("127.0.0.1:9000", one.address())
                .replace("127.0.0.1:9001", two.address());
    }

    /** Returns a value inside of maps and lists. */
    private static Object at(Object root, Object... path) {
        Object value = root;
        for (Object step : path) {
            value = value instanceof List<?> list ? list.get((Integer) step) : ((Map<?, ?>) value).get(step);
        }
        return value;
    }
}
