package io.apexproxy.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.dist.client.Program;
import io.apexproxy.dist.harness.Distribution;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

/** Compares README.md with the distribution, the results of the comparison, and the tests. */
class ReadmeIT {

    private static final Path BUILT = Distribution.built();
    private static final String DIST = "apex-dist/src/main/";
    private static final int LARGEST_DIAGRAM = 8_000; // bytes
    private static final int LARGEST_SCREENSHOT = 150_000;
    private static final String FIRST_ROW = "PROXY protocol";
    private static final String LAST_ROW = "half-close passed on by default";
    /** The test of what each row of the comparison says about Apex. The rows before the first one are measured. */
    private static final Map<String, String> TESTS = Map.ofEntries(
            Map.entry(FIRST_ROW, "ProxyProtocolIT"),
            Map.entry("TLS termination", "TlsTerminationIT"),
            Map.entry("routing by SNI and ALPN", "ServerNameRoutesIT"),
            Map.entry("a ClientHello in several TLS records", "ServerNameRoutesIT"),
            Map.entry("your own routing", "PluginDocsIT"),
            Map.entry("limits per client address", "AccessTest"),
            Map.entry("active checks of TCP backends", "HealthIT"),
            Map.entry("backup backends", "BackupIT"),
            Map.entry("slow start", "SlowStartIT"),
            Map.entry("a queue for full backends", "QueueIT"),
            Map.entry("maintenance that survives a restart", "MaintenanceIT"),
            Map.entry("a change without a signal", "ReloadIT"),
            Map.entry("a new version without a refused connection", "TakeoverIT"),
            Map.entry("ports that open and close at a reload", "ReloadIT"),
            Map.entry("live connections at a reload", "ReloadIT"),
            Map.entry("health and counters at a reload", "ReloadIT"),
            Map.entry("connections to a backend limited to 2, after five reloads", "ReloadClaimsIT"),
            Map.entry("your own load balancing", "PluginReloadIT"),
            Map.entry("your own health check", "PluginDocsIT"),
            Map.entry("backends from SRV records", "DnsSourceIT"),
            Map.entry("your own source of configuration", "PluginDocsIT"),
            Map.entry("your own source of backends", "PluginDocsIT"),
            Map.entry("metrics for Prometheus", "MetricsDocsIT"),
            Map.entry("status page", "StatusPageIT"),
            Map.entry("Unix-domain sockets", "UnixSocketTest"),
            Map.entry(LAST_ROW, "HalfCloseIT"));

    @Test
    void everyRowOfTheComparisonHasATest() throws IOException {
        List<String> rows =
                Files.readAllLines(Documents.README).stream().map(line -> Documents.cells(line).get(0)).toList();
        List<String> tests = Documents.files(Documents.SOURCES, ".java")
                .map(file -> file.getFileName().toString().replace(".java", "")).toList();

        assertThat(rows.subList(rows.indexOf(FIRST_ROW), rows.indexOf(LAST_ROW) + 1)).hasSameElementsAs(TESTS.keySet());
        assertThat(tests).containsAll(TESTS.values());
    }

    /** Pages for contributors can be linked from other pages instead. */
    @Test
    void readmeLinksToEveryPageForUsers() throws IOException {
        String readme = Files.readString(Documents.README);
        List<Path> folders =
                Stream.of("docs", "docs/tasks").map(folder -> Documents.SOURCES.resolve(DIST + folder)).toList();

        assertThat(Documents.files(folders.get(0), ".md").filter(page -> folders.contains(page.getParent())))
                .hasSizeGreaterThan(15)
                .allSatisfy(page -> assertThat(readme).contains("](" + Documents.SOURCES.relativize(page) + ")"));
    }

    /** The links of the README lead to the sources; their text is the path in the distribution. */
    @Test
    void readmeHasThePathsOfTheDistribution() throws IOException {
        Map<String, String> targets = Documents.LINK.matcher(Files.readString(BUILT.resolve("README.md"))).results()
                .filter(link -> link.group(1).startsWith("`"))
                .collect(Collectors.toMap(link -> link.group(1), link -> link.group(2), (one, same) -> one));

        assertThat(targets).hasSizeGreaterThan(5).allSatisfy((text, target) -> {
            assertThat(text).isEqualTo("`" + target.replace(DIST, "") + "`");
            assertThat(BUILT.resolve(target.replace(DIST, ""))).exists();
        });
    }

    @Test
    void measuredRowsOfTheReadmeAreThoseOfTheResults() {
        Program.named("python3", "python3").run(Documents.SOURCES, "-B", "apex-dist/src/bench/readme", "--check");
    }

    @Test
    void screenshotsOfTheReadmeAreSmall() {
        assertThat(Stream.of("light", "dark").map(theme -> BUILT.resolve("docs/status-page-" + theme + ".png")))
                .allSatisfy(picture -> assertThat(Files.size(picture)).isBetween(1L, (long) LARGEST_SCREENSHOT));
    }

    @Test
    void diagramIsSmallAndHasATextAlternative() throws Exception {
        Path picture = BUILT.resolve("docs/connection.svg");

        Element svg = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(picture.toFile())
                .getDocumentElement();

        assertThat(svg.getTagName()).isEqualTo("svg");
        assertThat(Files.size(picture)).isLessThan(LARGEST_DIAGRAM);
        assertThat(Stream.of("title", "desc").map(name -> svg.getElementsByTagName(name).item(0).getTextContent()))
                .doesNotContain("");
        assertThat(IntStream.range(0, svg.getElementsByTagName("text").getLength())
                .mapToObj(i -> svg.getElementsByTagName("text").item(i).getTextContent()))
                .contains("listener", "connection", "pool", "access log", "health check");
    }
}
