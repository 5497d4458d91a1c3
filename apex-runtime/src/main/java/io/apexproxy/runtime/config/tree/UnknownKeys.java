package io.apexproxy.runtime.config.tree;

import io.apexproxy.api.config.ConfigTree;
import io.apexproxy.runtime.log.CleanText;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The keys of a table that were not read.
 *
 * @param table the table
 * @param path the path of the table, for messages; empty for the root
 * @param known the keys that were read, or that other code reads
 */
record UnknownKeys(ConfigTree.Table table, String path, Set<String> known) {

    /** More unknown keys are not typing errors, but a wrong table. */
    private static final int MAX_SINGLE = 100;

    /** Limit of the search for a misspelling: a comparison takes about 1 µs. */
    private static final int MAX_CANDIDATES = 1_000;

    /** Reports each unknown key with the most similar known key; more than {@link #MAX_SINGLE} in one message. */
    void report(Problems problems) {
        List<String> unknown = table.members().keySet().stream().filter(key -> !known.contains(key)).toList();
        if (unknown.size() > MAX_SINGLE) {
            problems.add(table.members().get(unknown.get(0)).key(), where() + unknown.size() + " unknown keys: "
                    + CleanText.list(unknown) + knownKeys());
        } else {
            unknown.forEach(key -> add(problems, key, hint(key)));
        }
    }

    /**
     * Reports the unknown keys that are almost certainly misspelt, because they differ little from a missing key that
     * was read. Used after a plugin failed before it had read all of its keys.
     */
    void reportMisspelt(Problems problems) {
        List<String> missing = known.stream().filter(key -> !table.members().containsKey(key)).toList();
        table.members().keySet().stream().filter(key -> !known.contains(key)).limit(MAX_CANDIDATES).forEach(key -> {
            String guess = Problems.didYouMean(key, missing, Math.max(1, key.length() / 4));
            if (!guess.isEmpty()) {
                add(problems, key, guess);
            }
        });
    }

    /** Finds an unread key that resembles a key. */
    Optional<String> misspelling(String key) {
        return table.members().keySet().stream().filter(other -> !known.contains(other)).limit(MAX_CANDIDATES)
                .filter(other -> !Problems.didYouMean(other, List.of(key)).isEmpty()).findFirst();
    }

    private void add(Problems problems, String key, String hint) {
        problems.add(table.members().get(key).key(),
                where() + "unknown key '" + TomlText.plain(key) + "'" + hint);
    }

    private String where() {
        return path.isEmpty() ? "" : path + ": ";
    }

    private String hint(String key) {
        String location = KeyLocations.hint(path, key);
        if (!location.isEmpty()) {
            return location;
        }
        String guess = Problems.didYouMean(key, known);
        return guess.isEmpty() ? knownKeys() : guess;
    }

    /** Lists all known keys: program code defines them, so there are few. */
    private String knownKeys() {
        return known.isEmpty() ? "; no key is known here" : "; known keys: " + String.join(", ", new TreeSet<>(known));
    }
}
