package io.apexproxy.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.apexproxy.dist.harness.Admin;
import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.Distribution;
import io.apexproxy.dist.harness.DistributionFixture;
import io.apexproxy.test.Programs;
import io.apexproxy.test.TestServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Compares the documented metrics, the dashboard and the alerts with the endpoint. Only Linux has all metrics. */
@EnabledOnOs(OS.LINUX)
class MetricsDocsIT extends DistributionFixture {

    private static final Path DOCS = Distribution.built().resolve("docs");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z_]+)` \\| (\\w+) \\| ([^|]*)\\|");
    private static final Pattern TYPE = Pattern.compile("(?m)^# TYPE (\\S+) (\\S+)$");
    /** The metrics of TLS and of backend sources, which the configuration of this test does not use. */
    private static final Map<String, String> NOT_USED = Map.of(
            "apex_source_backends", "gauge [pool]",
            "apex_source_missing_backends", "gauge [pool]",
            "apex_source_last_success_seconds", "gauge [pool]",
            "apex_source_stale", "gauge [pool]",
            "apex_source_failures_total", "counter [cause, pool]",
            "apex_tls_certificate_expiry_seconds", "gauge [certificate, listener, pool]",
            "apex_tls_reload_failed", "gauge [certificate, listener, pool]",
            "apex_pool_tls_unverified", "gauge [pool]",
            "apex_tls_handshakes_total", "counter [listener, result]",
            "apex_tls_handshake_seconds", "histogram [listener]");
    private static final Pattern METRIC = Pattern.compile("\\b(?:apex|process|jvm)_[a-z_]+\\b");
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"");

    private TestServer backend;
    private ApexProcess proxy;
    private Admin admin;

    @BeforeEach
    void start() {
        backend = TestServer.echo();
        proxy = apex.configure("""
                listen_addr = "127.0.0.1:0"
                backend_addrs = ["%s"]
                [admin]
                listen_addr = "127.0.0.1:0"
                """.formatted(backend.address())).start();
        proxy.port();
        admin = Admin.of(proxy);
    }

    @AfterEach
    void stop() {
        proxy.close();
        backend.close();
    }

    @Test
    void everyMetricIsDocumentedWithItsTypeAndLabels() throws IOException {
        String docs = Files.readString(DOCS.resolve("metrics.md"));
        Map<String, String> documented = matches(ROW, docs).collect(Collectors.toMap(row -> row.group(1),
                row -> row.group(2) + " " + new TreeSet<>(matches(Pattern.compile("`(\\w+)`"), row.group(3))
                        .map(label -> label.group(1)).toList())));
        Map<String, String> present = matches(TYPE, admin.get("/metrics").body()).collect(Collectors.toMap(
                type -> type.group(1), type -> type.group(2) + " " + labels(type.group(1))));
        present.putIfAbsent("jvm_memory_max_bytes", "gauge [area]"); // depends on options of the JVM
        NOT_USED.forEach(present::putIfAbsent);
        present.putIfAbsent("apex_removed_backend_connections_active", "gauge [backend, pool]"); // none was removed
        present.putIfAbsent("apex_route_connections_total", "counter [listener, route]"); // there are no routes

        assertThat(new TreeMap<>(documented)).isEqualTo(new TreeMap<>(present));
    }

    @Test
    void everyCauseInTheAlertsExists() throws IOException {
        String alerts = Files.readString(DOCS.resolve("monitoring/apex-alerts.yml"));
        List<String> causes = matches(Pattern.compile("cause=~\"([^\"]+)\""), alerts)
                .flatMap(match -> List.of(match.group(1).split("\\|")).stream()).toList();

        assertThat(causes).isNotEmpty()
                .allSatisfy(cause -> assertThat(admin.metrics())
                        .containsKey("apex_session_end_total{cause=\"" + cause + "\"}")
                        .containsKey("apex_connections_ended_total{cause=\"" + cause
                                + "\",listener=\"default\",pool=\"default\"}"));
    }

    @Test
    void dashboardIsJsonAndQueriesExistingMetrics() throws IOException {
        List<String> queries = new ArrayList<>();
        String dashboard = Files.readString(DOCS.resolve("monitoring/apex-dashboard.json"));
        try (JsonParser json = new JsonFactory().createParser(dashboard)) {
            for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                if (token == JsonToken.VALUE_STRING && "expr".equals(json.currentName())) {
                    queries.add(json.getText());
                }
            }
        }

        assertThat(queries).hasSizeGreaterThan(10).allSatisfy(this::assertQueriesExistingMetrics);
    }

    @Test
    void alertRulesAreYamlAndQueryExistingMetrics() throws IOException {
        Map<String, List<Map<String, Object>>> file = new Yaml(new SafeConstructor(new LoaderOptions()))
                .load(Files.readString(DOCS.resolve("monitoring/apex-alerts.yml")));
        List<Map<String, Object>> groups = file.get("groups");
        List<?> rules = groups.stream().flatMap(group -> ((List<?>) group.get("rules")).stream()).toList();

        assertThat(rules).isNotEmpty().allSatisfy(rule -> {
            assertThat(((Map<?, ?>) rule).keySet().stream().map(Object::toString))
                    .contains("alert", "expr", "labels", "annotations");
            String query = ((Map<?, ?>) rule).get("expr").toString();
            if (!query.startsWith("up{")) { // a metric of Prometheus
                assertQueriesExistingMetrics(query);
            }
        });
    }

    @Test
    void alertRulesPassTheirTests() throws IOException, InterruptedException {
        assumeThat(Programs.isInstalled("promtool"))
                .as("promtool is on the PATH (Debian: apt-get install prometheus)").isTrue();
        Process promtool = new ProcessBuilder("promtool", "test", "rules", "apex-alerts-test.yml")
                .directory(DOCS.resolve("monitoring").toFile()).redirectErrorStream(true).start();

        String output = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(promtool.waitFor()).as(output).isZero();
    }

    private void assertQueriesExistingMetrics(String query) {
        Set<String> present = admin.metrics().keySet().stream().map(sample -> sample.replaceFirst("\\{.*", ""))
                .collect(Collectors.toSet());
        present.addAll(NOT_USED.keySet());

        assertThat(matches(METRIC, query).map(MatchResult::group)).as(query).isNotEmpty().isSubsetOf(present);
    }

    /** Returns the labels of the samples of a metric. */
    private Set<String> labels(String metric) {
        Set<String> labels = new TreeSet<>();
        admin.metrics().keySet().stream()
                .filter(sample -> sample.matches(metric + "(_bucket|_count|_sum)?(\\{.*)?"))
                .forEach(sample -> matches(LABEL, sample).forEach(label -> labels.add(label.group(1))));
        labels.remove("le"); // every histogram has it
        return labels;
    }

    private static Stream<MatchResult> matches(Pattern pattern, String text) {
        return pattern.matcher(text).results();
    }
}
