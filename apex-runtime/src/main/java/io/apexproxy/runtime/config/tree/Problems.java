package io.apexproxy.runtime.config.tree;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.ConfigProblem;
import io.apexproxy.api.Origin;
import io.apexproxy.runtime.log.CleanText;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Collects the mistakes of one configuration, so that the user sees all of them at once: the first
 * {@value #MOST_LISTED} in the order of the source, and the number of the others.
 *
 * <p>All mistakes pass through here on their way to the user, also those that plugins report. So their texts are
 * cleaned here. Used on one thread.
 */
public final class Problems {

    /** More are read by no user; each is a line of the log. */
    static final int MOST_LISTED = 100;

    /** So many are kept until they are sorted and the later ones are only counted. */
    private static final int MOST_KEPT = 10 * MOST_LISTED;

    /** Longer words are no typing errors, and the comparison takes time in proportion to the product of two lengths. */
    private static final int LONGEST_WORD = 100;
    private static final int MOST_WORDS = 1_000;

    private static final Comparator<ConfigProblem> PLACES = Comparator.comparing(ConfigProblem::origin,
            Comparator.comparing(Origin::source).thenComparingInt(Origin::line).thenComparingInt(Origin::column));

    /** A shorter beginning of a word fits too many. */
    private static final int LEAST_PREFIX = 6;

    private final List<ConfigProblem> problems = new ArrayList<>();
    /** How many were dropped. */
    private long others;

    /**
     * Adds a mistake.
     *
     * @param origin where it is
     * @param message what is wrong, what was expected, what was found and what to do, in one line without the place
     */
    public void add(Origin origin, String message) {
        problems.add(clean(origin, message));
        if (problems.size() >= MOST_KEPT) {
            dropOthers();
        }
    }

    /**
     * Adds mistakes that were found elsewhere.
     *
     * @param found such as those of a {@link ConfigException}
     */
    public void addAll(List<ConfigProblem> found) {
        found.forEach(problem -> add(problem.origin(), problem.message()));
    }

    private void dropOthers() {
        List<ConfigProblem> sorted = problems.stream().distinct().sorted(PLACES).toList();
        problems.clear();
        problems.addAll(sorted.subList(0, Math.min(MOST_LISTED, sorted.size())));
        others += sorted.size() - problems.size();
    }

    private static ConfigProblem clean(Origin origin, String message) {
        String source = CleanText.piece(origin.source());
        return new ConfigProblem(source.equals(origin.source()) ? origin
                : new Origin(source, origin.line(), origin.column()), CleanText.message(message));
    }

    /**
     * Returns the exception for one mistake, with clean text.
     *
     * @param origin where it is
     * @param message what is wrong, in one line without the place
     * @return the exception
     */
    public static ConfigException exception(Origin origin, String message) {
        return new ConfigException(List.of(clean(origin, message)));
    }

    /**
     * Returns an exception that a plugin has thrown with clean text and a bounded number of mistakes.
     *
     * @param thrown by the plugin
     * @return another exception
     */
    public static ConfigException clean(ConfigException thrown) {
        Problems problems = new Problems();
        problems.addAll(thrown.problems());
        ConfigException clean = new ConfigException(problems.list());
        clean.setStackTrace(thrown.getStackTrace());
        return clean;
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
     * Returns the mistakes in the order in which a reader of the source meets them, each once. Where there are very
     * many, the last element says how many more.
     *
     * @return an unmodifiable list, by source, line and column
     */
    public List<ConfigProblem> list() {
        dropOthers();
        List<ConfigProblem> listed = new ArrayList<>(problems);
        if (others > 0) {
            listed.add(new ConfigProblem(listed.get(listed.size() - 1).origin(),
                    others + " more mistakes follow; correct these first"));
        }
        return List.copyOf(listed);
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
        if (word.length() > LONGEST_WORD) {
            return "";
        }
        for (String candidate : known.stream().limit(MOST_WORDS).toList()) {
            if (candidate.length() <= LONGEST_WORD && isShortFor(plain(word), plain(candidate))) {
                return " (did you mean '" + CleanText.piece(candidate) + "'?)";
            }
        }
        // A third of the letters wrong is a typing error; more makes the guess a nuisance.
        return didYouMean(word, known, (word.length() + 1) / 3);
    }

    /** The same with another greatest number of wrong letters. */
    static String didYouMean(String word, Collection<String> known, int mostWrong) {
        if (word.length() > LONGEST_WORD) {
            return "";
        }
        int nearest = mostWrong + 1;
        String guess = "";
        for (String candidate : known.stream().limit(MOST_WORDS).toList()) {
            // the difference in length is the least distance that there can be
            int distance = Math.abs(word.length() - candidate.length()) < nearest
                    ? distance(word.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT)) : nearest;
            if (distance < nearest) {
                nearest = distance;
                guess = candidate;
            }
        }
        return guess.isEmpty() ? "" : " (did you mean '" + CleanText.piece(guess) + "'?)";
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
