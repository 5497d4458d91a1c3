package io.apexproxy.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.Distribution;
import io.apexproxy.dist.harness.Http;
import io.apexproxy.dist.harness.HttpBackend;
import io.apexproxy.test.PluginJar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Tests of plugins that are added and replaced while Apex runs. */
@DisabledOnOs(OS.WINDOWS)
class PluginReloadIT {

    @TempDir
    Path directory;

    @Test
    void addedPluginIsLoadedAtRunTimeAndAReplacedOneAfterARestart() throws IOException {
        Distribution apex = Distribution.copiedTo(directory);
        Path plugins = apex.home().resolve("plugins");
        Files.delete(plugins.resolve("README.md"));
        Files.delete(plugins);
        try (var one = HttpBackend.started(); var two = HttpBackend.started()) {
            try (var proxy = apex.configure(config("round-robin", one, two)).start()) {
                int port = proxy.port();
                Http.awaitAnswers(port, one.address(), two.address());

                // the plugin is added, and the configuration selects it
                PluginJar.balancer("com.example.mine", "mine", "healthy.get(0)").writeTo(plugins.resolve("mine.jar"));
                apex.configure(config("mine", one, two));
                proxy.awaitLine("INFO  apex.plugin: Loaded load balancer 'mine' (plugins/mine.jar)");
                await().atMost(ApexProcess.PATIENCE).until(() -> !answers(port).contains(two.address()));

                // the plugin is replaced, and an invalid plugin is added
                Path next = PluginJar.balancer("com.example.mine", "mine", "healthy.get(1)")
                        .source("Another", "interface Another { }")
                        .writeTo(directory.resolve("next.jar"));
                Files.move(next, plugins.resolve("mine.jar"), StandardCopyOption.REPLACE_EXISTING);
                Files.writeString(plugins.resolve("text.jar"), "this is no jar");
                proxy.signal("HUP");

                assertThat(proxy.awaitLine("plugins/mine.jar: was replaced while in use"))
                        .contains("WARN").endsWith("is kept until it is unused or Apex restarts");
                proxy.awaitLine("plugins/text.jar: not a complete jar");
                assertThat(answers(port)).containsOnly(one.address());
            }
            try (var restarted = apex.start()) {
                int port = restarted.port();
                // healthy.get(1) requires both; before that, backends are picked round-robin
                restarted.awaitLine("Health check " + one.address() + " => alive: true");
                restarted.awaitLine("Health check " + two.address() + " => alive: true");
                await().atMost(ApexProcess.PATIENCE)
                        .untilAsserted(() -> assertThat(answers(port)).containsOnly(two.address()));
            }
        }
    }

    private static String config(String balancer, HttpBackend one, HttpBackend two) {
        return """
                listen_addr = "127.0.0.1:0"
                backend_addrs = ["%s", "%s"]
                load_balancer = "%s"
                """.formatted(one.address(), two.address(), balancer);
    }

    private static List<String> answers(int port) {
        return Stream.generate(() -> Http.get(port).orElseThrow()).limit(4).toList();
    }
}
