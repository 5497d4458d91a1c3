package io.apexproxy.config.etcd;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.ConfigProblem;
import io.apexproxy.api.Origin;
import io.apexproxy.api.Settings;
import io.apexproxy.api.config.ConfigTree;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.tomlj.Toml;
import org.tomlj.TomlKeyValue;
import org.tomlj.TomlParseOptions;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;
import org.tomlj.TomlValue;
import org.tomlj.TomlVersion;

/**
 * Parser of the TOML in the value of one etcd key. Origins in the tree contain that key.
 *
 * <p>The origin of a part of a dotted key or header is the start of the whole. This is precise enough for documents of
 * a few lines.
 */
final class TomlDocument {

    /** TOML 1.1 allows inline tables with several lines and a trailing comma. */
    private static final TomlParseOptions OPTIONS =
            TomlParseOptions.defaults().withVersion(TomlVersion.V1_1_0).withoutSource();

    private static final Pattern ESCAPED_LETTER = Pattern.compile("\\\\[uUx]");

    private static final String EXPECTED = ", expected ";

    /** Turns an inline table into a document for the parser. */
    private static final String INLINE = "value=";

    private final String source;
    private final int skippedColumns;

    private TomlDocument(String source, int skippedColumns) {
        this.source = source;
        this.skippedColumns = skippedColumns;
    }

    /**
     * Parses tables and keys.
     *
     * @param source the name of the key in messages
     * @throws ConfigException if there are syntax errors, with all of them
     */
    static ConfigTree.Table parse(String source, String text) {
        return new TomlDocument(source, 0).document(text);
    }

    /**
     * Parses an inline table.
     *
     * @param source the name of the key in messages
     * @param text the table, starting with its brace
     * @throws ConfigException if there are syntax errors, with all of them
     */
    static ConfigTree.Table parseInline(String source, String text) {
        ConfigTree.Table document = new TomlDocument(source, INLINE.length()).document(INLINE + text);
        return (ConfigTree.Table) document.members().values().iterator().next().value();
    }

    private ConfigTree.Table document(String text) {
        TomlParseResult result = parseToml(text);
        if (result.hasErrors()) {
            boolean canContainSecret = canContainSecret(text);
            throw new ConfigException(result.errors().stream().map(error -> new ConfigProblem(origin(error.position()),
                    "no valid TOML: " + (canContainSecret ? withoutText(error.getMessage())
                            : inOneLine(error.getMessage())))).toList());
        }
        return new ConfigTree.Table(members(result), Origin.of(source));
    }

    /** Parses a text. tomlj 2.2.0 throws and loses all errors found if a bracket closes an inline table. */
    private TomlParseResult parseToml(String text) {
        try {
            return Toml.parse(text, OPTIONS);
        } catch (RuntimeException e) {
            throw new ConfigException(Origin.of(source), "no valid TOML: check the brackets and braces");
        }
    }

    private Map<String, ConfigTree.Member> members(TomlTable table) {
        Map<String, ConfigTree.Member> members = new LinkedHashMap<>();
        for (String key : table.keySet()) {
            TomlKeyValue entry = table.entry(List.of(key));
            Origin origin = origin(entry.position());
            members.put(key, new ConfigTree.Member(origin, value(entry.value(), origin)));
        }
        return members;
    }

    private ConfigTree value(TomlValue value, Origin key) {
        // the position is null if only a later header implies the table
        Origin origin = value.position() == null ? key : origin(value.position());
        if (value.isTable()) {
            return new ConfigTree.Table(members(value.getTable()), origin);
        }
        if (value.isArray()) {
            List<ConfigTree> elements = new ArrayList<>();
            for (int index = 0; index < value.getArray().size(); index++) {
                elements.add(value(value.getArray().entry(index).value(), origin));
            }
            return new ConfigTree.Array(elements, origin);
        }
        boolean common = value.isString() || value.isLong() || value.isDouble() || value.isBoolean();
        return new ConfigTree.Scalar(common ? value.get() : value.get().toString(), origin);
    }

    private Origin origin(TomlPosition position) {
        int column = position.line() == 1 ? Math.max(1, position.column() - skippedColumns) : position.column();
        return new Origin(source, position.line(), column);
    }

    /** Returns whether to hide the whole text, which is short: it has a secret name, a URL or an escaped letter. */
    private static boolean canContainSecret(String text) {
        return Settings.isSecretName(text) || text.contains("://") || ESCAPED_LETTER.matcher(text).find();
    }

    /** Returns the expected token, which is at the end of the message, without text of the document. */
    private static String withoutText(String message) {
        int expected = message.lastIndexOf(EXPECTED);
        return (expected < 0 ? "" : message.substring(expected + 2) + "; ")
                + "the text found is hidden because it can be part of a secret";
    }

    private static String inOneLine(String message) {
        return message.replaceAll("\\R", " ");
    }
}
