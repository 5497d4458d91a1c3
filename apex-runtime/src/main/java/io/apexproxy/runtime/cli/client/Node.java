package io.apexproxy.runtime.cli.client;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An object of JSON, whose members are optional: another version of Apex can have others.
 *
 * @param members strings, numbers and booleans as text, objects as {@code Node}, arrays as lists of these; without null
 */
record Node(Map<String, Object> members) {

    static final Node EMPTY = new Node(Map.of());

    /**
     * Parses a document. The parser bounds depth and lengths.
     *
     * @throws IOException if the text is not one JSON object
     */
    static Node parse(String text) throws IOException {
        try (JsonParser parser = new JsonFactory().createParser(text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("the answer is not a JSON object");
            }
            Node node = object(parser);
            if (parser.nextToken() != null) {
                throw new IOException("text follows the JSON object");
            }
            return node;
        }
    }

    private static Node object(JsonParser parser) throws IOException {
        Map<String, Object> members = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            value(parser, parser.nextToken()).ifPresent(value -> members.put(name, value));
        }
        return new Node(members);
    }

    private static Optional<Object> value(JsonParser parser, JsonToken token) throws IOException {
        if (token == JsonToken.START_OBJECT) {
            return Optional.of(object(parser));
        }
        if (token == JsonToken.START_ARRAY) {
            List<Object> elements = new ArrayList<>();
            for (JsonToken next = parser.nextToken(); next != JsonToken.END_ARRAY; next = parser.nextToken()) {
                value(parser, next).ifPresent(elements::add);
            }
            return Optional.of(elements);
        }
        return token == JsonToken.VALUE_NULL ? Optional.empty() : Optional.of(parser.getText());
    }

    /** Returns a string, number or boolean; empty if it is missing or an empty string. */
    Optional<String> text(String name) {
        return Optional.ofNullable(members.get(name)).filter(String.class::isInstance).map(String.class::cast)
                .filter(value -> !value.isEmpty());
    }

    /** Returns a number; empty if it is missing or not a number. */
    Optional<Double> number(String name) {
        try {
            return text(name).map(Double::valueOf);
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    boolean isTrue(String name) {
        return text(name).filter("true"::equals).isPresent();
    }

    /** Returns an object; empty if it is missing. */
    Node node(String name) {
        return members.get(name) instanceof Node node ? node : EMPTY;
    }

    /** Returns the objects of an array. */
    List<Node> nodes(String name) {
        return elements(name).stream().filter(Node.class::isInstance).map(Node.class::cast).toList();
    }

    /** Returns the strings of an array. */
    List<String> texts(String name) {
        return elements(name).stream().filter(String.class::isInstance).map(String.class::cast).toList();
    }

    private List<?> elements(String name) {
        return members.get(name) instanceof List<?> list ? list : List.of();
    }
}
