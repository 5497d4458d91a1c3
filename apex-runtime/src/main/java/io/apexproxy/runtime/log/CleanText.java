package io.apexproxy.runtime.log;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Functions that escape and shorten text of unknown origin for one line of a log, a console or a status page.
 *
 * <p>Text from a client, a backend, a file, a plugin or etcd could otherwise forge a line, control a terminal, reverse
 * the order of characters, show a password or fill the disk. All functions are pure. They are idempotent, except that a
 * shortened text can be shortened again.
 */
public final class CleanText {

    /** The maximum number of characters of a name, a value or the message of an exception. */
    public static final int MAX_PIECE_LENGTH = 200;

    /** The maximum number of characters of a sentence that quotes several such texts. */
    public static final int MAX_MESSAGE_LENGTH = 1_000;

    /** The maximum number of elements of a list that are named. */
    public static final int MAX_NAMED = 10;

    private static final Pattern PLAIN_WORD = Pattern.compile("[A-Za-z0-9/._][A-Za-z0-9/._@%+=:,-]{0,199}");
    private static final String SCHEME_END = "://";
    private static final String HIDDEN = "***";

    private CleanText() {
    }

    /**
     * Returns a short text, escaped and cut after {@value #MAX_PIECE_LENGTH} characters.
     *
     * @param text a text of any origin
     * @return for example {@code first line\nsecond line} or {@code aaa… (3000000 characters)}
     */
    public static String piece(String text) {
        return bounded(text, MAX_PIECE_LENGTH);
    }

    /**
     * Returns a sentence, escaped and cut after {@value #MAX_MESSAGE_LENGTH} characters.
     *
     * @param text a text of any origin
     * @return one line
     */
    public static String message(String text) {
        return bounded(text, MAX_MESSAGE_LENGTH);
    }

    /**
     * Returns the class and the message of an exception, escaped and shortened.
     *
     * @param failure an exception of any origin
     * @return one line
     */
    public static String of(Throwable failure) {
        return of(failure, Throwable::toString);
    }

    /**
     * Returns a description of an exception, escaped and shortened.
     *
     * @param failure an exception; if a plugin defines its class, its methods can fail
     * @param text describes the exception
     * @return the description; the name of the class if the function throws or returns no text
     */
    public static String of(Throwable failure, Function<Throwable, String> text) {
        try {
            String description = piece(text.apply(failure));
            return description.isBlank() ? piece(failure.getClass().getName()) : description;
        } catch (RuntimeException | Error e) { // null, or thrown by an overridden method of a plugin's exception
            return piece(failure.getClass().getName());
        }
    }

    /**
     * Returns a text, escaped and shortened, without user information in URLs.
     *
     * @param text a text of any origin
     * @param longest the maximum number of {@code char}s before escaping
     * @return one line; with the original length if it was cut
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
     * Returns a text as one line. Control characters, line and paragraph separators, bidirectional formatting
     * characters and unpaired surrogates are replaced with escapes such as {@code \n} or <code>&#92;u001B</code>.
     *
     * @param text a text of any origin and length
     * @return one line; the same object if there is nothing to escape
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
     * Returns a path as one word of a shell command that a message suggests. Quotes prevent that a crafted file name
     * changes the command when a user pastes it.
     *
     * @param path a path of any origin
     * @return the path, in quotes if necessary; {@code PATH} if it is too long or would need escapes
     */
    public static String shellWord(Path path) {
        String text = path.toString();
        if (PLAIN_WORD.matcher(text).matches()) {
            return text;
        }
        boolean isClean = text.length() <= MAX_PIECE_LENGTH && escaped(text).equals(text);
        return isClean ? "'" + text.replace("'", "'\\''") + "'" : "PATH";
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
            return !isPaired(text, index, character);
        }
        return Character.isISOControl(character) || isLineSeparator(character) || changesDirection(character);
    }

    private static boolean isPaired(String text, int index, char character) {
        return Character.isHighSurrogate(character)
                ? index + 1 < text.length() && Character.isLowSurrogate(text.charAt(index + 1))
                : index > 0 && Character.isHighSurrogate(text.charAt(index - 1));
    }

    private static boolean isLineSeparator(char character) {
        return character == '\u2028' || character == '\u2029';
    }

    /** Returns whether this is a formatting character of Unicode Standard Annex 9, section 2. */
    private static boolean changesDirection(char character) {
        return character == '\u061c' || character == '\u200e' || character == '\u200f'
                || (character >= '\u202a' && character <= '\u202e') || (character >= '\u2066' && character <= '\u2069');
    }

    /**
     * Hides user names and passwords in URLs. A password can contain any character except white space, so all
     * characters before the last {@code @} of a word are hidden.
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
     * Joins the first {@value #MAX_NAMED} elements of a list and the number of the others.
     *
     * @param elements texts of any origin
     * @return for example {@code a, b, c} or {@code a, b, c, d, e, f, g, h, i, j, and 4990 more}
     */
    public static String list(Collection<String> elements) {
        return String.join(", ", named(elements.stream().limit(MAX_NAMED + 1L).map(CleanText::piece).toList(),
                elements.size(), MAX_NAMED));
    }

    /**
     * Returns the first {@value #MAX_NAMED} elements of a list and the number of the others.
     *
     * @param elements clean texts
     * @return the same list if it is short; else its first elements and {@code and 4990 more}
     */
    public static List<String> named(List<String> elements) {
        return named(elements, elements.size(), MAX_NAMED);
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
