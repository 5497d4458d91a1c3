package io.apexproxy.config.toml;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.config.ConfigTree;

/**
 * Parses TOML 1.1 into configuration trees: for configuration sources whose TOML is not in a file.
 *
 * <p>Errors are those of {@code config.toml}: each has a place, and text that may hold a secret is not quoted. The
 * methods have no state and may be called from any thread.
 *
 * @since 0.2
 */
public final class TomlTrees {

    /** Makes a document of an inline table. */
    private static final String KEY = "value=";

    private TomlTrees() {
    }

    /**
     * Parses a document.
     *
     * @param source the name of the document in origins and messages, such as {@code etcd:/apex/config}; not null
     * @param text the document; not null
     * @return the tree, with the place of each key and value
     * @throws ConfigException if the text is no TOML, with all syntax errors
     */
    public static ConfigTree.Table parse(String source, String text) {
        return new TomlParser(new Places(source, 0)).parse(text);
    }

    /**
     * Parses a table in braces.
     *
     * @param source the name of the document in origins and messages; not null
     * @param text the table, which begins with the brace; not null
     * @return the tree, with the place of each key and value
     * @throws ConfigException if the text is no inline table of TOML, with all syntax errors
     */
    public static ConfigTree.Table parseInlineTable(String source, String text) {
        ConfigTree.Table document = new TomlParser(new Places(source, KEY.length())).parse(KEY + text);
        return (ConfigTree.Table) document.members().values().iterator().next().value();
    }
}
