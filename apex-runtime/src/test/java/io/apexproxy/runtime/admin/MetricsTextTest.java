package io.apexproxy.runtime.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.apexproxy.runtime.snapshot.Snapshot;
import io.apexproxy.runtime.snapshot.Snapshot.Phase;
import io.apexproxy.runtime.snapshot.Snapshot.Readiness;
import io.apexproxy.runtime.snapshot.Snapshot.ReloadView;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class MetricsTextTest {

    private static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0";
    private static final String ONE = "{backend=\"one\",pool=\"app\"}";

    @Test
    void metricsContainAllValuesOfTheSnapshot() {
        MetricsParser metrics = prometheus(Snapshots.with(Snapshots.up("one")));

        assertThat(metrics.samples()).contains(
                entry("apex_listener_connections_total{listener=\"web\"}", 7.0),
                entry("apex_listener_connections_active{listener=\"web\"}", 2.0),
                entry("apex_listener_accept_errors_total{listener=\"web\"}", 1.0),
                entry("apex_session_end_total{cause=\"client-closed\"}", 4.0),
                entry("apex_session_end_total{cause=\"no-backend\"}", 0.0),
                entry("apex_connections_ended_total{cause=\"client-closed\",listener=\"web\",pool=\"app\"}", 4.0),
                entry("apex_ready", 1.0),
                entry("apex_connections_active", 2.0),
                entry("apex_connections_limit", 100.0),
                entry("apex_listener_connections_limit{listener=\"web\"}", 9.0),
                entry("apex_listener_connections_waiting{listener=\"web\"}", 3.0),
                entry("apex_listener_connection_seconds_count{listener=\"web\"}", 4.0),
                entry("apex_listener_connection_seconds_sum{listener=\"web\"}", 5.0),
                entry("apex_pool_backends{pool=\"app\"}", 1.0),
                entry("apex_pool_backends_up{pool=\"app\"}", 1.0),
                entry("apex_pool_queue{pool=\"app\"}", 3.0),
                entry("apex_pool_queue_seconds_count{pool=\"app\"}", 3.0),
                entry("apex_pool_queue_seconds_sum{pool=\"app\"}", 1.5),
                entry("apex_removed_backend_connections_active{backend=\"old\",pool=\"app\"}", 17.0),
                entry("apex_backend_state{backend=\"one\",pool=\"app\",state=\"up\"}", 1.0),
                entry("apex_backend_state{backend=\"one\",pool=\"app\",state=\"down\"}", 0.0),
                entry("apex_backend_weight" + ONE, 3.0),
                entry("apex_backend_connections_limit" + ONE, 50.0),
                entry("apex_config_last_reload_timestamp_seconds", (double) Snapshots.STARTED.getEpochSecond()),
                entry("apex_backend_up" + ONE, 1.0),
                entry("apex_backend_connections_active" + ONE, 5.0),
                entry("apex_backend_connections_total" + ONE, 6.0),
                entry("apex_backend_connect_errors_total" + ONE, 8.0),
                entry("apex_backend_bytes_total{backend=\"one\",direction=\"to_backend\",pool=\"app\"}", 100.0),
                entry("apex_backend_bytes_total{backend=\"one\",direction=\"to_client\",pool=\"app\"}", 2000.0),
                entry("apex_config_reloads_total{result=\"success\"}", 3.0),
                entry("apex_config_reloads_total{result=\"failure\"}", 0.0),
                entry("apex_config_last_reload_successful", 1.0),
                entry("apex_connections_waiting", 56.0),
                entry("apex_probes_running", 3.0),
                entry("apex_probes_max", 128.0),
                entry("apex_probes_waiting", 7.0),
                entry("apex_buffer_bytes", 4096.0),
                entry("apex_buffer_limit_bytes", 1_048_576.0),
                entry("apex_loop_sessions{loop=\"0\"}", 10.0),
                entry("apex_loop_sessions{loop=\"1\"}", 11.0),
                entry("apex_loop_blocked_sinks{loop=\"0\"}", 20.0),
                entry("apex_loop_blocked_sinks{loop=\"1\"}", 21.0),
                entry("apex_loop_memory_waits{loop=\"0\"}", 30.0),
                entry("apex_loop_memory_waits{loop=\"1\"}", 31.0),
                entry("apex_loop_pipes{loop=\"0\"}", 60.0),
                entry("apex_loop_pipe_shortages_total{loop=\"1\"}", 71.0),
                entry("apex_loop_buffers{loop=\"0\",size=\"1KiB\"}", 40.0),
                entry("apex_loop_buffers{loop=\"1\",size=\"16KiB\"}", 51.0),
                entry("apex_tls_certificate_expiry_seconds{certificate=\"a.example\",listener=\"web\",pool=\"\"}",
                        1_772_360_200.0),
                entry("apex_tls_reload_failed{certificate=\"ca.pem\",listener=\"\",pool=\"app\"}", 0.0),
                entry("apex_pool_tls_unverified{pool=\"app\"}", 1.0),
                entry("apex_access_log_dropped_total", 12.0),
                entry("apex_log_dropped_total", 34.0));
    }

    @Test
    void bucketsOfHistogramsAreCumulative() {
        MetricsParser metrics = prometheus(Snapshots.with(Snapshots.up("one")));

        assertThat(metrics.samples()).contains(
                entry("apex_backend_connect_seconds_bucket{backend=\"one\",le=\"0.001\",pool=\"app\"}", 4.0),
                entry("apex_backend_connect_seconds_bucket{backend=\"one\",le=\"0.5\",pool=\"app\"}", 5.0),
                entry("apex_backend_connect_seconds_bucket{backend=\"one\",le=\"+Inf\",pool=\"app\"}", 6.0),
                entry("apex_backend_connect_seconds_count" + ONE, 6.0),
                entry("apex_backend_connect_seconds_sum" + ONE, 2.5),
                entry("apex_health_probe_seconds_count" + ONE, 9.0),
                entry("apex_health_probe_seconds_sum" + ONE, 0.09));
        assertThat(metrics.types()).containsEntry("apex_backend_connect_seconds", "histogram");
    }

    @Test
    void histogramsOfLoopsAreInSecondsAndBytes() {
        MetricsParser metrics = prometheus(Snapshots.with());

        assertThat(metrics.samples()).contains(
                entry("apex_loop_turn_seconds_bucket{le=\"2.0E-5\",loop=\"0\"}", 5.0),
                entry("apex_loop_turn_seconds_count{loop=\"0\"}", 6.0),
                entry("apex_loop_turn_seconds_sum{loop=\"0\"}", 0.003),
                entry("apex_loop_poll_delay_seconds_count{loop=\"1\"}", 9.0),
                entry("apex_loop_poll_delay_seconds_sum{loop=\"1\"}", 0.004),
                entry("apex_loop_turn_bytes_bucket{le=\"4096.0\",loop=\"1\"}", 1.0),
                entry("apex_loop_turn_bytes_bucket{le=\"+Inf\",loop=\"1\"}", 3.0),
                entry("apex_loop_turn_bytes_sum{loop=\"1\"}", 70_000.0));
        assertThat(metrics.types()).containsEntry("apex_loop_turn_bytes", "histogram");
    }

    @Test
    void downBackendIsNotUp() {
        MetricsParser metrics = prometheus(Snapshots.with(Snapshots.down("one", "connection refused")));

        assertThat(metrics.value("apex_backend_up" + ONE)).isZero();
    }

    /** Alert rules use apex_backend_up and apex_pool_backends_up. */
    @Test
    void backendWithWeightZeroIsDrainedAndNotUp() {
        MetricsParser metrics = prometheus(Snapshots.with(Snapshots.drain("one")));

        assertThat(metrics.value("apex_backend_up" + ONE)).isZero();
        assertThat(metrics.value("apex_backend_state{backend=\"one\",pool=\"app\",state=\"drain\"}")).isOne();
        assertThat(metrics.value("apex_backend_state{backend=\"one\",pool=\"app\",state=\"down\"}")).isZero();
        assertThat(metrics.value("apex_pool_backends_up{pool=\"app\"}")).isZero();
        assertThat(metrics.value("apex_pool_backends{pool=\"app\"}")).isOne();
    }

    @Test
    void missingLimitIsInfinite() {
        MetricsParser metrics = prometheus(Snapshots.with(Snapshots.down("one", "refused")));

        assertThat(metrics.value("apex_backend_connections_limit" + ONE)).isInfinite().isPositive();
    }

    @Test
    void buildInfoHasTheVersionsAndTheEngine() {
        assertThat(prometheus(Snapshots.with()).samples().keySet()).anyMatch(
                sample -> sample.startsWith("apex_build_info{engine=\"select\",java=\"")
                        && sample.contains("version=\"0.1.0\""));
    }

    @Test
    void rejectedReloadIsCounted() {
        MetricsParser metrics = prometheus(Snapshots.with(new Readiness(Phase.SERVING, ""),
                new ReloadView(1, 2, Snapshots.STARTED, "config.toml:1:1: no")));

        assertThat(metrics.value("apex_config_reloads_total{result=\"failure\"}")).isEqualTo(2);
        assertThat(metrics.value("apex_config_last_reload_successful")).isZero();
    }

    @Test
    void poolWithoutBackendsHasNoBackendMetrics() {
        MetricsParser metrics = prometheus(Snapshots.with());

        assertThat(metrics.samples().keySet()).noneMatch(sample -> sample.startsWith("apex_backend"));
        assertThat(metrics.value("apex_pool_backends_up{pool=\"app\"}")).isZero();
        assertThat(metrics.value("apex_pool_backends{pool=\"app\"}")).isZero();
    }

    @Test
    void metricsContainValuesOfTheProcess() {
        MetricsParser metrics = prometheus(Snapshots.with());

        assertThat(metrics.value("process_start_time_seconds")).isBetween(1.7e9, System.currentTimeMillis() / 1e3);
        assertThat(metrics.value("jvm_memory_used_bytes{area=\"heap\"}")).isPositive();
        assertThat(metrics.value("jvm_threads_current")).isPositive();
        assertThat(metrics.samples().keySet()).anyMatch(sample -> sample.startsWith("jvm_gc_collection_seconds_count"));
        assertThat(metrics.types()).containsEntry("jvm_threads_current", "gauge")
                .containsEntry("jvm_gc_collection_seconds", "summary");
    }

    @Test
    void bothFormatsHaveTheSameSamples() {
        Snapshot snapshot = Snapshots.with(Snapshots.up("one"), Snapshots.down("two", "timed out"));
        MetricsParser open = MetricsParser.openMetrics(text(snapshot, OPEN_METRICS));

        assertThat(apexSamples(open)).isEqualTo(apexSamples(prometheus(snapshot)));
        assertThat(open.units()).containsEntry("apex_backend_bytes", "bytes")
                .containsEntry("apex_backend_connect_seconds", "seconds")
                .containsEntry("apex_loop_turn_bytes", "bytes");
    }

    @Test
    void formatFollowsTheAcceptHeader() {
        assertThat(type("")).startsWith("text/plain; version=0.0.4");
        assertThat(type("text/html, */*;q=0.1")).startsWith("text/plain; version=0.0.4");
        assertThat(type("application/openmetrics-text;version=1.0.0;q=0.5,text/plain;q=0.3"))
                .startsWith("application/openmetrics-text; version=1.0.0");
    }

    private static Object apexSamples(MetricsParser metrics) {
        return metrics.samples().entrySet().stream().filter(sample -> sample.getKey().startsWith("apex_")).toList();
    }

    private static String type(String accept) {
        return MetricsText.response(Snapshots.with(), accept).headers().get("Content-Type");
    }

    private static MetricsParser prometheus(Snapshot snapshot) {
        return MetricsParser.prometheus(text(snapshot, ""));
    }

    private static String text(Snapshot snapshot, String accept) {
        return new String(MetricsText.response(snapshot, accept).body(), StandardCharsets.UTF_8);
    }
}
