package io.apexproxy.runtime.admin;

import com.fasterxml.jackson.core.JsonGenerator;
import io.apexproxy.runtime.snapshot.Snapshot.HistogramView;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** The members of JSON objects that have more than a single string, number or boolean. */
final class JsonFields {

    private static final int TENTHS = 10;
    private static final List<Integer> PERCENTS = List.of(50, 99);

    private final JsonGenerator json;

    JsonFields(JsonGenerator json) {
        this.json = json;
    }

    void strings(String name, List<String> strings) throws IOException {
        json.writeArrayFieldStart(name);
        for (String string : strings) {
            json.writeString(string);
        }
        json.writeEndArray();
    }

    void counts(String name, Map<String, Long> counts) throws IOException {
        json.writeObjectFieldStart(name);
        for (Map.Entry<String, Long> count : counts.entrySet()) {
            json.writeNumberField(count.getKey(), count.getValue());
        }
        json.writeEndObject();
    }

    /** Writes an array of objects. */
    <T> void array(String name, List<T> items, Members<T> members) throws IOException {
        json.writeArrayFieldStart(name);
        for (T item : items) {
            json.writeStartObject();
            members.write(item);
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /** Writes a number with at most one decimal. */
    void rounded(String name, double value) throws IOException {
        json.writeFieldName(name);
        rounded(value);
    }

    /** Writes an element of an array, a number with at most one decimal. */
    void rounded(double value) throws IOException {
        long tenths = Math.round(value * TENTHS);
        if (tenths % TENTHS == 0) {
            json.writeNumber(tenths / TENTHS);
        } else {
            json.writeNumber(BigDecimal.valueOf(tenths, 1)); // a double has an exponent from ten million on
        }
    }

    /** Writes an object with the median and the 99th percentile in milliseconds; it is empty without durations. */
    void percentiles(String name, HistogramView durations) throws IOException {
        json.writeObjectFieldStart(name);
        for (int percent : PERCENTS) {
            OptionalDouble millis = durations.percentileMillis(percent);
            if (millis.isPresent()) {
                json.writeNumberField("p" + percent, millis.getAsDouble());
            }
        }
        json.writeEndObject();
    }

    /** Writes the members of an object. */
    interface Members<T> {
        void write(T item) throws IOException;
    }
}
