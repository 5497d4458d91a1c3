package io.apexproxy.runtime.cli.convert.draft;

import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Writer of a draft as TOML. Values of a table come before its inner tables, as TOML requires. */
public final class TomlWriter {

    private static final Pattern BARE_KEY = Pattern.compile("[A-Za-z0-9_-]+");
    /** Of a comment, before it is continued on the next line. */
    private static final int MAX_WIDTH = 100;
    private static final String INDENT = "  ";

    private final StringBuilder out = new StringBuilder();

    private TomlWriter() {
    }

    /** Returns the text of a draft. */
    public static String text(Group root) {
        TomlWriter writer = new TomlWriter();
        writer.table(root, "");
        return writer.out.toString();
    }

    private void table(Group table, String path) {
        for (Group.Entry entry : table.entries()) {
            if (entry.value() instanceof Group.Comment comment) {
                comment(comment, "");
            } else if (!isTable(entry.value())) {
                out.append(key(entry.key())).append(" = ").append(value(entry.value())).append('\n');
            }
        }
        table.entries().stream().filter(entry -> isTable(entry.value())).forEach(entry -> {
            Group inner = (Group) entry.value();
            String name = path + (path.isEmpty() ? "" : ".") + key(entry.key());
            if (!path.isEmpty() || inner.hasValues(each -> !isTable(each))) { // listeners and pools have tables only
                out.append("\n[").append(name).append("]\n");
            }
            table(inner, name);
        });
    }

    private static boolean isTable(Object value) {
        return value instanceof Group group && group.form() == Group.Form.TABLE;
    }

    private void comment(Group.Comment comment, String indent) {
        StringBuilder line = new StringBuilder(indent).append('#');
        for (String word : comment.text().split(" ")) {
            if (line.length() + word.length() >= MAX_WIDTH && line.length() > indent.length() + 1) {
                out.append(line).append('\n');
                line = new StringBuilder(indent).append("#  ");
            }
            line.append(' ').append(word);
        }
        out.append(line).append('\n');
    }

    private String value(Object value) {
        if (value instanceof String text) {
            return string(text);
        }
        if (!(value instanceof Group group)) {
            return value.toString();
        }
        return group.form() == Group.Form.ARRAY ? array(group) : inline(group);
    }

    private String inline(Group table) {
        String members = table.entries().stream().map(entry -> key(entry.key()) + " = " + value(entry.value()))
                .collect(Collectors.joining(", "));
        return members.isEmpty() ? "{}" : "{ " + members + " }";
    }

    /** Writes an array with comments or tables on several lines. */
    private static String array(Group array) {
        boolean isShort = array.entries().stream().allMatch(entry -> entry.value() instanceof String);
        TomlWriter writer = new TomlWriter();
        if (isShort) {
            return array.entries().stream().map(entry -> writer.value(entry.value()))
                    .collect(Collectors.joining(", ", "[", "]"));
        }
        for (Group.Entry entry : array.entries()) {
            if (entry.value() instanceof Group.Comment comment) {
                writer.comment(comment, INDENT);
            } else {
                writer.out.append(INDENT).append(writer.value(entry.value())).append(",\n");
            }
        }
        return "[\n" + writer.out + "]";
    }

    private static String key(String key) {
        return BARE_KEY.matcher(key).matches() ? key : string(key);
    }

    /** Returns a string of TOML. Apex would replace variables, which the other proxies do not have. */
    private static String string(String text) {
        StringBuilder string = new StringBuilder("\"");
        text.replace("${env:", "$${env:").chars().forEach(character -> {
            switch (character) {
                case '"', '\\' -> string.append('\\').append((char) character);
                case '\n' -> string.append("\\n");
                case '\r' -> string.append("\\r");
                case '\t' -> string.append("\\t");
                default -> string.append(character < ' ' || character == 0x7f
                        ? String.format("\\u%04X", character) : (char) character);
            }
        });
        return string.append('"').toString();
    }
}
