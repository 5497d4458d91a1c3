package io.apexproxy.runtime.config.tree;

import io.apexproxy.api.Origin;
import io.apexproxy.api.config.ConfigTree;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Parser of the subset of TOML that these tests need: table headers, comments on separate lines, strings without
 * escapes, numbers, booleans, arrays and inline tables. Each value ends on the line where it begins.
 */
public final class TreeFixture {

    /** The source in all origins. */
    public static final String SOURCE = "config.toml";

    private final TableBuilder root = new TableBuilder(Origin.of(SOURCE));
    private String text = "";
    private int line;
    private int position;

    private TreeFixture() {
    }

    /**
     * Parses a text.
     *
     * @param toml the text
     * @return the root table
     */
    public static ConfigTree.Table tree(String toml) {
        TreeFixture fixture = new TreeFixture();
        TableBuilder current = fixture.root;
        for (String text : toml.split("\n")) {
            fixture.text = text + " ";
            fixture.line++;
            fixture.position = 0;
            fixture.skipBlanks();
            if (fixture.position == fixture.text.length() || fixture.text.startsWith("#")) {
                continue;
            }
            if (fixture.skip('[')) {
                current = fixture.readHeader();
            } else {
                fixture.readPair(current);
            }
        }
        return fixture.root.toTable();
    }

    private TableBuilder readHeader() {
        Origin origin = new Origin(SOURCE, line, position);
        TableBuilder builder = root;
        do {
            Origin keyOrigin = origin();
            TableBuilder parent = builder;
            builder = (TableBuilder) parent.values.computeIfAbsent(readKey(), name -> {
                parent.keys.put(name, keyOrigin);
                return new TableBuilder(origin);
            });
        } while (skip('.'));
        expect(']');
        return builder;
    }

    private void readPair(TableBuilder builder) {
        Origin keyOrigin = origin();
        String key = readKey();
        builder.keys.put(key, keyOrigin);
        expect('=');
        builder.values.put(key, readValue());
    }

    private Object readValue() {
        skipBlanks();
        Origin origin = origin();
        if (skip('[')) {
            List<ConfigTree> elements = new ArrayList<>();
            while (!skip(']')) {
                Object element = readValue();
                elements.add(element instanceof TableBuilder inner ? inner.toTable() : (ConfigTree) element);
                skip(',');
            }
            return new ConfigTree.Array(elements, origin);
        }
        if (skip('{')) {
            TableBuilder builder = new TableBuilder(origin);
            while (!skip('}')) {
                readPair(builder);
                skip(',');
            }
            return builder;
        }
        return new ConfigTree.Scalar(text.charAt(position) == '"' ? readQuoted() : readBare(), origin);
    }

    private Object readBare() {
        String word = readWord("-.");
        if (word.equals("true") || word.equals("false")) {
            return Boolean.valueOf(word);
        }
        return word.contains(".") ? (Object) Double.valueOf(word) : (Object) Long.valueOf(word);
    }

    private String readKey() {
        skipBlanks();
        return text.charAt(position) == '"' ? readQuoted() : readWord("_-");
    }

    private String readQuoted() {
        int end = text.indexOf('"', position + 1);
        String content = text.substring(position + 1, end);
        position = end + 1;
        return content;
    }

    private String readWord(String others) {
        int start = position;
        while (Character.isLetterOrDigit(text.charAt(position)) || others.indexOf(text.charAt(position)) >= 0) {
            position++;
        }
        return text.substring(start, position);
    }

    private void skipBlanks() {
        while (position < text.length() && text.charAt(position) == ' ') {
            position++;
        }
    }

    private boolean skip(char expected) {
        skipBlanks();
        boolean found = position < text.length() && text.charAt(position) == expected;
        position += found ? 1 : 0;
        return found;
    }

    private void expect(char expected) {
        if (!skip(expected)) {
            throw new IllegalArgumentException(origin() + ": expected " + expected);
        }
    }

    private Origin origin() {
        return new Origin(SOURCE, line, position + 1);
    }

    /** A table under construction. */
    private static final class TableBuilder {
        private final Map<String, Origin> keys = new LinkedHashMap<>();
        private final Map<String, Object> values = new LinkedHashMap<>();
        private final Origin origin;

        TableBuilder(Origin origin) {
            this.origin = origin;
        }

        ConfigTree.Table toTable() {
            Map<String, ConfigTree.Member> members = new LinkedHashMap<>();
            values.forEach((key, value) -> members.put(key, new ConfigTree.Member(
                    keys.get(key), value instanceof TableBuilder inner ? inner.toTable() : (ConfigTree) value)));
            return new ConfigTree.Table(members, origin);
        }
    }
}
