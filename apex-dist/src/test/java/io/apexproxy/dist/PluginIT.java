package io.apexproxy.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.dist.harness.ApexProcess;
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
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Tests of a directory with valid and invalid plugins. Valid plugins serve, and each invalid plugin causes a line with
 * advice. All tests share a few processes, which were started through a symbolic link.
 */
@DisabledOnOs(OS.WINDOWS)
class PluginIT {

    private static final List<String> GOOD =
            List.of("first", "library-one", "library-two", "http-client", "twin-a", "twin-b", "random");

    @TempDir
    static Path directory;

    private static final Map<String, Integer> PORTS = new LinkedHashMap<>();
    private static Distribution apex;
    private static Path link;
    private static HttpBackend one;
    private static HttpBackend two;
    private static ApexProcess proxy;
    private static List<String> listing;

    @BeforeAll
    static void startThroughLink() throws IOException {
        apex = Distribution.copiedTo(directory);
        AssortedPlugins.writeTo(apex.home().resolve("plugins"));
        link = Files.createSymbolicLink(directory.resolve("link to apex"), apex.script());
        one = HttpBackend.started();
        two = HttpBackend.started();
        GOOD.forEach(name -> PORTS.put(name, FreePorts.next()));
        apex.configure(GOOD.stream().map(PluginIT::pool).collect(Collectors.joining()));
        proxy = run();
        awaitVerdicts();
        try (var plugins = run("plugins")) {
            listing = plugins.completeOutput().lines().toList();
            assertThat(plugins.errors()).isEmpty();
            assertThat(plugins.exitStatus()).isZero();
        }
    }

    @AfterAll
    static void stop() {
        proxy.close();
        one.close();
        two.close();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            first       | com.example.first  | 0.2.0-SNAPSHOT | plugins/first.jar          | 1
            library-one | com.example.user   | 0.2.0-SNAPSHOT | plugins/library-one        | 1
            library-two | com.example.user   | 0.2.0-SNAPSHOT | plugins/library-two        | 2
            http-client | com.example.client | 0.2.0-SNAPSHOT | plugins/http-client.jar    | 2
            twin-a      | com.example.twin   | 0.2.0-SNAPSHOT | plugins/twin-a.jar         | 1
            twin-b      | com.example.twin   | 0.2.0-SNAPSHOT | plugins/twin-b.jar         | 2
            random      | class path         | -              | plugins/apex-lb-random.jar | 0
            """)
    void validPluginIsListedAndLoggedAndServes(String name, String module, String api, String origin, int backend) {
        assertThat(listing).anyMatch(line -> columns(line)
                .startsWith("load balancer|" + name + "|" + module + "|" + api + "|" + origin + "|loaded"));

        proxy.awaitLine("INFO  apex.plugin: Loaded load balancer '" + name + "' (" + origin + ")");
        proxy.awaitLine("Proxy listening on 127.0.0.1:" + PORTS.get(name));
        List<String> expected = switch (backend) {
            case 1 -> List.of(one.address());
            case 2 -> List.of(two.address());
            default -> List.of(one.address(), two.address());
        };
        // the picker is created after the verdicts; before that, backends are picked round-robin
        await().atMost(ApexProcess.PATIENCE)
                .untilAsserted(() -> assertThat(Stream.generate(() -> Http.get(PORTS.get(name)).orElseThrow()).limit(4))
                        .isSubsetOf(expected));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            text.jar          | not a complete jar (zip END header not found); copy it again
            truncated.jar     | not a complete jar (zip END header not found); copy it again
            newer-java.jar    | has been compiled by a more recent version of the Java Runtime
            class-missing.jar | Provider com.example.classmissing.Plugin not found
            copy-of-api.jar   | build the jar without it (in Maven: scope 'provided')
            major.jar         | built for apex-api 9.0, this is 0.2
            minor.jar         | built for apex-api 0.3, this is 0.2
            needy.jar         | requires com.example.absent, which is missing: put its jar and the jar of the plugin
            thrower.jar       | java.lang.IllegalStateException: no licence found
            same-module       | two jars contain module com.example.same: plugins/same-module/a.jar and
            same-name-a.jar   | is also in plugins/same-name-b.jar (com.example.there.Plugin); remove one of them
            same-name-b.jar   | is also in plugins/same-name-a.jar (com.example.here.Plugin); remove one of them
            round-robin.jar   | load balancer 'round-robin' is built in; remove this one or rename its provider
            """)
    void invalidPluginIsListedAndLoggedWithItsCause(String file, String cause) {
        assertThat(listing).filteredOn(line -> columns(line).contains("|plugins/" + file + "|")).singleElement()
                .satisfies(line -> assertThat(columns(line)).contains("|not loaded|").contains(cause));

        assertThat(proxy.awaitLine(" plugins/" + file + ": "))
                .contains("WARN  apex.plugin: ").contains(cause).endsWith(": not loaded");
    }

    @Test
    void everyPluginIsListedOnceAndNoExceptionIsPrinted() {
        assertThat(listing.get(0)).startsWith("KIND ");
        assertThat(listing.subList(1, listing.size())).doesNotHaveDuplicates()
                .hasSize(4 + GOOD.size() + 13) // built-in, valid, invalid
                .noneMatch(line -> line.startsWith("\tat "));
        assertThat(proxy.output()).noneMatch(line -> line.startsWith("\tat "));
    }

    @Test
    void verboseShowsTheStackTraceOfAnInvalidPlugin() {
        try (var plugins = run("plugins", "--verbose")) {
            assertThat(plugins.completeOutput()).contains("DEBUG apex.plugin: plugins/thrower.jar: a provider failed")
                    .contains("at com.example.thrower");
        }
    }

    @Test
    void checkIgnoresAnUnselectedInvalidPlugin() {
        try (var check = run("check")) {
            assertThat(check.errors()).isEmpty();
            assertThat(check.completeOutput()).endsWith("config.toml: no mistakes found");
            assertThat(check.exitStatus()).isZero();
        }
    }

    /** Waits until both backends of each pool are healthy: the plugins pick by index 0 and 1. */
    private static void awaitVerdicts() {
        await().atMost(ApexProcess.PATIENCE).until(() -> proxy.output().stream()
                .filter(line -> line.contains(" => alive: true")).count() == 2L * GOOD.size());
    }

    private static ApexProcess run(String... arguments) {
        return new ApexProcess.Builder(Stream.concat(Stream.of(link.toString()), Stream.of(arguments)).toList())
                .directory(apex.workingDirectory()).start();
    }

    /** Returns a listener and a pool with the load balancer of this name. */
    private static String pool(String name) {
        return """
                [listeners.%1$s]
                listen_addr = "127.0.0.1:%2$d"
                pool = "%1$s"
                [pools.%1$s]
                backends = ["%3$s", "%4$s"]
                load_balancer = "%1$s"
                """.formatted(name, PORTS.get(name), one.address(), two.address());
    }

    /** Returns the cells of a table row, separated by one character. */
    private static String columns(String line) {
        return line.replaceAll(" {2,}", "|");
    }
}
