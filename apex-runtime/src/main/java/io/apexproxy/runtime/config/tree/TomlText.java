package io.apexproxy.runtime.config.tree;

import io.apexproxy.api.config.ConfigTree;
import io.apexproxy.runtime.log.CleanText;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Shows values and keys in messages the way the user writes them: in TOML, in one line, shortened, without secrets.
 */
public final class TomlText {

    private static final Pattern BARE_KEY = Pattern.compile("[A-Za-z0-9_-]+");

    /** Long enough to recognize a value, short enough to leave the message in one line of a terminal. */
    private static final int LONGEST_TEXT = 40;
    private static final int MOST_ELEMENTS = 3;
    /** Names of listeners and pools are keys, too, and shown as a whole. */
    private static final int LONGEST_BARE_KEY = NameRules.LONGEST;

    private TomlText() {
    }

    /**
     * Returns a value in TOML notation, which also shows its type: {@code 5} is a number, {@code "5"} a string.
     *
     * @param value of any type
     * @return one line
     */
    public static String value(ConfigTree value) {
        return value(value, true);
    }

    /** What kind of value it is, where the value itself must not be shown. */
    static String kind(ConfigTree value) {
        if (value instanceof ConfigTree.Scalar scalar) {
            return scalar.value() instanceof String ? "a string"
                    : scalar.value() instanceof Boolean ? "true or false" : "a number";
        }
        return value instanceof ConfigTree.Array ? "an array" : "a table";
    }

    /** A string in TOML notation. */
    static String string(String text) {
        return '"' + plain(text).replace("\"", "\\\"") + '"';
    }

    /**
     * Returns text of any origin without quotes but fit for one line.
     *
     * @param text of any length
     * @return one line
     */
    public static String plain(String text) {
        String shown = Secrets.hiddenIn(text);
        int most = shown.length() <= LONGEST_TEXT ? shown.length() : endOfShown(shown);
        String line = CleanText.escaped(shown.substring(0, most).replace("\\", "\\\\"));
        return most < shown.length() ? line + '…' : line;
    }

    /** Characters outside the basic plane count once. */
    private static int endOfShown(String text) {
        boolean isShort = text.codePointCount(0, Math.min(text.length(), 2 * LONGEST_TEXT + 2)) <= LONGEST_TEXT;
        return isShort ? text.length() : text.offsetByCodePoints(0, LONGEST_TEXT);
    }

    /** A key as it stands in a dotted path. */
    static String key(String key) {
        return key.length() <= LONGEST_BARE_KEY && BARE_KEY.matcher(key).matches() ? key : string(key);
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
                parts.add(key(member.getKey()) + " = " + (Secrets.isNamed(member.getKey())
                        ? "…" : value(member.getValue().value(), false))));
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
