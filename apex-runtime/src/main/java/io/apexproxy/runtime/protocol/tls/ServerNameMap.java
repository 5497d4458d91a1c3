package io.apexproxy.runtime.protocol.tls;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Values by patterns of server names. A search looks up the name and each of its suffixes, so its time does not depend
 * on the number of patterns. Any thread may search after the last value is added.
 *
 * @param <T> the type of the values
 */
public final class ServerNameMap<T> {

    private final Map<String, List<T>> byPattern = new HashMap<>();

    /** Creates a map without values. */
    public ServerNameMap() {
    }

    /** Adds a value to each of its patterns. */
    public void add(List<ServerNamePattern> patterns, T value) {
        patterns.forEach(pattern -> byPattern.computeIfAbsent(pattern.text(), any -> new ArrayList<>()).add(value));
    }

    /**
     * Returns the values of each pattern that contains a name, the narrowest pattern first. The values of a pattern are
     * in the order in which they were added.
     *
     * @param normalizedName the name of a {@link ParsedClientHello}. For the text of a pattern, the result has the
     *     patterns that contain all of its names.
     */
    public List<List<T>> find(String normalizedName) {
        if (byPattern.isEmpty()) {
            return List.of();
        }
        List<List<T>> found = new ArrayList<>(); // a stream would take longer, once for each connection
        for (String pattern : ServerNamePattern.containing(normalizedName)) {
            List<T> values = byPattern.get(pattern);
            if (values != null) {
                found.add(values);
            }
        }
        return found;
    }
}
