package io.apexproxy.config.etcd;

import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The keys under the prefix as they were together at one moment.
 *
 * @param revision etcd's count of changes at that moment
 * @param values the values by key, in Base64 as they came: what they mean is decided later
 */
record Snapshot(long revision, SortedMap<String, String> values) {

    Snapshot {
        values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
    }

    /**
     * A key got a value, or lost it.
     *
     * @param revision the count of changes with this one
     * @param value in Base64; empty if the key was deleted, or its lease ended
     */
    record Event(long revision, String key, Optional<String> value) {
    }

    /** What has become of it. */
    Snapshot with(List<Event> events) {
        SortedMap<String, String> changed = new TreeMap<>(values);
        long last = revision;
        for (Event event : events) {
            event.value().ifPresentOrElse(value -> changed.put(event.key(), value), () -> changed.remove(event.key()));
            last = Math.max(last, event.revision());
        }
        return new Snapshot(last, changed);
    }

    /** The bytes of a value. */
    byte[] bytes(String key) {
        return Base64.getDecoder().decode(values.get(key));
    }
}
