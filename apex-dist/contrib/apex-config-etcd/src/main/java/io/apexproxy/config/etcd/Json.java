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
 * Just enough of JSON for etcd's gateway: objects with defaults, as the gateway leaves out what is zero, empty or
 * false.
 *
 * @param members strings, lists and nested maps by name; numbers and truth values as their text
 */
record Json(Map<?, ?> members) {

    /** An object without members. */
    static final Json NOTHING = new Json(Map.of());

    /** Some hundred times what a page of keys has; each takes memory, also where it takes few bytes of the text. */
    private static final int MOST_VALUES = 1_000_000;

    private static final JsonFactory FACTORY = new JsonFactory();

    /**
     * Reads an object.
     *
     * @throws IOException if the text is something else
     */
    static Json parse(String text) throws IOException {
        return parse(FACTORY.createParser(text));
    }

    /**
     * Reads an object in UTF-8.
     *
     * @throws IOException if the bytes are something else
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

    /** Writes an object of strings, whole numbers, truth values, lists and maps. */
    static String text(Map<String, ?> members) {
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = FACTORY.createGenerator(text)) {
            write(members, generator);
        } catch (IOException e) {
            throw new IllegalStateException(e); // a string writer has none
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

    /** A whole number; the gateway writes those of 64 bits as strings. */
    long number(String name) throws IOException {
        String digits = string(name);
        try {
            return digits.isEmpty() ? 0 : Long.parseLong(digits);
        } catch (NumberFormatException e) {
            throw new IOException("expected a whole number as " + name + ", found " + digits, e);
        }
    }

    private static Object value(JsonParser parser, int[] values) throws IOException {
        if (++values[0] > MOST_VALUES) {
            throw new IOException("expected at most " + MOST_VALUES + " values in an answer, found more");
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
