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

/** Reads which plugin is selected: a table with the key {@code provider}, or a plain name, which is short for it. */
final class ProviderReader {

    static final String PROVIDER = "provider";

    private final Problems problems;

    ProviderReader(Problems problems) {
        this.problems = problems;
    }

    /**
     * The table that selects a plugin; for a plain name, the table that it is short for. This view is none of those
     * whose unread keys the reader reports, as some of them are the plugin's.
     *
     * @param example a provider, for messages
     */
    TreeSettings selection(TreeSettings settings, String key, String example) {
        String expected = "a provider such as \"" + example + "\" or a table";
        ConfigTree.Table table = settings.read(key, new ValueType<>(expected, ProviderReader::selecting, value -> ""))
                .orElseGet(() -> new ConfigTree.Table(Map.of(), settings.origin(key)));
        return new TreeSettings(table, settings.path(key), problems);
    }

    private static Optional<ConfigTree.Table> selecting(ConfigTree value) {
        if (value instanceof ConfigTree.Table table) {
            return Optional.of(table);
        }
        ConfigTree.Member name = new ConfigTree.Member(value.origin(), value);
        return ValueType.text(value).map(text -> new ConfigTree.Table(Map.of(PROVIDER, name), value.origin()));
    }

    /**
     * The plugin that such a table selects.
     *
     * @param fallback the provider where the table names none
     * @param runtimeKeys those of the table that the plugin does not read, beside {@value #PROVIDER}
     */
    ProviderConfig selected(TreeSettings selection, String fallback, List<String> runtimeKeys) {
        List<String> notForPlugin = new ArrayList<>(List.of(PROVIDER));
        notForPlugin.addAll(runtimeKeys);
        Optional<String> name = selection.read(PROVIDER, ValueType.STRING);
        boolean wrong = name.isEmpty() && selection.has(PROVIDER);
        ConfigTree.Table rest = wrong
                ? new ConfigTree.Table(Map.of(), selection.origin()) // meant for a plugin that is not known
                : selection.without(notForPlugin);
        return new ProviderConfig(
                selection.path(), name.orElse(fallback), selection.origin(PROVIDER), rest, notForPlugin);
    }
}
