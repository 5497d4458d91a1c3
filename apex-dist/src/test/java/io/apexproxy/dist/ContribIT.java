package io.apexproxy.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.CodeBlocks;
import io.apexproxy.dist.harness.Distribution;
import io.apexproxy.dist.harness.Http;
import io.apexproxy.dist.harness.HttpBackend;
import io.apexproxy.test.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests of the contrib plugins for pools and listeners: copied and configured according to their descriptions while
 * Apex runs.
 */
@DisabledOnOs(OS.WINDOWS)
class ContribIT {

    private static final Pattern COPY = Pattern.compile("`(cp [^`]+ plugins/)`");

    @TempDir
    Path directory;

    @Test
    void everyPluginServesAfterTheStepsOfItsDescription() throws IOException {
        Distribution apex = Distribution.copiedTo(directory);
        Map<String, Integer> ports = new LinkedHashMap<>();
        try (var good = HttpBackend.started(); var bad = HttpBackend.started();
                var proxy = apex.configure(listener("before", FreePorts.next()) + "[pools.before]\n"
                        + backends(good, bad)).start()) {
            proxy.port();
            bad.health("out of order");

            var config = new StringBuilder();
            for (Path description : descriptions(apex)) {
                String name = description.getFileName().toString().replace(".md", "");
                activate(apex, Files.readString(description));
                ports.put(name, FreePorts.next());
                config.append(configuration(name, ports.get(name), description, good, bad));
            }
            apex.configure(config.toString());

            assertThat(ports).hasSize(7).allSatisfy((name, port) -> {
                proxy.awaitLine("Proxy listening on 127.0.0.1:" + port);
                assertThat(Stream.generate(() -> Http.get(port).orElseThrow()).limit(4))
                        .isSubsetOf(name.contains("health") ? List.of(good.address())
                                : List.of(good.address(), bad.address()));
            });
            assertThat(proxy.output()).noneMatch(line -> line.contains("WARN") && line.contains("plugin"));
        }
    }

    private static List<Path> descriptions(Distribution apex) throws IOException {
        try (Stream<Path> files = Files.list(apex.home().resolve("contrib"))) {
            return files.filter(file -> file.toString().endsWith(".md"))
                    .filter(file -> !file.endsWith("README.md"))
                    .filter(file -> !file.getFileName().toString().startsWith("apex-config-")) // tested by EtcdIT
                    .filter(file -> !file.endsWith("apex-health-database.md")) // tested by DatabaseDocsIT
                    .filter(file -> !file.endsWith("apex-health-jdbc.md")) // needs a driver; tested by JdbcIT
                    .filter(file -> !file.getFileName().toString().startsWith("apex-source-")) // in package source
                    .sorted().toList();
        }
    }

    private static void activate(Distribution apex, String description) {
        Matcher copy = COPY.matcher(description);
        assertThat(copy.find()).as("the command that activates it, in: %s", description).isTrue();
        try (var shell = new ApexProcess.Builder(List.of("sh", "-c", copy.group(1))).directory(apex.home()).start()) {
            assertThat(shell.exitStatus()).as(copy.group(1)).isZero();
        }
    }

    /** Returns the configuration of the description for a listener and a pool of another name, and what it lacks. */
    private static String configuration(String name, int port, Path description, HttpBackend one, HttpBackend two) {
        String example = CodeBlocks.in(description).written("toml").get(0);
        return (example.contains("[listeners.") ? "" : listener(name, port))
                .concat(example.contains("backends") ? "" : "[pools." + name + "]\n" + backends(one, two))
                .concat(example.replace("127.0.0.1:8081", "127.0.0.1:" + port)
                        .replace("127.0.0.1:9000", one.address()).replace("127.0.0.1:9001", two.address())
                        .replaceAll("\\bweb\\b", name));
    }

    private static String listener(String name, int port) {
        return """
                [listeners.%s]
                listen_addr = "127.0.0.1:%d"
                pool = "%1$s"
                """.formatted(name, port);
    }

    private static String backends(HttpBackend one, HttpBackend two) {
        return "backends = [\"%s\", \"%s\"]%n".formatted(one.address(), two.address());
    }
}
