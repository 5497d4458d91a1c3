package io.apexproxy.config.etcd;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The file with the last valid snapshot, in the JSON form of an etcd response. It is replaced atomically. */
final class SnapshotFile {

    private static final Logger LOG = LoggerFactory.getLogger(SnapshotFile.class);

    private final Path path;
    private final String prefix;
    private final long maxBytes;

    SnapshotFile(Path path, String prefix, long maxBytes) {
        this.path = path;
        this.prefix = prefix;
        this.maxBytes = maxBytes;
    }

    Path path() {
        return path;
    }

    /** Writes a snapshot. A failure is only logged, because the file is needed at the next start only. */
    void save(Snapshot snapshot) {
        List<Map<String, String>> pairs = new ArrayList<>();
        snapshot.values().forEach((key, value) -> pairs.add(Map.of("key", Messages.encode(key), "value", value)));
        String text = Json.text(Map.of("header", Map.of("revision", Long.toString(snapshot.revision())), "kvs", pairs));
        try {
            Files.createDirectories(path.getParent());
            // a temporary file can be read by its owner only
            Path next = Files.createTempFile(path.getParent(), "." + path.getFileName(), ".tmp");
            try {
                Files.writeString(next, text);
                Files.move(next, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(next);
            }
        } catch (IOException e) {
            LOG.warn("config_source.cache_file: {} cannot be written ({}): let the user '{}' write in its directory",
                    path, e.toString(), System.getProperty("user.name"));
        }
    }

    /** Returns the time of the last write. */
    Instant time() throws IOException {
        return Files.getLastModifiedTime(path).toInstant();
    }

    /** Reads the snapshot. */
    Snapshot read() throws IOException {
        if (Files.size(path) > 2 * maxBytes) { // Base64 makes keys longer than the size that is counted
            throw new IOException("it has more than " + 2 * maxBytes + " bytes");
        }
        Json response;
        try (InputStream bytes = Files.newInputStream(path)) {
            response = Json.parse(bytes);
        }
        SortedMap<String, String> values = new TreeMap<>();
        for (Json pair : response.objects("kvs")) {
            String key = Messages.decode(pair.string("key"));
            if (!key.startsWith(prefix)) {
                throw new IOException("it has keys with another prefix");
            }
            Messages.decode(pair.string("value")); // reports invalid Base64 now
            values.put(key, pair.string("value"));
        }
        return new Snapshot(response.object("header").number("revision"), values);
    }
}
