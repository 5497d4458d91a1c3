package io.apexproxy.runtime.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Strict parser of the two text formats. Each metric has a type and a help text before its samples, its samples are
 * adjacent, and no sample is duplicated.
 */
final class MetricsParser {

    private static final String NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
    private static final Pattern COMMENT = Pattern.compile("# (HELP|TYPE|UNIT) (" + NAME + ") (.+)");
    private static final Pattern SAMPLE = Pattern.compile("(" + NAME + ")(?:\\{(.*)})? (\\S+)");
    private static final Pattern LABEL =
            Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\\n]|\\\\[\\\\\"n])*)\"(,|$)");
    private static final String END = "# EOF";

    private final boolean openMetrics;
    private final Map<String, String> types = new LinkedHashMap<>();
    private final Map<String, String> helps = new LinkedHashMap<>();
    private final Map<String, String> units = new LinkedHashMap<>();
    private final Map<String, Double> samples = new LinkedHashMap<>();
    private final Set<String> seen = new LinkedHashSet<>();
    private String current = "";

    private MetricsParser(boolean openMetrics) {
        this.openMetrics = openMetrics;
    }

    static MetricsParser prometheus(String text) {
        return new MetricsParser(false).read(text);
    }

    static MetricsParser openMetrics(String text) {
        assertThat(text).endsWith("\n" + END + "\n");
        return new MetricsParser(true).read(text.substring(0, text.length() - END.length() - 1));
    }

    /** Returns the value of a sample, named with its labels in alphabetical order: {@code name{a="1",b="2"}}. */
    double value(String sample) {
        assertThat(samples).containsKey(sample);
        return samples.get(sample);
    }

    /** Returns the values of all samples. */
    Map<String, Double> samples() {
        return samples;
    }

    Map<String, String> types() {
        return types;
    }

    Map<String, String> units() {
        return units;
    }

    private MetricsParser read(String text) {
        assertThat(text).endsWith("\n");
        for (String line : text.split("\n")) {
            if (line.startsWith("#")) {
                comment(line);
            } else {
                sample(line);
            }
        }
        assertThat(helps.keySet()).as("metrics with a help text").isEqualTo(types.keySet());
        return this;
    }

    private void comment(String line) {
        Matcher parts = COMMENT.matcher(line);
        assertThat(parts.matches()).as(line).isTrue();
        String name = parts.group(2);
        if (!name.equals(current)) {
            assertThat(seen.add(name)).as("first lines of %s", name).isTrue();
            current = name;
        }
        Map<String, String> kind = switch (parts.group(1)) {
            case "HELP" -> helps;
            case "TYPE" -> types;
            default -> units;
        };
        assertThat(kind.put(name, parts.group(3))).as(line).isNull();
    }

    private void sample(String line) {
        Matcher parts = SAMPLE.matcher(line);
        assertThat(parts.matches()).as(line).isTrue();
        String name = parts.group(1);
        assertThat(suffixes()).as("%s belongs to %s, a %s", name, current, types.get(current)).contains(
                name.startsWith(current) ? name.substring(current.length()) : "another");
        Map<String, String> labels = labels(parts.group(2) == null ? "" : parts.group(2));
        String key = labels.isEmpty() ? name : name + labels.entrySet().stream()
                .map(label -> label.getKey() + "=\"" + label.getValue() + "\"").toList().toString()
                .replace(", ", ",").replaceFirst("^\\[", "{").replaceFirst("]$", "}");
        assertThat(samples.put(key, number(parts.group(3)))).as("an earlier sample %s", key).isNull();
    }

    private Set<String> suffixes() {
        return switch (types.get(current)) {
            case "counter" -> Set.of(openMetrics ? "_total" : "");
            case "gauge" -> Set.of("");
            case "info" -> Set.of("_info");
            case "histogram" -> Set.of("_bucket", "_count", "_sum");
            case "summary" -> Set.of("_count", "_sum");
            default -> throw new AssertionError("type of " + current + ": " + types.get(current));
        };
    }

    private static Map<String, String> labels(String text) {
        Map<String, String> labels = new TreeMap<>();
        Matcher label = LABEL.matcher(text);
        int position = 0;
        while (position < text.length()) {
            assertThat(label.find(position) && label.start() == position).as(text).isTrue();
            assertThat(labels.put(label.group(1), label.group(2))).as(text).isNull();
            position = label.end();
        }
        return labels;
    }

    private static double number(String text) {
        return text.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(text);
    }
}
