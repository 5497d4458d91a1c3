package io.apexproxy.runtime.admin;

import io.apexproxy.runtime.snapshot.Snapshot.ListenerView;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Metrics of the access control and the routes of listeners. */
final class AccessMetrics {

    private AccessMetrics() {
    }

    static List<MetricSnapshot> of(List<ListenerView> views) {
        var listeners = new MetricFamily<>(views, listener -> Labels.of("listener", listener.name()));
        Map<Labels, Long> refused = new LinkedHashMap<>();
        views.forEach(listener -> listener.access().refused().forEach(
                (cause, count) -> refused.put(Labels.of("listener", listener.name(), "cause", cause), count)));
        Map<Labels, Long> routes = new LinkedHashMap<>();
        views.forEach(listener -> listener.routing().routes().forEach(
                (route, count) -> routes.put(Labels.of("listener", listener.name(), "route", route), count)));
        return List.of(
                new MetricFamily<>(List.copyOf(routes.entrySet()), Map.Entry::getKey).counter("apex_route_connections",
                        "Connections by the route that decided; default: no route matched, router: the plugin decided.",
                        Map.Entry::getValue),
                new MetricFamily<>(List.copyOf(refused.entrySet()), Map.Entry::getKey).counter("apex_listener_refused",
                        "Connections that were refused before a backend was sought, by the cause in the access log.",
                        Map.Entry::getValue),
                listeners.gauge("apex_listener_connections_opening",
                        "Open connections whose first bytes are incomplete.", listener -> listener.access().opening()),
                listeners.gauge("apex_client_table_entries", "Clients that are counted for per_client.",
                        listener -> listener.access().clients()),
                listeners.counter("apex_client_table_full",
                        "Connections that per_client did not limit because table_size clients were counted.",
                        listener -> listener.access().unlimited()));
    }
}
