package io.apexproxy.runtime.log;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Makes text of unknown origin safe and short enough for one line of a log, a console or a status page.
 *
 * <p>Text from a client, a backend, a file, a plugin or etcd could otherwise begin a forged line, control a terminal,
 * reverse the order of characters, show a password, or fill the disk. Pure. Cleaning text twice changes nothing more,
 * except that a text that was cut may be cut again.
 */
public final class CleanText {

    /** The most characters of one piece of text, such as a name, a value or the message of an exception. */
    public static final int LONGEST_PIECE = 200;

    /** The most characters of a sentence that quotes several pieces, such as a mistake in the configuration. */
    public static final int LONGEST_MESSAGE = 1_000;

    /** The most elements of a list that are named. */
    public static final int MOST_NAMED = 10;

    private static final Pattern PLAIN_WORD = Pattern.compile("[A-Za-z0-9/._][A-Za-z0-9/._@%+=:,-]{0,199}");
    private static final String SCHEME_END = "://";
    private static final String HIDDEN = "***";

    private CleanText() {
    }

    /**
     * Returns one piece of text, cut after {@value #LONGEST_PIECE} characters.
     *
     * @param text of any origin
     * @return {@code first line\nsecond line}, {@code aaa… (3000000 characters)}
     */
    public static String piece(String text) {
        return bounded(text, LONGEST_PIECE);
    }

    /**
     * Returns a sentence, cut after {@value #LONGEST_MESSAGE} characters.
     *
     * @param text of any origin
     * @return the sentence in one line
     */
    public static String message(String text) {
        return bounded(text, LONGEST_MESSAGE);
    }

    /**
     * Returns what an exception says, as one piece of text.
     *
     * @param failure of any origin
     * @return its class and its message
     */
    public static String of(Throwable failure) {
        return of(failure, Throwable::toString);
    }

    /**
     * Returns what an exception says, as one piece of text.
     *
     * @param failure whose class may be a plugin's, so that its methods may fail, too
     * @param text what to say about it
     * @return that text; the name of the class if there is none
     */
    public static String of(Throwable failure, Function<Throwable, String> text) {
        try {
            return piece(Objects.requireNonNull(text.apply(failure)));
        } catch (RuntimeException | Error e) { // the code of a plugin
            return piece(failure.getClass().getName());
        }
    }

    /**
     * Returns text in one line, without the user information of the URLs in it, and cut.
     *
     * @param text of any origin
     * @param longest the most characters, counted as {@code char}s before escaping
     * @return the text; where it was cut, with its length
     */
    public static String bounded(String text, int longest) {
        String shown = withoutUserInfo(text);
        if (shown.length() <= longest) {
            return escaped(shown);
        }
        boolean insidePair = Character.isHighSurrogate(shown.charAt(longest - 1))
                && Character.isLowSurrogate(shown.charAt(longest));
        String beginning = shown.substring(0, insidePair ? longest - 1 : longest);
        return escaped(beginning) + "… (" + shown.length() + " characters)";
    }

    /**
     * Returns text in one line: control characters, line and paragraph separators, marks of the direction of writing
     * and halves of surrogate pairs become escapes such as {@code \n} or <code>&#92;u001B</code>.
     *
     * @param text of any origin and length
     * @return the same text object, where there is nothing to escape
     */
    public static String escaped(String text) {
        int index = 0;
        while (index < text.length() && !isUnsafe(text, index)) {
            index++;
        }
        if (index == text.length()) {
            return text;
        }
        StringBuilder line = new StringBuilder(text.length() + 16).append(text, 0, index);
        for (; index < text.length(); index++) {
            if (isUnsafe(text, index)) {
                line.append(escape(text.charAt(index)));
            } else {
                line.append(text.charAt(index));
            }
        }
        return line.toString();
    }

    /**
     * Returns a path as one word of a shell command that a message suggests. A name may be such that the command does
     * something else when it is pasted.
     *
     * @param path of any origin
     * @return the path, in quotes where a shell needs them; {@code PATH} if it cannot be shown as it is
     */
    public static String shellWord(Path path) {
        String text = path.toString();
        if (PLAIN_WORD.matcher(text).matches()) {
            return text;
        }
        boolean isShownAsItIs = text.length() <= LONGEST_PIECE && escaped(text).equals(text);
        return isShownAsItIs ? "'" + text.replace("'", "'\\''") + "'" : "PATH";
    }

    private static String escape(char character) {
        return switch (character) {
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            default -> String.format("\\u%04X", (int) character);
        };
    }

    private static boolean isUnsafe(String text, int index) {
        char character = text.charAt(index);
        if (character < 0x7f) {
            return character < ' ';
        }
        if (Character.isSurrogate(character)) {
            return !isHalfOfPair(text, index, character);
        }
        return Character.isISOControl(character) || changesLines(character) || changesDirection(character);
    }

    private static boolean isHalfOfPair(String text, int index, char character) {
        return Character.isHighSurrogate(character)
                ? index + 1 < text.length() && Character.isLowSurrogate(text.charAt(index + 1))
                : index > 0 && Character.isHighSurrogate(text.charAt(index - 1));
    }

    private static boolean changesLines(char character) {
        return character == '\u2028' || character == '\u2029';
    }

    /** Unicode Standard Annex 9, section 2. */
    private static boolean changesDirection(char character) {
        return character == '\u061c' || character == '\u200e' || character == '\u200f'
                || character >= '\u202a' && character <= '\u202e' || character >= '\u2066' && character <= '\u2069';
    }

    /**
     * Hides user names and passwords in URLs. A password may hold any character but blanks, so all up to the last
     * {@code @} of a word is hidden.
     */
    private static String withoutUserInfo(String text) {
        int scheme = text.indexOf(SCHEME_END);
        if (scheme < 0) {
            return text;
        }
        StringBuilder safe = new StringBuilder();
        int copied = 0;
        while (scheme >= 0) {
            int start = scheme + SCHEME_END.length();
            int end = start;
            int at = -1;
            for (; end < text.length() && !endsWord(text.charAt(end)); end++) {
                at = text.charAt(end) == '@' ? end : at;
            }
            if (at >= 0) {
                safe.append(text, copied, start).append(HIDDEN);
                copied = at;
            }
            scheme = text.indexOf(SCHEME_END, end);
        }
        return safe.append(text, copied, text.length()).toString();
    }

    private static boolean endsWord(char character) {
        return Character.isWhitespace(character) || character == '"';
    }

    /**
     * Joins a list, of which the first {@value #MOST_NAMED} elements are named and the others counted.
     *
     * @param elements each of any origin
     * @return {@code a, b, c}; {@code a, b, c, d, e, f, g, h, i, j, and 4990 more}
     */
    public static String list(Collection<String> elements) {
        return String.join(", ", named(elements.stream().limit(MOST_NAMED + 1L).map(CleanText::piece).toList(),
                elements.size(), MOST_NAMED));
    }

    /**
     * Shortens a list, of which the first {@value #MOST_NAMED} elements are named and the others counted.
     *
     * @param elements each of them clean
     * @return the same list, or the beginning and {@code and 4990 more}
     */
    public static List<String> named(List<String> elements) {
        return named(elements, elements.size(), MOST_NAMED);
    }

    private static List<String> named(List<String> elements, int total, int most) {
        if (total <= most) {
            return elements;
        }
        List<String> beginning = new ArrayList<>(elements.subList(0, most));
        beginning.add("and " + (total - most) + " more");
        return beginning;
    }
}
