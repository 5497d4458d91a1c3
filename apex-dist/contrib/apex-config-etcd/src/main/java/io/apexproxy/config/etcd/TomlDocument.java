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
 * The TOML in the value of one key, as a tree whose places name the key.
 *
 * <p>The place of a key is where the line's dotted key or header begins: documents here are a few lines long, and
 * nobody searches further.
 */
final class TomlDocument {

    /** TOML 1.1 lets an inline table span lines and end with a comma. */
    private static final TomlParseOptions OPTIONS =
            TomlParseOptions.defaults().withVersion(TomlVersion.V1_1_0).withoutSource();

    private static final Pattern ESCAPED_LETTER = Pattern.compile("\\\\[uUx]");

    private static final String EXPECTED = ", expected ";

    /** Makes a document of an inline table, for the parser. */
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
     * @param source what the user calls the key
     * @throws ConfigException with all syntax errors
     */
    static ConfigTree.Table parse(String source, String text) {
        return new TomlDocument(source, 0).document(text);
    }

    /**
     * Parses a table in braces.
     *
     * @param source what the user calls the key
     * @param text begins with the brace
     * @throws ConfigException with all syntax errors
     */
    static ConfigTree.Table parseInline(String source, String text) {
        ConfigTree.Table document = new TomlDocument(source, INLINE.length()).document(INLINE + text);
        return (ConfigTree.Table) document.members().values().iterator().next().value();
    }

    private ConfigTree.Table document(String text) {
        TomlParseResult result = parsed(text);
        if (result.hasErrors()) {
            boolean mayHoldSecret = mayHoldSecret(text);
            throw new ConfigException(result.errors().stream().map(error -> new ConfigProblem(place(error.position()),
                    "no valid TOML: " + (mayHoldSecret ? withoutText(error.getMessage())
                            : inOneLine(error.getMessage())))).toList());
        }
        return new ConfigTree.Table(members(result), Origin.of(source));
    }

    /** tomlj 2.2.0 itself fails, and loses what it has found, where a bracket stands in the place of a brace. */
    private TomlParseResult parsed(String text) {
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
            Origin place = place(entry.position());
            members.put(key, new ConfigTree.Member(place, value(entry.value(), place)));
        }
        return members;
    }

    private ConfigTree value(TomlValue value, Origin key) {
        Origin place = value.position() == null ? key : place(value.position()); // null: only implied by a header below
        if (value.isTable()) {
            return new ConfigTree.Table(members(value.getTable()), place);
        }
        if (value.isArray()) {
            List<ConfigTree> elements = new ArrayList<>();
            for (int index = 0; index < value.getArray().size(); index++) {
                elements.add(value(value.getArray().entry(index).value(), place));
            }
            return new ConfigTree.Array(elements, place);
        }
        boolean common = value.isString() || value.isLong() || value.isDouble() || value.isBoolean();
        return new ConfigTree.Scalar(common ? value.get() : value.get().toString(), place);
    }

    private Origin place(TomlPosition position) {
        int column = position.line() == 1 ? Math.max(1, position.column() - skippedColumns) : position.column();
        return new Origin(source, position.line(), column);
    }

    /** Documents are short, so one name of a secret, URL or escaped letter of a key hides the whole text. */
    private static boolean mayHoldSecret(String text) {
        return Settings.isSecretName(text) || text.contains("://") || ESCAPED_LETTER.matcher(text).find();
    }

    /** What is expected is the parser's own text, at the end. */
    private static String withoutText(String message) {
        int expected = message.lastIndexOf(EXPECTED);
        return (expected < 0 ? "" : message.substring(expected + 2) + "; ")
                + "what was found is not shown, as it may be part of a secret";
    }

    private static String inOneLine(String message) {
        return message.replaceAll("\\R", " ");
    }
}
