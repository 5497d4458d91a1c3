package io.apexproxy.runtime.config;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.ConfigProblem;
import io.apexproxy.api.Origin;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Collects the mistakes of one configuration, so that the user sees all of them at once.
 *
 * <p>Used on one thread.
 */
public final class Problems {

    private static final Comparator<Origin> PLACES =
            Comparator.comparing(Origin::source).thenComparingInt(Origin::line).thenComparingInt(Origin::column);

    /** A shorter beginning of a word fits too many. */
    private static final int LEAST_PREFIX = 6;

    private final List<ConfigProblem> problems = new ArrayList<>();

    /**
     * Adds a mistake.
     *
     * @param origin where it is
     * @param message what is wrong, what was expected, what was found and what to do, in one line without the place
     */
    public void add(Origin origin, String message) {
        problems.add(new ConfigProblem(origin, message));
    }

    /**
     * Adds mistakes that were found elsewhere.
     *
     * @param others such as those of a {@link ConfigException}
     */
    public void addAll(List<ConfigProblem> others) {
        problems.addAll(others);
    }

    /**
     * Tells whether the configuration is good so far.
     *
     * @return {@code true} if there is no mistake
     */
    public boolean isEmpty() {
        return problems.isEmpty();
    }

    /**
     * Returns the mistakes in the order in which a reader of the source meets them, each once.
     *
     * @return an unmodifiable list, by source, line and column
     */
    public List<ConfigProblem> list() {
        return problems.stream().distinct().sorted(Comparator.comparing(ConfigProblem::origin, PLACES)).toList();
    }

    /**
     * Refuses a configuration that has mistakes.
     *
     * @throws ConfigException with {@link #list()}, if there is any
     */
    public void throwIfAny() {
        if (!isEmpty()) {
            throw new ConfigException(list());
        }
    }

    /**
     * Finds the word that the user probably meant.
     *
     * @param word what was written
     * @param known what could have been written
     * @return {@code " (did you mean 'interval'?)"}, to be put after the word; empty if nothing is near enough
     */
    public static String didYouMean(String word, Collection<String> known) {
        for (String candidate : known) {
            if (isShortFor(plain(word), plain(candidate))) {
                return " (did you mean '" + candidate + "'?)";
            }
        }
        // A third of the letters wrong is a typing error; more makes the guess a nuisance.
        int nearest = (word.length() + 1) / 3 + 1;
        String guess = "";
        for (String candidate : known) {
            int distance = distance(word.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
            if (distance < nearest) {
                nearest = distance;
                guess = candidate;
            }
        }
        return guess.isEmpty() ? "" : " (did you mean '" + guess + "'?)";
    }

    /** A name of another program: {@code least_conn} and {@code leastconn} for {@code least-connections}. */
    private static boolean isShortFor(String word, String candidate) {
        return word.length() >= LEAST_PREFIX && candidate.startsWith(word);
    }

    private static String plain(String word) {
        return word.toLowerCase(Locale.ROOT).replaceAll("[-_. ]", "");
    }

    /** The insertions, deletions, replacements and swaps of neighbours that lead from one word to the other. */
    private static int distance(String from, String to) {
        int[][] distances = new int[from.length() + 1][to.length() + 1];
        for (int i = 0; i <= from.length(); i++) {
            for (int j = 0; j <= to.length(); j++) {
                if (i == 0 || j == 0) {
                    distances[i][j] = i + j;
                    continue;
                }
                int replaced = distances[i - 1][j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                int shifted = Math.min(distances[i - 1][j], distances[i][j - 1]) + 1;
                distances[i][j] = Math.min(replaced, shifted);
                boolean swapped = i > 1 && j > 1
                        && from.charAt(i - 1) == to.charAt(j - 2) && from.charAt(i - 2) == to.charAt(j - 1);
                if (swapped) {
                    distances[i][j] = Math.min(distances[i][j], distances[i - 2][j - 2] + 1);
                }
            }
        }
        return distances[from.length()][to.length()];
    }
}
