package io.apexproxy.config.etcd;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.Origin;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All keys with the prefix at one revision.
 *
 * @param revision the revision of etcd
 * @param values the values by key, in Base64 as received
 */
record Snapshot(long revision, SortedMap<String, String> values) {

    Snapshot {
        values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
    }

    /**
     * A change of one key.
     *
     * @param revision the revision of the change
     * @param value the new value in Base64; empty if the key was deleted or its lease expired
     */
    record Event(long revision, String key, Optional<String> value) {
    }

    /** Returns the snapshot after these changes. */
    Snapshot with(List<Event> events) {
        SortedMap<String, String> changed = new TreeMap<>(values);
        long last = revision;
        for (Event event : events) {
            event.value().ifPresentOrElse(value -> changed.put(event.key(), value), () -> changed.remove(event.key()));
            last = Math.max(last, event.revision());
        }
        return new Snapshot(last, changed);
    }

    /**
     * Returns the decoded value of a key.
     *
     * @throws ConfigException if the value is not in Base64
     */
    byte[] bytes(String key) {
        try {
            return Base64.getDecoder().decode(values.get(key));
        } catch (IllegalArgumentException e) { // not quoted: the value can be a secret
            throw new ConfigException(Origin.of("etcd:" + key), "expected Base64 from etcd, found other text");
        }
    }
}
