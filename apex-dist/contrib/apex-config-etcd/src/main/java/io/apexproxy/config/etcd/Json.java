package io.apexproxy.config.etcd;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A JSON object of etcd's gateway. Missing members have defaults, because the gateway omits values that are zero, empty
 * or false.
 *
 * @param members strings, lists and nested maps by name; numbers and booleans as text
 */
record Json(Map<?, ?> members) {

    /** The object without members. */
    static final Json EMPTY = new Json(Map.of());

    /** Some hundred times the number in a page of keys. Limits memory, because each value needs more heap than text. */
    private static final int MAX_VALUES = 1_000_000;

    private static final JsonFactory FACTORY = new JsonFactory();

    /**
     * Reads an object.
     *
     * @throws IOException if the text is not a JSON object
     */
    static Json parse(String text) throws IOException {
        return parse(FACTORY.createParser(text));
    }

    /**
     * Reads an object in UTF-8.
     *
     * @throws IOException if the bytes are not a JSON object
     */
    static Json parse(InputStream bytes) throws IOException {
        return parse(FACTORY.createParser(bytes));
    }

    private static Json parse(JsonParser opened) throws IOException {
        try (JsonParser parser = opened) {
            parser.nextToken();
            if (value(parser, new int[1]) instanceof Map<?, ?> members) {
                return new Json(members);
            }
            throw new IOException("expected a JSON object");
        }
    }

    /** Returns the text of an object with strings, whole numbers, booleans, lists and maps. */
    static String text(Map<String, ?> members) {
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = FACTORY.createGenerator(text)) {
            write(members, generator);
        } catch (IOException e) {
            throw new IllegalStateException(e); // a string writer does not throw
        }
        return text.toString();
    }

    Json object(String name) {
        return new Json(members.get(name) instanceof Map<?, ?> nested ? nested : Map.of());
    }

    List<Json> objects(String name) throws IOException {
        List<Json> objects = new ArrayList<>();
        for (Object element : members.get(name) instanceof List<?> list ? list : List.of()) {
            if (!(element instanceof Map<?, ?> nested)) {
                throw new IOException("expected objects as " + name + ", found " + element);
            }
            objects.add(new Json(nested));
        }
        return objects;
    }

    String string(String name) {
        return members.get(name) instanceof String string ? string : "";
    }

    boolean isTrue(String name) {
        return string(name).equals("true");
    }

    /** Returns a whole number; the gateway writes 64-bit numbers as strings. */
    long number(String name) throws IOException {
        String digits = string(name);
        try {
            return digits.isEmpty() ? 0 : Long.parseLong(digits);
        } catch (NumberFormatException e) {
            throw new IOException("expected a whole number as " + name + ", found " + digits, e);
        }
    }

    private static Object value(JsonParser parser, int[] values) throws IOException {
        if (++values[0] > MAX_VALUES) {
            throw new IOException("expected at most " + MAX_VALUES + " values in a response, found more");
        }
        JsonToken token = parser.currentToken();
        if (token == JsonToken.START_OBJECT) {
            Map<String, Object> members = new LinkedHashMap<>();
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                parser.nextToken();
                members.put(name, value(parser, values));
            }
            return members;
        }
        if (token == JsonToken.START_ARRAY) {
            List<Object> elements = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                elements.add(value(parser, values));
            }
            return elements;
        }
        if (token == null) {
            throw new IOException("expected a JSON object, found nothing");
        }
        return parser.getText();
    }

    private static void write(Object value, JsonGenerator generator) throws IOException {
        if (value instanceof Map<?, ?> members) {
            generator.writeStartObject();
            for (Map.Entry<?, ?> member : members.entrySet()) {
                generator.writeFieldName((String) member.getKey());
                write(member.getValue(), generator);
            }
            generator.writeEndObject();
        } else if (value instanceof List<?> list) {
            generator.writeStartArray();
            for (Object element : list) {
                write(element, generator);
            }
            generator.writeEndArray();
        } else if (value instanceof Long number) {
            generator.writeNumber(number);
        } else if (value instanceof Boolean bool) {
            generator.writeBoolean(bool);
        } else {
            generator.writeString((String) value);
        }
    }
}
