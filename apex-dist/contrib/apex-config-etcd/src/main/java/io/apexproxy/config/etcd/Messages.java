package io.apexproxy.config.etcd;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Bodies of requests and parts of responses of etcd, with keys and values in Base64. */
final class Messages {

    private Messages() {
    }

    /**
     * Returns a request for keys.
     *
     * @param from the first key
     * @param prefix the prefix of the keys
     * @param limit the maximum number of keys
     * @param revision the revision to read; 0 for the current one
     */
    static Map<String, Object> range(String from, String prefix, long limit, long revision) {
        return Map.of("key", encode(from), "range_end", endOf(prefix), "limit", limit, "revision", revision);
    }

    /**
     * Returns a request for one key that changed after a revision; the response also contains the number of all keys.
     */
    static Map<String, Object> changedAfter(String prefix, long revision) {
        return Map.of("key", encode(prefix), "range_end", endOf(prefix), "min_mod_revision", revision + 1,
                "keys_only", true, "limit", 1L);
    }

    static Map<String, Object> watch(String prefix, long from) {
        return Map.of("create_request",
                Map.of("key", encode(prefix), "range_end", endOf(prefix), "start_revision", from));
    }

    /** Returns the changes in a watch message. */
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
            throw new IOException("expected Base64, found other text", e); // not quoted: it can be a secret
        }
    }

    /** Returns the end of the key range of a prefix: the last byte plus one, which never overflows in UTF-8. */
    private static String endOf(String prefix) {
        byte[] end = prefix.getBytes(StandardCharsets.UTF_8);
        end[end.length - 1]++;
        return Base64.getEncoder().encodeToString(end);
    }
}
