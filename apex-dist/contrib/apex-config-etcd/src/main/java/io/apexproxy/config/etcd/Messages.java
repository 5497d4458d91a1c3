package io.apexproxy.config.etcd;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Requests to etcd and what is in its answers; keys and values travel in Base64. */
final class Messages {

    private Messages() {
    }

    /**
     * Asks for keys.
     *
     * @param from the first key
     * @param prefix where the keys have to begin with
     * @param limit the greatest number of them
     * @param revision the moment; 0 for now
     */
    static Map<String, Object> range(String from, String prefix, long limit, long revision) {
        return Map.of("key", encode(from), "range_end", endOf(prefix), "limit", limit, "revision", revision);
    }

    /** Asks for a key that changed after a revision, and, whether there is one or not, for the number of all. */
    static Map<String, Object> news(String prefix, long after) {
        return Map.of("key", encode(prefix), "range_end", endOf(prefix), "min_mod_revision", after + 1,
                "keys_only", true, "limit", 1L);
    }

    static Map<String, Object> watch(String prefix, long from) {
        return Map.of("create_request",
                Map.of("key", encode(prefix), "range_end", endOf(prefix), "start_revision", from));
    }

    /** The changes that a message of a watch brings. */
    static List<Snapshot.Event> events(Json result) throws IOException {
        List<Snapshot.Event> events = new ArrayList<>();
        for (Json event : result.objects("events")) {
            Json pair = event.object("kv");
            Optional<String> value = event.string("type").equals("DELETE")
                    ? Optional.empty() : Optional.of(pair.string("value"));
            events.add(new Snapshot.Event(pair.number("mod_revision"), decode(pair.string("key")), value));
        }
        return events;
    }

    static String encode(String key) {
        return Base64.getEncoder().encodeToString(key.getBytes(StandardCharsets.UTF_8));
    }

    static String decode(String base64) throws IOException {
        try {
            return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new IOException("expected Base64, found " + base64, e);
        }
    }

    /** The first key after all that begin with the prefix: its last byte plus one. UTF-8 has no byte that overflows. */
    private static String endOf(String prefix) {
        byte[] end = prefix.getBytes(StandardCharsets.UTF_8);
        end[end.length - 1]++;
        return Base64.getEncoder().encodeToString(end);
    }
}
