package io.apexproxy.runtime.admin;

import com.fasterxml.jackson.core.JsonGenerator;
import io.apexproxy.runtime.snapshot.RateHistory;
import io.apexproxy.runtime.snapshot.RatesView.Component;
import io.apexproxy.runtime.snapshot.RatesView.Rates;
import io.apexproxy.runtime.snapshot.Snapshot;
import io.apexproxy.runtime.snapshot.Snapshot.EndedView;
import io.apexproxy.runtime.snapshot.Snapshot.ListenerView;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** The rates, their history, and the ended connections by cause, of one snapshot. */
final class RatesJson {

    private final JsonGenerator json;
    private final JsonFields fields;
    private final Map<String, Map<String, Long>> byListener;
    private final Map<String, Map<String, Long>> byPool;

    RatesJson(JsonGenerator json, JsonFields fields, Snapshot snapshot) {
        this.json = json;
        this.fields = fields;
        this.byListener = causes(snapshot, EndedView::listener);
        this.byPool = causes(snapshot, EndedView::pool);
    }

    private static Map<String, Map<String, Long>> causes(Snapshot snapshot, Function<EndedView, String> component) {
        Map<String, Map<String, Long>> causes = new HashMap<>();
        snapshot.ended().stream().filter(ended -> ended.count() > 0).forEach(ended -> causes
                .computeIfAbsent(component.apply(ended), any -> new TreeMap<>())
                .merge(ended.cause(), ended.count(), Long::sum));
        return causes;
    }

    void writeListener(ListenerView listener, Component rates) throws IOException {
        Map<String, Long> causes = new TreeMap<>(byListener.getOrDefault(listener.name(), Map.of()));
        listener.access().refused().forEach((cause, count) -> { // with those that no session counted
            if (count > 0) {
                causes.put(cause, count);
            }
        });
        fields.counts("causes", causes);
        writeRates(rates.now(), false);
        writeHistory(rates.history(), false);
    }

    void writePool(String pool, Component rates) throws IOException {
        fields.counts("causes", byPool.getOrDefault(pool, Map.of()));
        write(rates);
    }

    void write(Component rates) throws IOException {
        write(rates.now());
        writeHistory(rates.history(), true);
    }

    void write(Rates rates) throws IOException {
        writeRates(rates, true);
    }

    private void writeRates(Rates rates, boolean countsBytes) throws IOException {
        json.writeObjectFieldStart("rates");
        fields.rounded("connections", rates.connections());
        if (countsBytes) {
            fields.rounded("received", rates.received());
            fields.rounded("sent", rates.sent());
        }
        fields.rounded("failed", rates.failed());
        json.writeEndObject();
    }

    private void writeHistory(RateHistory history, boolean countsBytes) throws IOException {
        json.writeObjectFieldStart("history");
        writeCourse("connections", history, Rates::connections);
        if (countsBytes) {
            writeCourse("received", history, Rates::received);
            writeCourse("sent", history, Rates::sent);
        }
        writeCourse("failed", history, Rates::failed);
        json.writeEndObject();
    }

    private void writeCourse(String name, RateHistory history, ToDoubleFunction<Rates> value) throws IOException {
        json.writeArrayFieldStart(name);
        for (int index = 0; index < history.size(); index++) {
            fields.rounded(value.applyAsDouble(history.rates(index)));
        }
        json.writeEndArray();
    }
}
