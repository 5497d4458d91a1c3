package io.apexproxy.source.documents;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.jr.ob.JSON;
import io.apexproxy.api.source.FoundBackend;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reader of a document: an array whose elements are addresses, backends or groups of targets as in the format {@code
 * http_sd} of Prometheus; an object with such an array as {@code backends}; an address or a backend alone. Pure.
 *
 * <p>A mistake fails the whole document. The message has its position in the document.
 *
 * @see <a href="https://prometheus.io/docs/prometheus/latest/http_sd/">Writing HTTP service discovery</a>
 */
final class Document {

    private static final int MAX_DEPTH = 10;
    private static final JsonFactory FACTORY = JsonFactory.builder().streamReadConstraints(
            StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build()).build();
    private static final Set<String> MEMBERS = new TreeSet<>(
            Set.of("address", "name", "weight", "tier", "max_connections", "draining", "attributes"));
    private static final String BACKENDS = "backends";
    private static final String TARGETS = "targets";
    private static final String LABELS = "labels";

    private Document() {
    }

    static List<FoundBackend> read(byte[] bytes) throws IOException {
        Object content = parse(bytes);
        if (content instanceof Map<?, ?> object && object.get(BACKENDS) instanceof List<?> backends) {
            return elements(BACKENDS, backends);
        } else if (content instanceof List<?> list) {
            return elements("", list);
        } else if (content instanceof String
                || (content instanceof Map<?, ?> object && object.containsKey("address"))) {
            return elements("", List.of(content));
        }
        throw new IOException("expected a JSON array, an object with an array \"backends\", or one backend");
    }

    private static Object parse(byte[] bytes) throws IOException {
        try (JsonParser parser = FACTORY.createParser(bytes)) {
            Object content = JSON.std.anyFrom(parser);
            if (parser.nextToken() != null) {
                throw new IOException("expected one JSON value, found more after it");
            }
            return content;
        } catch (JsonProcessingException e) {
            String where = Optional.ofNullable(e.getLocation()) // missing beyond the limits of the parser
                    .map(at -> " at line " + at.getLineNr() + ", column " + at.getColumnNr()).orElse("");
            throw new IOException("not valid JSON" + where + ": " + e.getOriginalMessage(), e);
        }
    }

    private static List<FoundBackend> elements(String path, List<?> elements) throws IOException {
        List<FoundBackend> found = new ArrayList<>();
        for (int index = 0; index < elements.size(); index++) {
            String where = path + "[" + index + "]";
            Object element = elements.get(index);
            if (element instanceof String address) {
                found.add(FoundBackend.of(address));
            } else if (element instanceof Map<?, ?> group && group.containsKey(TARGETS)) {
                addTargets(where, group, found);
            } else if (element instanceof Map<?, ?> backend) {
                found.add(backend(where, backend));
            } else {
                throw new IOException(where + ": expected an address or an object");
            }
        }
        return found;
    }

    private static void addTargets(String where, Map<?, ?> group, List<FoundBackend> found) throws IOException {
        Map<String, String> labels = strings(where + "." + LABELS, group.get(LABELS));
        if (!(group.get(TARGETS) instanceof List<?> targets)) {
            throw new IOException(where + "." + TARGETS + ": expected an array of addresses");
        }
        for (int index = 0; index < targets.size(); index++) {
            if (!(targets.get(index) instanceof String address)) {
                throw new IOException(where + "." + TARGETS + "[" + index + "]: expected an address");
            }
            found.add(FoundBackend.of(address).withAttributes(labels));
        }
    }

    private static FoundBackend backend(String where, Map<?, ?> members) throws IOException {
        for (Object member : members.keySet()) {
            if (!MEMBERS.contains(member)) {
                throw new IOException(where + ": unknown member \"" + member + "\"; known: "
                        + String.join(", ", MEMBERS));
            }
        }
        return new FoundBackend(string(where, members, "name", ""), string(where, members, "address", null),
                number(where, members, "weight", 1, FoundBackend.MAX),
                number(where, members, "tier", 0, FoundBackend.MAX),
                number(where, members, "max_connections", 0, Integer.MAX_VALUE), isTrue(where, members, "draining"),
                strings(where + ".attributes", members.get("attributes")));
    }

    private static String string(String where, Map<?, ?> members, String name, String fallback) throws IOException {
        Object value = members.get(name);
        if (value instanceof String text) {
            return text;
        } else if (value == null && fallback != null) {
            return fallback;
        }
        throw new IOException(where + "." + name + ": expected a string");
    }

    private static int number(String where, Map<?, ?> members, String name, int fallback, int max)
            throws IOException {
        Object value = members.get(name);
        if (value == null) {
            return fallback;
        } else if (value instanceof Integer number && number >= 0 && number <= max) {
            return number;
        }
        throw new IOException(where + "." + name + ": expected a whole number from 0 to " + max);
    }

    private static boolean isTrue(String where, Map<?, ?> members, String name) throws IOException {
        Object value = members.get(name);
        if (value == null || value instanceof Boolean) {
            return Boolean.TRUE.equals(value);
        }
        throw new IOException(where + "." + name + ": expected true or false");
    }

    private static Map<String, String> strings(String where, Object value) throws IOException {
        Map<String, String> strings = new LinkedHashMap<>();
        if (value != null && !(value instanceof Map<?, ?>)) {
            throw new IOException(where + ": expected an object");
        }
        for (Map.Entry<?, ?> entry : (value == null ? Map.of() : (Map<?, ?>) value).entrySet()) {
            if (!(entry.getValue() instanceof String text)) {
                throw new IOException(where + "." + entry.getKey() + ": expected a string");
            }
            strings.put((String) entry.getKey(), text);
        }
        return strings;
    }
}
