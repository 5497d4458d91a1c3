package io.apexproxy.config.toml;

import io.apexproxy.api.ConfigProblem;
import io.apexproxy.api.config.ConfigTree;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The tree of a configuration file with the named tables of the files that it includes.
 *
 * <p>An included file has listeners and pools and nothing else. The tables of one listener or pool are in one file.
 */
final class TreeMerge {

    /** The tables of named tables that an included file can have. */
    static final List<String> TABLES = List.of("listeners", "pools");

    private static final Pattern BARE_KEY = Pattern.compile("[A-Za-z0-9_-]+");

    private final ConfigTree.Table main;
    private final List<ConfigProblem> problems;
    private final Map<String, ConfigTree.Member> root;
    private final Map<String, Map<String, ConfigTree.Member>> tables = new LinkedHashMap<>();

    /**
     * Begins with a configuration file.
     *
     * @param main the tree of the file; its {@code include} is left out
     * @param problems collects the mistakes of the included files
     */
    TreeMerge(ConfigTree.Table main, List<ConfigProblem> problems) {
        this.main = main;
        this.problems = problems;
        root = new LinkedHashMap<>(main.members());
        root.remove(Includes.KEY);
    }

    /** Adds the tree of an included file. */
    void add(ConfigTree.Table included) {
        included.members().forEach((key, member) -> {
            if (key.equals(Includes.KEY)) {
                problem(member, key, "not accepted in an included file: name all files in " + main.origin().source());
            } else if (!TABLES.contains(key)) {
                problem(member, key, "not accepted in an included file, which has [listeners.NAME] and [pools.NAME]"
                        + " only: move it to " + main.origin().source());
            } else if (member.value() instanceof ConfigTree.Table table) {
                add(key, member, table);
            } else {
                problems.add(new ConfigProblem(member.value().origin(),
                        key + ": expected tables such as [" + key + ".web]"));
            }
        });
    }

    private void add(String key, ConfigTree.Member member, ConfigTree.Table added) {
        ConfigTree.Member present = root.putIfAbsent(key, member);
        if (present != null && !(present.value() instanceof ConfigTree.Table)) {
            problems.add(new ConfigProblem(present.value().origin(),
                    key + ": expected tables such as [" + key + ".web]"));
            return;
        }
        Map<String, ConfigTree.Member> merged = tables.computeIfAbsent(key, any -> new LinkedHashMap<>(
                present == null ? Map.of() : ((ConfigTree.Table) present.value()).members()));
        added.members().forEach((name, table) -> {
            ConfigTree.Member first = merged.putIfAbsent(name, table);
            if (first != null) {
                problem(table, key + "." + (BARE_KEY.matcher(name).matches() ? name : '"' + name + '"'),
                        "already defined at " + first.key() + ": keep one of them");
            }
        });
    }

    private void problem(ConfigTree.Member member, String path, String message) {
        problems.add(new ConfigProblem(member.key(), path + ": " + message));
    }

    /** Returns the tree of the configuration. */
    ConfigTree.Table tree() {
        Map<String, ConfigTree.Member> members = new LinkedHashMap<>(root);
        tables.forEach((key, merged) -> members.computeIfPresent(key, (any, member) -> new ConfigTree.Member(
                member.key(), new ConfigTree.Table(merged, member.value().origin()))));
        return new ConfigTree.Table(members, main.origin());
    }
}
