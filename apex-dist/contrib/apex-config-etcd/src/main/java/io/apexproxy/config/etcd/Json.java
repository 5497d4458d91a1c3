package io.apexproxy.config.etcd;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.jr.ob.JSON;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A JSON object of etcd's gateway. Missing members have defaults, because the gateway omits values that are zero, empty
 * or false. Exceptions quote no text of the object, because it can be part of a secret.
 *
 * @param members the values by name
 */
record Json(Map<?, ?> members) {

    /** The object without members. */
    static final Json EMPTY = new Json(Map.of());

    /**
     * Limits memory to about 100 MiB, as measured, because a value needs more heap than text. A key in a cache file
     * has six tokens, and a page of keys about 15,000.
     */
    private static final int MAX_TOKENS = 2_000_000;

    /** The messages of etcd have five levels. */
    private static final int MAX_DEPTH = 20;

    private static final JsonFactory FACTORY = JsonFactory.builder().streamReadConstraints(
            StreamReadConstraints.builder().maxTokenCount(MAX_TOKENS).maxNestingDepth(MAX_DEPTH).build()).build();

    /**
     * Reads an object in UTF-8.
     *
     * @throws IOException if the bytes are not exactly one JSON object, a name occurs twice in an object, or the object
     *     is too large
     */
    static Json parse(InputStream bytes) throws IOException {
        try (JsonParser parser = FACTORY.createParser(bytes)) {
            Map<String, Object> members = JSON.std.mapFrom(parser);
            if (members != null && parser.nextToken() == null) {
                return new Json(members);
            }
        } catch (StreamConstraintsException e) {
            throw new IOException("the JSON object is too large: " + e.getOriginalMessage(), e);
        } catch (JsonProcessingException | CharConversionException e) {
            // its message quotes the text
        }
        throw new IOException("expected one valid JSON object, found other text");
    }

    /** Returns the text of an object with strings, whole numbers, booleans, lists and maps. */
    static String text(Map<String, ?> members) {
        try {
            return JSON.std.asString(members);
        } catch (IOException e) {
            throw new IllegalStateException(e); // a string writer does not throw
        }
    }

    Json object(String name) {
        return members.get(name) instanceof Map<?, ?> nested ? new Json(nested) : EMPTY;
    }

    List<Json> objects(String name) throws IOException {
        List<Json> objects = new ArrayList<>();
        for (Object element : members.get(name) instanceof List<?> list ? list : List.of()) {
            if (!(element instanceof Map<?, ?> nested)) {
                throw new IOException("expected objects as " + name + ", found another value");
            }
            objects.add(new Json(nested));
        }
        return objects;
    }

    String string(String name) {
        return members.get(name) instanceof String string ? string : "";
    }

    boolean isTrue(String name) {
        return Boolean.TRUE.equals(members.get(name));
    }

    /** Returns a whole number; the gateway writes 64-bit numbers as strings. */
    long number(String name) throws IOException {
        Object value = members.get(name);
        try {
            return value == null ? 0 : Long.parseLong(value.toString());
        } catch (NumberFormatException e) {
            throw new IOException("expected a whole number as " + name + ", found another value");
        }
    }
}
