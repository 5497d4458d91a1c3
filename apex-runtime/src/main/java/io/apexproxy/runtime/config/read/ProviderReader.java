package io.apexproxy.runtime.config.read;

import io.apexproxy.api.config.ConfigTree;
import io.apexproxy.runtime.config.ProviderConfig;
import io.apexproxy.runtime.config.tree.Problems;
import io.apexproxy.runtime.config.tree.TreeSettings;
import io.apexproxy.runtime.config.tree.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reader of the selection of a plugin: a table with the key {@code provider}, or only the name of the provider. */
final class ProviderReader {

    static final String PROVIDER = "provider";

    private final Problems problems;

    ProviderReader(Problems problems) {
        this.problems = problems;
    }

    /**
     * Returns the table that selects a plugin; converts a name to such a table. The view is not nested in the given
     * settings, which would report the keys of the plugin as unread.
     *
     * @param example the name of a provider, for messages
     */
    TreeSettings selectionTable(TreeSettings settings, String key, String example) {
        String expected = "a provider such as \"" + example + "\" or a table";
        ConfigTree.Table table = settings.read(key, new ValueType<>(expected, ProviderReader::toTable, value -> ""))
                .orElseGet(() -> new ConfigTree.Table(Map.of(), settings.origin(key)));
        return new TreeSettings(table, settings.path(key), problems);
    }

    private static Optional<ConfigTree.Table> toTable(ConfigTree value) {
        if (value instanceof ConfigTree.Table table) {
            return Optional.of(table);
        }
        ConfigTree.Member name = new ConfigTree.Member(value.origin(), value);
        return ValueType.text(value).map(text -> new ConfigTree.Table(Map.of(PROVIDER, name), value.origin()));
    }

    /**
     * Returns the plugin that such a table selects.
     *
     * @param fallback the provider if the table has none
     * @param runtimeKeys keys of the table, other than {@value #PROVIDER}, that the plugin does not read
     */
    ProviderConfig provider(TreeSettings selection, String fallback, List<String> runtimeKeys) {
        List<String> notForPlugin = new ArrayList<>(List.of(PROVIDER));
        notForPlugin.addAll(runtimeKeys);
        Optional<String> name = selection.read(PROVIDER, ValueType.STRING);
        boolean invalid = name.isEmpty() && selection.has(PROVIDER);
        ConfigTree.Table rest = invalid
                ? new ConfigTree.Table(Map.of(), selection.origin()) // settings of an unknown plugin
                : selection.without(notForPlugin);
        return new ProviderConfig(
                selection.path(), name.orElse(fallback), selection.origin(PROVIDER), rest, notForPlugin);
    }
}
