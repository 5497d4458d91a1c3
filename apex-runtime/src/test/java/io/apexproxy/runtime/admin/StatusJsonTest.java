package io.apexproxy.runtime.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.apexproxy.runtime.snapshot.Snapshot;
import io.apexproxy.runtime.snapshot.Snapshot.BackendView;
import io.apexproxy.runtime.snapshot.Snapshot.Phase;
import io.apexproxy.runtime.snapshot.Snapshot.Readiness;
import io.apexproxy.runtime.snapshot.Snapshot.ReloadView;
import io.apexproxy.runtime.snapshot.TlsView;
import io.apexproxy.runtime.snapshot.TlsView.CertificateView;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StatusJsonTest {

    @Test
    void statusContainsAllValuesOfTheSnapshot() throws IOException {
        assertThat(values(Snapshots.with(Snapshots.up("one")))).contains(
                entry("/version", "0.1.0"), entry("/phase", "serving"), entry("/reason", ""),
                entry("/time", "2026-03-01T10:01:30Z"), entry("/started", "2026-03-01T10:00:00Z"),
                entry("/uptime_seconds", "91"), entry("/connections", "2"), entry("/buffer_bytes", "4096"),
                entry("/buffer_limit_bytes", "1048576"), entry("/connections_waiting", "56"),
                entry("/loops/0/index", "0"), entry("/loops/0/sessions", "10"),
                entry("/loops/1/blocked_sinks", "21"), entry("/loops/1/memory_waits", "31"),
                entry("/loops/1/pipes", "61"),
                entry("/reload/succeeded", "3"), entry("/reload/failed", "0"), entry("/reload/last_successful", "true"),
                entry("/reload/last", "2026-03-01T10:00:00Z"), entry("/reload/error", ""),
                entry("/listeners/0/name", "web"), entry("/listeners/0/addresses/0", "127.0.0.1:8081"),
                entry("/listeners/0/pool", "app"), entry("/listeners/0/connections", "2"),
                entry("/listeners/0/accepted", "7"), entry("/listeners/0/accept_errors", "1"),
                entry("/pools/0/name", "app"), entry("/pools/0/backends/0/name", "one"),
                entry("/pools/0/backends/0/address", "10.0.0.1:9000"), entry("/pools/0/backends/0/weight", "3"),
                entry("/pools/0/backends/0/state", "up"), entry("/pools/0/backends/0/reason", ""),
                entry("/pools/0/backends/0/since", "2026-03-01T10:00:00Z"),
                entry("/pools/0/backends/0/connections", "5"),
                entry("/pools/0/backends/0/connected", "6"), entry("/pools/0/backends/0/connect_errors", "8"),
                entry("/pools/0/backends/0/bytes_to_backend", "100"),
                entry("/pools/0/backends/0/bytes_to_client", "2000"),
                entry("/health", "degraded"), entry("/problem_count", "1"),
                entry("/problems/0/kind", "limit-reached"), entry("/problems/0/subject", "listener web"),
                entry("/problems/0/text", "9 of 9, 3 waiting"),
                entry("/listeners/0/max_connections", "9"), entry("/listeners/0/waiting", "3"),
                entry("/pools/0/backends_up", "1"), entry("/pools/0/down", "false"),
                entry("/pools/0/queue", "3"),
                entry("/pools/0/backends/0/max_connections", "50"),
                entry("/removed_backends/0/pool", "app"), entry("/removed_backends/0/name", "old"),
                entry("/removed_backends/0/address", "10.0.0.9:9000"),
                entry("/removed_backends/0/connections", "13"),
                entry("/limits/1/kind", "listener"), entry("/limits/1/name", "web"),
                entry("/limits/1/current", "9"), entry("/limits/1/max", "9"), entry("/limits/1/waiting", "3"),
                entry("/limits/1/reached", "true"),
                entry("/listeners/0/certificates/0/certificate", "a.example"),
                entry("/listeners/0/certificates/0/names/1", "*.b.example"),
                entry("/listeners/0/certificates/0/expiry", "2026-03-01T10:16:40Z"),
                entry("/listeners/0/certificates/0/problem", ""),
                entry("/pools/0/certificates/0/certificate", "ca.pem"),
                entry("/pools/0/certificates/0/expiry", ""), entry("/pools/0/tls_unverified", "true"),
                entry("/session_endings/client-closed", "4"),
                entry("/plugins/0/kind", "load balancer"), entry("/plugins/0/name", "round-robin"),
                entry("/plugins/0/module", "io.apexproxy.lb.roundrobin@0.1.0"), entry("/plugins/0/origin", "built-in"),
                entry("/plugins/0/loaded", "true"), entry("/plugins/0/note", "in turn"));
    }

    @Test
    void statusContainsRatesAndTheirHistory() throws IOException {
        assertThat(values(Snapshots.with(Snapshots.up("one"), Snapshots.down("two", "refused")))).contains(
                entry("/history_interval_seconds", "10"),
                entry("/rates/connections", "9"), entry("/rates/received", "10"), entry("/rates/sent", "11"),
                entry("/rates/failed", "12"),
                entry("/history/connections/0", "1"), entry("/history/connections/1", "5"),
                entry("/history/received/1", "1000000.3"), entry("/history/sent/1", "7"),
                entry("/history/failed/1", "8"),
                entry("/listeners/0/rates/connections", "13.3"), entry("/listeners/0/rates/failed", "14"),
                entry("/listeners/0/history/failed/0", "4"),
                entry("/pools/0/rates/connections", "15"), entry("/pools/0/rates/received", "16"),
                entry("/pools/0/rates/sent", "17"), entry("/pools/0/rates/failed", "18"),
                entry("/pools/0/backends/0/rates/connections", "19"),
                entry("/pools/0/backends/0/rates/sent", "21"), entry("/pools/0/backends/0/rates/failed", "0"),
                entry("/pools/0/backends/1/rates/connections", "0"))
                .doesNotContainKeys("/listeners/0/rates/received", "/listeners/0/history/sent/0",
                        "/pools/0/history/connections/0");
    }

    @Test
    void causesOfListenersAndPoolsAreCountedOnce() throws IOException {
        assertThat(values(Snapshots.with(Snapshots.up("one")))).contains(
                entry("/listeners/0/causes/client-closed", "4"), entry("/listeners/0/causes/denied", "5"),
                entry("/pools/0/causes/client-closed", "4")).doesNotContainKey("/pools/0/causes/denied");
    }

    @Test
    void timesAreGivenAsPercentiles() throws IOException {
        assertThat(values(Snapshots.with(Snapshots.up("one"), Snapshots.down("two", "refused")))).contains(
                entry("/loops/0/turn_ms/p50", "0.02"), entry("/loops/0/turn_ms/p99", "0.04"),
                entry("/pools/0/backends/0/connect_ms/p50", "1.0"),
                entry("/pools/0/backends/0/connect_ms/p99", "1000.0"))
                .doesNotContainKey("/pools/0/backends/1/connect_ms/p50");
    }

    @Test
    void foreignTextsAreEscaped() throws IOException {
        String reason = "said \"no\"\n\\ <script>alert(1)</script> \u0001 \u00e9";
        assertThat(values(Snapshots.with(Snapshots.down("one", reason)))).contains(
                entry("/pools/0/backends/0/state", "down"), entry("/pools/0/backends/0/reason", reason));
    }

    @Test
    void poolWithoutHealthyBackendIsTheFirstProblem() throws IOException {
        Map<String, String> values = values(Snapshots.with(Snapshots.drain("one"), Snapshots.down("two", "refused")));

        assertThat(values).contains(entry("/health", "down"), entry("/pools/0/down", "true"),
                entry("/pools/0/backends_up", "0"), entry("/pools/0/backends/0/state", "drain"),
                entry("/problems/0/kind", "pool-down"), entry("/problems/0/subject", "pool app"),
                entry("/problems/0/text", "no backend takes connections: one (weight 0), two (refused)"),
                entry("/problems/1/kind", "limit-reached"), entry("/problem_count", "2"));
    }

    @Test
    void downBackendsPrecedeDrainedOnes() throws IOException {
        Map<String, String> values = values(Snapshots.with(Snapshots.drain("one"), Snapshots.down("two", "refused"),
                Snapshots.up("three")));

        assertThat(values).contains(entry("/health", "degraded"),
                entry("/problems/0/kind", "limit-reached"),
                entry("/problems/1/kind", "backend-down"), entry("/problems/1/subject", "backend two of pool app"),
                entry("/problems/1/text", "refused"),
                entry("/problems/2/kind", "backend-drain"), entry("/problems/2/subject", "backend one of pool app"),
                entry("/problems/2/text", "weight 0, 7 connections left"));
    }

    @Test
    void certificateWithAProblemIsAProblem() throws IOException {
        CertificateView expired = new CertificateView("web", "", "a.example", List.of(),
                Optional.of(Snapshots.STARTED), "");
        CertificateView broken = new CertificateView("", "app", "ca.pem", List.of(), Optional.empty(), "no such file");

        assertThat(values(Snapshots.with(new TlsView(List.of(expired, broken), List.of(), List.of())))).contains(
                entry("/health", "degraded"), entry("/problems/1/kind", "certificate"),
                entry("/problems/1/subject", "certificate a.example of listener web"),
                entry("/problems/1/text", "expired at 2026-03-01T10:00:00Z"),
                entry("/problems/2/subject", "certificate ca.pem of pool app"),
                entry("/problems/2/text", "in use; its changed files cannot be used: no such file"));
    }

    @Test
    void listOfProblemsIsLimitedAndCounted() throws IOException {
        BackendView[] backends = IntStream.rangeClosed(0, 200).mapToObj(index -> index == 0
                ? Snapshots.up("up") : Snapshots.down("b" + index, "refused")).toArray(BackendView[]::new);

        assertThat(values(Snapshots.with(backends))).containsKey("/problems/99/text")
                .doesNotContainKey("/problems/100/text").contains(entry("/problem_count", "201"));
    }

    @Test
    void statusHasTheReasonsForWaitingAndForARejectedReload() throws IOException {
        assertThat(values(Snapshots.with(new Readiness(Phase.DRAINING, "draining: 2 connections left"),
                new ReloadView(0, 1, Snapshots.STARTED, "config.toml:1:1: no\nconfig.toml:2:1: nor that")))).contains(
                        entry("/phase", "draining"), entry("/reason", "draining: 2 connections left"),
                        entry("/reload/last_successful", "false"),
                        entry("/reload/error", "config.toml:1:1: no\nconfig.toml:2:1: nor that"));
    }

    /** Returns the scalars by path; fails if the text is not JSON. */
    private static Map<String, String> values(Snapshot snapshot) throws IOException {
        Map<String, String> values = new LinkedHashMap<>();
        try (JsonParser json = new JsonFactory().createParser(StatusJson.response(snapshot).body())) {
            for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                if (token.isScalarValue()) {
                    values.put(json.getParsingContext().pathAsPointer().toString(), json.getText());
                }
            }
        }
        return values;
    }
}
