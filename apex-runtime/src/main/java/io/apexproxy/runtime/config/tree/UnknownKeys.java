package io.apexproxy.runtime.config.tree;

import io.apexproxy.api.config.ConfigTree;
import io.apexproxy.runtime.log.CleanText;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds the keys of a table that nothing reads.
 *
 * @param table the table
 * @param path where it is, for messages; empty for the root
 * @param known the keys that were read, or that are read elsewhere
 */
record UnknownKeys(ConfigTree.Table table, String path, Set<String> known) {

    /** More in one table are not typing errors: the table is not what it was taken for. */
    private static final int MOST_SINGLE = 100;

    /** A misspelling is looked for among so many keys: each comparison takes about a microsecond. */
    private static final int MOST_CANDIDATES = 1_000;

    /** Reports each of them with the nearest known key; very many of one table in one message. */
    void report(Problems problems) {
        List<String> unknown = table.members().keySet().stream().filter(key -> !known.contains(key)).toList();
        if (unknown.size() > MOST_SINGLE) {
            problems.add(table.members().get(unknown.get(0)).key(), where() + unknown.size() + " unknown keys: "
                    + CleanText.list(unknown) + knownKeys());
        } else {
            unknown.forEach(key -> add(problems, key, wayOut(key)));
        }
    }

    /**
     * Reports those that are next to certainly misspelt: they are very near to a key that was read and is missing. For
     * a plugin that failed before it had read all of its keys.
     */
    void reportMisspelt(Problems problems) {
        List<String> missing = known.stream().filter(key -> !table.members().containsKey(key)).toList();
        table.members().keySet().stream().filter(key -> !known.contains(key)).limit(MOST_CANDIDATES).forEach(key -> {
            String guess = Problems.didYouMean(key, missing, Math.max(1, key.length() / 4));
            if (!guess.isEmpty()) {
                add(problems, key, guess);
            }
        });
    }

    /** A key that was not read so far and that looks like this one. */
    Optional<String> misspelt(String key) {
        return table.members().keySet().stream().filter(other -> !known.contains(other)).limit(MOST_CANDIDATES)
                .filter(other -> !Problems.didYouMean(other, List.of(key)).isEmpty()).findFirst();
    }

    private void add(Problems problems, String key, String wayOut) {
        problems.add(table.members().get(key).key(),
                where() + "unknown key '" + TomlText.plain(key) + "'" + wayOut);
    }

    private String where() {
        return path.isEmpty() ? "" : path + ": ";
    }

    private String wayOut(String key) {
        String home = KeyLocations.hint(path, key);
        if (!home.isEmpty()) {
            return home;
        }
        String guess = Problems.didYouMean(key, known);
        return guess.isEmpty() ? knownKeys() : guess;
    }

    /** All of them: they are the words of a program, not of its input. */
    private String knownKeys() {
        return known.isEmpty() ? "; no key is known here" : "; known keys: " + String.join(", ", new TreeSet<>(known));
    }
}
