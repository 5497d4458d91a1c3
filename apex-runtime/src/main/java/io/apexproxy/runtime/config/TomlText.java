package io.apexproxy.runtime.config;

import io.apexproxy.api.config.ConfigTree;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Shows values and keys in messages the way the user writes them: in TOML, in one line, shortened. */
final class TomlText {

    private static final Pattern BARE_KEY = Pattern.compile("[A-Za-z0-9_-]+");

    /** Long enough to recognize a value, short enough to leave the message in one line of a terminal. */
    private static final int LONGEST_TEXT = 40;
    private static final int MOST_ELEMENTS = 3;

    private TomlText() {
    }

    /** A value in TOML notation, which also tells its type: {@code 5} is a number, {@code "5"} a string. */
    static String value(ConfigTree value) {
        return value(value, true);
    }

    /** A string in TOML notation. */
    static String string(String text) {
        return '"' + plain(text).replace("\"", "\\\"") + '"';
    }

    /** Text that may hold anything, without quotes but fit for one line. */
    static String plain(String text) {
        StringBuilder line = new StringBuilder();
        text.codePoints().limit(LONGEST_TEXT).forEach(c -> {
            if (c == '\\') {
                line.append("\\\\");
            } else if (Character.isISOControl(c)) {
                line.append(String.format("\\u%04X", c));
            } else {
                line.appendCodePoint(c);
            }
        });
        return text.codePointCount(0, text.length()) > LONGEST_TEXT ? line.append('…').toString() : line.toString();
    }

    /** A key as it stands in a dotted path. */
    static String key(String key) {
        return BARE_KEY.matcher(key).matches() ? key : string(key);
    }

    private static String value(ConfigTree value, boolean outermost) {
        if (value instanceof ConfigTree.Scalar scalar) {
            return scalar.value() instanceof String text ? string(text) : scalar.value().toString();
        }
        if (value instanceof ConfigTree.Array array) {
            return array(array, outermost);
        }
        return table((ConfigTree.Table) value, outermost);
    }

    private static String array(ConfigTree.Array array, boolean outermost) {
        List<String> parts = new ArrayList<>();
        array.elements().stream().limit(MOST_ELEMENTS).forEach(element -> parts.add(value(element, false)));
        return "[" + joined(parts, array.elements().size(), outermost) + "]";
    }

    private static String table(ConfigTree.Table table, boolean outermost) {
        List<String> parts = new ArrayList<>();
        table.members().entrySet().stream().limit(MOST_ELEMENTS).forEach(member ->
                parts.add(key(member.getKey()) + " = " + value(member.getValue().value(), false)));
        return parts.isEmpty() ? "{}" : "{ " + joined(parts, table.members().size(), outermost) + " }";
    }

    private static String joined(List<String> parts, int total, boolean outermost) {
        if (!outermost && total > 0) {
            return "…";
        }
        if (parts.size() < total) {
            parts.add("…");
        }
        return String.join(", ", parts);
    }
}
