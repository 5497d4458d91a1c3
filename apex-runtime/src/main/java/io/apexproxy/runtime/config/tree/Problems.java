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
 * Collector of the mistakes of a configuration. The user sees all of them at once: the first {@value #MAX_LISTED} in
 * source order, and the number of the others.
 *
 * <p>The messages of plugins also pass through this class, so it removes control characters from all messages and cuts
 * them. Confined to one thread.
 */
public final class Problems {

    /** A user does not read more; each mistake is a line of the log. */
    static final int MAX_LISTED = 100;

    /** At this number, mistakes are sorted, and those after the first {@link #MAX_LISTED} are dropped. */
    private static final int MAX_KEPT = 10 * MAX_LISTED;

    /** Longer words are not typing errors, and the time of a comparison grows with the product of the two lengths. */
    private static final int MAX_WORD_LENGTH = 100;
    private static final int MAX_WORDS = 1_000;

    private static final Comparator<ConfigProblem> SOURCE_ORDER = Comparator.comparing(ConfigProblem::origin,
            Comparator.comparing(Origin::source).thenComparingInt(Origin::line).thenComparingInt(Origin::column));

    /** A shorter prefix matches too many words. */
    private static final int MIN_PREFIX_LENGTH = 6;

    private final List<ConfigProblem> problems = new ArrayList<>();
    private final HiddenValues hidden = new HiddenValues();
    private long dropped;

    /** Hides values in the messages that are added from now on. */
    public void hide(HiddenValues values) {
        hidden.addAll(values);
    }

    /** Adds a mistake. The message has the expected value, the found value and the correction, in one line. */
    public void add(Origin origin, String message) {
        problems.add(clean(origin, hidden.mask(origin, message)));
        if (problems.size() >= MAX_KEPT) {
            dropExcess();
        }
    }

    /** Adds mistakes that other code has found, such as those of a {@link ConfigException}. */
    public void addAll(List<ConfigProblem> found) {
        found.forEach(problem -> add(problem.origin(), problem.message()));
    }

    private void dropExcess() {
        List<ConfigProblem> sorted = problems.stream().distinct().sorted(SOURCE_ORDER).toList();
        problems.clear();
        problems.addAll(sorted.subList(0, Math.min(MAX_LISTED, sorted.size())));
        dropped += sorted.size() - problems.size();
    }

    private static ConfigProblem clean(Origin origin, String message) {
        String source = CleanText.piece(origin.source());
        return new ConfigProblem(source.equals(origin.source()) ? origin
                : new Origin(source, origin.line(), origin.column()), CleanText.message(message));
    }

    /** Creates the exception for a mistake, with cleaned text in one line. */
    public static ConfigException exception(Origin origin, String message) {
        return new ConfigException(List.of(clean(origin, message)));
    }

    /** Returns a copy of an exception of a plugin, with cleaned text and a bounded number of mistakes. */
    public static ConfigException clean(ConfigException thrown) {
        Problems problems = new Problems();
        problems.addAll(thrown.problems());
        ConfigException clean = new ConfigException(problems.list());
        clean.setStackTrace(thrown.getStackTrace());
        return clean;
    }

    /** Returns whether there are no mistakes so far. */
    public boolean isEmpty() {
        return problems.isEmpty();
    }

    /**
     * Returns the distinct mistakes in the order of source, line and column. If some were dropped, the last element has
     * their number.
     */
    public List<ConfigProblem> list() {
        dropExcess();
        List<ConfigProblem> listed = new ArrayList<>(problems);
        if (dropped > 0) {
            listed.add(new ConfigProblem(listed.get(listed.size() - 1).origin(),
                    dropped + " more mistakes follow; correct these first"));
        }
        return List.copyOf(listed);
    }

    /** Throws an exception with {@link #list()} if there are mistakes. */
    public void throwIfAny() {
        if (!isEmpty()) {
            throw new ConfigException(list());
        }
    }

    /**
     * Suggests the word that the user probably meant.
     *
     * @param word the word as written
     * @param known the valid words
     * @return {@code " (did you mean 'interval'?)"}, which follows the word in a message; empty if no
     *     valid word is similar
     */
    public static String didYouMean(String word, Collection<String> known) {
        if (word.length() > MAX_WORD_LENGTH) {
            return "";
        }
        for (String candidate : known.stream().limit(MAX_WORDS).toList()) {
            if (candidate.length() <= MAX_WORD_LENGTH && isPrefix(plain(word), plain(candidate))) {
                return " (did you mean '" + CleanText.piece(candidate) + "'?)";
            }
        }
        // With more than a third of the letters wrong, most suggestions are misleading.
        return didYouMean(word, known, (word.length() + 1) / 3);
    }

    /** Suggests a word that differs in at most {@code maxWrong} letters. */
    static String didYouMean(String word, Collection<String> known, int maxWrong) {
        if (word.length() > MAX_WORD_LENGTH) {
            return "";
        }
        int nearest = maxWrong + 1;
        String guess = "";
        for (String candidate : known.stream().limit(MAX_WORDS).toList()) {
            // the difference in length is a lower bound of the distance
            int distance = Math.abs(word.length() - candidate.length()) < nearest
                    ? distance(word.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT)) : nearest;
            if (distance < nearest) {
                nearest = distance;
                guess = candidate;
            }
        }
        return guess.isEmpty() ? "" : " (did you mean '" + CleanText.piece(guess) + "'?)";
    }

    /** Recognizes names of other programs: {@code least_conn} and {@code leastconn} for {@code least-connections}. */
    private static boolean isPrefix(String word, String candidate) {
        return word.length() >= MIN_PREFIX_LENGTH && candidate.startsWith(word);
    }

    private static String plain(String word) {
        return word.toLowerCase(Locale.ROOT).replaceAll("[-_. ]", "");
    }

    /** Returns the least number of insertions, deletions, replacements and swaps that lead from one word to another. */
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
