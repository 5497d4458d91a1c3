package io.apexproxy.runtime.config.tree;

import io.apexproxy.api.Origin;
import io.apexproxy.api.config.ConfigTree;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes trees from the little of TOML that these tests need, so that they read like configurations: table headers,
 * comments on lines of their own, strings without escapes, numbers, truth values, arrays and inline tables, all of
 * which end on the line where they begin.
 */
public final class TreeFixture {

    /** The source of each origin. */
    public static final String SOURCE = "config.toml";

    private final Branch root = new Branch(Origin.of(SOURCE));
    private String text = "";
    private int line;
    private int position;

    private TreeFixture() {
    }

    /**
     * Makes a tree.
     *
     * @param toml the text
     * @return the root table
     */
    public static ConfigTree.Table tree(String toml) {
        TreeFixture fixture = new TreeFixture();
        Branch current = fixture.root;
        for (String text : toml.split("\n")) {
            fixture.text = text + " ";
            fixture.line++;
            fixture.position = 0;
            fixture.blanks();
            if (fixture.position == fixture.text.length() || fixture.text.startsWith("#")) {
                continue;
            }
            if (fixture.skip('[')) {
                current = fixture.header();
            } else {
                fixture.pair(current);
            }
        }
        return fixture.root.freeze();
    }

    private Branch header() {
        Origin origin = new Origin(SOURCE, line, position);
        Branch branch = root;
        do {
            Origin place = here();
            Branch parent = branch;
            branch = (Branch) parent.values.computeIfAbsent(key(), name -> {
                parent.keys.put(name, place);
                return new Branch(origin);
            });
        } while (skip('.'));
        expect(']');
        return branch;
    }

    private void pair(Branch branch) {
        Origin place = here();
        String key = key();
        branch.keys.put(key, place);
        expect('=');
        branch.values.put(key, value());
    }

    private Object value() {
        blanks();
        Origin origin = here();
        if (skip('[')) {
            List<ConfigTree> elements = new ArrayList<>();
            while (!skip(']')) {
                Object element = value();
                elements.add(element instanceof Branch inner ? inner.freeze() : (ConfigTree) element);
                skip(',');
            }
            return new ConfigTree.Array(elements, origin);
        }
        if (skip('{')) {
            Branch branch = new Branch(origin);
            while (!skip('}')) {
                pair(branch);
                skip(',');
            }
            return branch;
        }
        return new ConfigTree.Scalar(text.charAt(position) == '"' ? quoted() : bare(), origin);
    }

    private Object bare() {
        String word = word("-.");
        if (word.equals("true") || word.equals("false")) {
            return Boolean.valueOf(word);
        }
        return word.contains(".") ? (Object) Double.valueOf(word) : (Object) Long.valueOf(word);
    }

    private String key() {
        blanks();
        return text.charAt(position) == '"' ? quoted() : word("_-");
    }

    private String quoted() {
        int end = text.indexOf('"', position + 1);
        String content = text.substring(position + 1, end);
        position = end + 1;
        return content;
    }

    private String word(String others) {
        int start = position;
        while (Character.isLetterOrDigit(text.charAt(position)) || others.indexOf(text.charAt(position)) >= 0) {
            position++;
        }
        return text.substring(start, position);
    }

    private void blanks() {
        while (position < text.length() && text.charAt(position) == ' ') {
            position++;
        }
    }

    private boolean skip(char expected) {
        blanks();
        boolean there = position < text.length() && text.charAt(position) == expected;
        position += there ? 1 : 0;
        return there;
    }

    private void expect(char expected) {
        if (!skip(expected)) {
            throw new IllegalArgumentException(here() + ": expected " + expected);
        }
    }

    private Origin here() {
        return new Origin(SOURCE, line, position + 1);
    }

    /** A table that is being filled. */
    private static final class Branch {
        private final Map<String, Origin> keys = new LinkedHashMap<>();
        private final Map<String, Object> values = new LinkedHashMap<>();
        private final Origin origin;

        Branch(Origin origin) {
            this.origin = origin;
        }

        ConfigTree.Table freeze() {
            Map<String, ConfigTree.Member> members = new LinkedHashMap<>();
            values.forEach((key, value) -> members.put(key, new ConfigTree.Member(
                    keys.get(key), value instanceof Branch inner ? inner.freeze() : (ConfigTree) value)));
            return new ConfigTree.Table(members, origin);
        }
    }
}
