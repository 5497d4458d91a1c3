package io.apexproxy.runtime.source;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.apexproxy.api.config.ConfigTree;
import io.apexproxy.api.source.FoundBackend;
import io.apexproxy.runtime.config.BackendConfig;
import io.apexproxy.runtime.config.ProviderConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The last answer of a source on disk, for a restart without the source. One JSON object in one file for each pool.
 *
 * <p>The file has a digest of the settings of the source, which can contain secrets: an answer of other settings is not
 * used. All methods block.
 */
final class AnswerFile {

    /** The limits of an answer allow fewer bytes, so a larger file is not one of ours. */
    private static final long MAX_BYTES = 1L << 28;
    private static final JsonFactory JSON = new JsonFactory();

    private final Path path;

    AnswerFile(Path directory, String pool) {
        this.path = directory.resolve("backends-of-" + pool + ".json"); // the rules for names allow no separators
    }

    Path path() {
        return path;
    }

    /** Replaces the file atomically. A process that drains after a takeover can store an answer at the same time. */
    void store(ProviderConfig source, List<BackendConfig> backends) throws IOException {
        Files.createDirectories(path.getParent());
        Path next = Files.createTempFile(path.getParent(), "." + path.getFileName(), ".new");
        try {
            write(next, source, backends);
            Files.move(next, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(next);
        }
    }

    private static void write(Path next, ProviderConfig source, List<BackendConfig> backends) throws IOException {
        try (JsonGenerator json = JSON.createGenerator(next.toFile(), JsonEncoding.UTF8)) {
            json.useDefaultPrettyPrinter();
            json.writeStartObject();
            json.writeStringField("provider", source.provider());
            json.writeStringField("settings", digest(source));
            json.writeArrayFieldStart("backends");
            for (BackendConfig backend : backends) {
                write(json, backend);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
    }

    private static void write(JsonGenerator json, BackendConfig backend) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", backend.name().equals(backend.address().toString()) ? "" : backend.name());
        json.writeStringField("address", backend.address().toString());
        json.writeNumberField("weight", backend.weight());
        json.writeNumberField("tier", backend.tier());
        json.writeNumberField("max_connections", backend.maxConnections());
        json.writeObjectFieldStart("attributes");
        for (Map.Entry<String, String> attribute : backend.attributes().entrySet()) {
            json.writeStringField(attribute.getKey(), attribute.getValue());
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    /**
     * Reads the file.
     *
     * @return the backends; empty if the file does not exist or is of a source with other settings
     * @throws IOException if the file cannot be read or is not such a file
     */
    List<BackendConfig> read(ProviderConfig source) throws IOException {
        if (!Files.exists(path)) {
            return List.of();
        }
        if (Files.size(path) > MAX_BYTES) {
            throw new IOException("larger than " + MAX_BYTES + " bytes");
        }
        try (JsonParser json = JSON.createParser(path.toFile())) {
            json.nextToken();
            Map<String, Object> content = object(json);
            if (!source.provider().equals(content.get("provider")) || !digest(source).equals(content.get("settings"))) {
                return List.of();
            }
            List<FoundBackend> found = new ArrayList<>();
            for (Object backend : (List<?>) content.get("backends")) {
                found.add(backend((Map<?, ?>) backend));
            }
            return AnswerReader.read(found);
        } catch (InvalidAnswerException e) {
            throw new IOException(e.getMessage(), e);
        } catch (ClassCastException | NullPointerException | ArithmeticException | IllegalArgumentException e) {
            // changed by hand
            throw new IOException("not a stored answer", e);
        }
    }

    private static FoundBackend backend(Map<?, ?> members) {
        Map<String, String> attributes = new LinkedHashMap<>();
        ((Map<?, ?>) members.get("attributes")).forEach((key, value) -> attributes.put((String) key, (String) value));
        return new FoundBackend((String) members.get("name"), (String) members.get("address"),
                number(members, "weight"), number(members, "tier"), number(members, "max_connections"), false,
                attributes);
    }

    private static int number(Map<?, ?> members, String key) {
        return Math.toIntExact((Long) members.get(key));
    }

    private static Map<String, Object> object(JsonParser json) throws IOException {
        Map<String, Object> members = new LinkedHashMap<>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String key = json.currentName();
            json.nextToken();
            members.put(key, value(json));
        }
        return members;
    }

    /** The depth is bounded by the parser. */
    private static Object value(JsonParser json) throws IOException {
        return switch (json.currentToken()) {
            case START_OBJECT -> object(json);
            case START_ARRAY -> {
                List<Object> elements = new ArrayList<>();
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    elements.add(value(json));
                }
                yield elements;
            }
            case VALUE_NUMBER_INT -> json.getLongValue();
            default -> json.getText();
        };
    }

    private static String digest(ProviderConfig source) {
        try {
            byte[] text = canonical(source.settings()).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java platform has it
        }
    }

    /** Returns a text that two trees have in common exactly if they are equal. */
    private static String canonical(ConfigTree tree) {
        if (tree instanceof ConfigTree.Table table) {
            return new TreeMap<>(table.members()).entrySet().stream()
                    .map(each -> quoted(each.getKey()) + "=" + canonical(each.getValue().value()))
                    .collect(Collectors.joining(",", "{", "}"));
        } else if (tree instanceof ConfigTree.Array array) {
            return array.elements().stream().map(AnswerFile::canonical).collect(Collectors.joining(",", "[", "]"));
        }
        Object value = ((ConfigTree.Scalar) tree).value();
        return value instanceof String text ? quoted(text) : value.toString();
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
