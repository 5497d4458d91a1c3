package io.apexproxy.config.toml;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.config.ConfigTree;

/**
 * Parser of TOML 1.1 for configuration sources that do not read a file.
 *
 * <p>Errors have the same form as those of {@code config.toml}: each has an origin, and text that can be part of a
 * secret is hidden. The methods are thread-safe.
 *
 * @since 0.2
 */
public final class TomlTrees {

    /** Turns an inline table into a document for the parser. */
    private static final String KEY = "value=";

    private TomlTrees() {
    }

    /**
     * Parses a document.
     *
     * @param source the name of the document in origins and messages, such as {@code etcd:/apex/config}; not null
     * @param text the document; not null
     * @return the tree, with the origin of each key and value
     * @throws ConfigException if there are syntax errors, with all of them
     */
    public static ConfigTree.Table parse(String source, String text) {
        return new TomlParser(new Origins(source, 0)).parse(text);
    }

    /**
     * Parses an inline table.
     *
     * @param source the name of the document in origins and messages; not null
     * @param text the table, starting with its brace; not null
     * @return the tree, with the origin of each key and value
     * @throws ConfigException if there are syntax errors, with all of them
     */
    public static ConfigTree.Table parseInlineTable(String source, String text) {
        ConfigTree.Table document = new TomlParser(new Origins(source, KEY.length())).parse(KEY + text);
        return (ConfigTree.Table) document.members().values().iterator().next().value();
    }
}
