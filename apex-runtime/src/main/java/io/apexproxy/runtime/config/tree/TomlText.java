package io.apexproxy.runtime.config.tree;

import io.apexproxy.api.config.ConfigTree;
import io.apexproxy.runtime.log.CleanText;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Text of values and keys in messages, as the user writes them: in TOML, on one line, shortened, without secrets.
 */
public final class TomlText {

    private static final Pattern BARE_KEY = Pattern.compile("[A-Za-z0-9_-]+");

    /** Long enough to recognize a value, short enough for a message on one line of a terminal. */
    private static final int MAX_TEXT_LENGTH = 40;
    private static final int MAX_ELEMENTS = 3;
    /** Names of listeners and pools are keys and are shown in full. */
    private static final int MAX_BARE_KEY_LENGTH = NameRules.MAX_LENGTH;

    private TomlText() {
    }

    /**
     * Returns a value in TOML notation, on one line. It shows the type: {@code 5} is a number, {@code "5"} a string.
     */
    public static String value(ConfigTree value) {
        return value(value, true);
    }

    /** Returns the kind of a value, for messages that must not show the value. */
    static String kind(ConfigTree value) {
        if (value instanceof ConfigTree.Scalar scalar) {
            return scalar.value() instanceof String ? "a string"
                    : scalar.value() instanceof Boolean ? "true or false" : "a number";
        }
        return value instanceof ConfigTree.Array ? "an array" : "a table";
    }

    /** Returns a string in TOML notation. */
    static String string(String text) {
        return '"' + plain(text).replace("\"", "\\\"") + '"';
    }

    /** Returns a text without quotes, escaped and shortened to one line of a message. */
    public static String plain(String text) {
        String shown = Secrets.withoutUrlSecrets(text);
        int most = shown.length() <= MAX_TEXT_LENGTH ? shown.length() : endOfShown(shown);
        String line = CleanText.escaped(shown.substring(0, most).replace("\\", "\\\\"));
        return most < shown.length() ? line + '…' : line;
    }

    /** Counts code points, so that a character outside the basic multilingual plane counts once. */
    private static int endOfShown(String text) {
        boolean isShort = text.codePointCount(0, Math.min(text.length(), 2 * MAX_TEXT_LENGTH + 2)) <= MAX_TEXT_LENGTH;
        return isShort ? text.length() : text.offsetByCodePoints(0, MAX_TEXT_LENGTH);
    }

    /** Returns a key as written in a dotted path. */
    static String key(String key) {
        return key.length() <= MAX_BARE_KEY_LENGTH && BARE_KEY.matcher(key).matches() ? key : string(key);
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
        array.elements().stream().limit(MAX_ELEMENTS).forEach(element -> parts.add(value(element, false)));
        return "[" + joined(parts, array.elements().size(), outermost) + "]";
    }

    private static String table(ConfigTree.Table table, boolean outermost) {
        List<String> parts = new ArrayList<>();
        table.members().entrySet().stream().limit(MAX_ELEMENTS).forEach(member -> {
            String key = member.getKey();
            String value = Secrets.isSecretName(key) ? "…" : value(member.getValue().value(), false);
            parts.add(key(key) + " = " + value);
        });
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
