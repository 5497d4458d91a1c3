package io.apexproxy.config.toml;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The parser's messages in the words and the order of ours: expected, found, way out.
 *
 * <p>A message of an unknown form is passed on as it is, in one line.
 */
final class SyntaxMessage {

    /** Longer than any message about a key or a value that is written by hand. */
    private static final int LONGEST = 1_000;
    /** What is kept of a longer one at each end. */
    private static final int KEPT = 200;

    private static final Pattern UNEXPECTED =
            Pattern.compile("Unexpected (?<found>.+?), expected (?<expected>.+?)(?<opened>; the .+)?");

    private static final Set<String> QUOTES = Set.of("\"", "'", "\"\"\"", "'''");

    private static final Set<String> ENDS = Set.of("end of line", "end of input");

    /** A run of punctuation that stands for itself. */
    private static final Pattern SYMBOL = Pattern.compile("(?<![^ ])[^\\w ,]+(?![^ ,])");

    /** The end of a message about an unexpected token, which is the parser's own text. */
    private static final Pattern EXPECTED = Pattern.compile("(?<expected>.+?)(?<opened>; the .+)?");
    private static final String UNEXPECTED_START = "Unexpected ";
    private static final String EXPECTED_START = ", expected ";

    /** Messages that have no text of the file. */
    private static final Pattern WITHOUT_TEXT = Pattern.compile("Leading zeros are not allowed|Empty table key"
            + "|(?:Integer|Float) is too (?:large|small)|Invalid unicode escape sequence"
            + "|Invalid (?:[a-z]+|zone offset(?: hours| minutes)?)(?: \\(valid range [0-9.:/+-]+\\))?"
            + "|(?:A trailing comma is|Newlines are) not allowed in an inline table.*");

    private static final Pattern EARLIER_KEY = Pattern.compile("(?s).* \\(?(?:previously )?defined at (?<place>line "
            + "\\d+, column \\d+)\\)?");

    private static final String ESCAPE = "Invalid escape sequence";
    private static final String ESCAPE_WAY_OUT =
            ": write a backslash as \\\\, or put the text in single quotes";

    private static final String HIDDEN = "text that is not shown, as it may be part of a secret";

    private static final Pattern DUPLICATE = Pattern.compile("(?<key>.+) previously defined at (?<place>line .+)");

    private SyntaxMessage() {
    }

    static String inPlainWords(String text) {
        String message = shortened(text);
        Matcher unexpected = UNEXPECTED.matcher(message);
        if (unexpected.matches()) {
            String found = unexpected.group("found");
            String expected = unexpected.group("expected");
            String opened = unexpected.group("opened");
            return "expected " + expected(expected) + ", found " + found(found)
                    + (opened == null ? wayOut(expected, found) : opened);
        }
        Matcher duplicate = DUPLICATE.matcher(message);
        if (duplicate.matches()) {
            return "%s is defined already, at %s: keep one of them"
                    .formatted(duplicate.group("key"), duplicate.group("place"));
        }
        if (message.startsWith(ESCAPE)) {
            return decapitalized(message) + ESCAPE_WAY_OUT;
        }
        String line = message.replaceAll("\\R", " ");
        return line.contains("defined a") ? line : decapitalized(line); // what is defined at or as: begins with a key
    }

    /** Returns the same message without any text of the file. */
    static String withoutText(String message) {
        int end = message.lastIndexOf(EXPECTED_START); // the text that was found may have the same words
        if (message.startsWith(UNEXPECTED_START) && end >= UNEXPECTED_START.length()) {
            String found = message.substring(UNEXPECTED_START.length(), end);
            Matcher rest = EXPECTED.matcher(message.substring(end + EXPECTED_START.length()));
            if (rest.matches()) {
                boolean isEnd = ENDS.contains(found);
                String opened = rest.group("opened");
                return "expected " + expected(rest.group("expected")) + ", found " + (isEnd ? found(found) : HIDDEN)
                        + (opened == null ? wayOut(rest.group("expected"), found) : opened);
            }
        }
        Matcher earlier = EARLIER_KEY.matcher(message);
        if (earlier.matches()) {
            return "the key is defined already, at %s: keep one of them".formatted(earlier.group("place"));
        }
        if (message.startsWith(ESCAPE)) {
            return decapitalized(ESCAPE) + ESCAPE_WAY_OUT;
        }
        return WITHOUT_TEXT.matcher(message).matches() ? decapitalized(message)
                : "expected valid TOML, found " + HIDDEN;
    }

    /** Leaves out the middle, which quotes the file: what is expected is at the end. */
    private static String shortened(String message) {
        return message.length() <= LONGEST ? message : message.substring(0, message.offsetByCodePoints(0, KEPT))
                + '…' + message.substring(message.offsetByCodePoints(message.length(), -KEPT));
    }

    private static String expected(String expected) {
        String closing = expected.replaceFirst(" or a character$", "");
        if (QUOTES.contains(closing)) {
            return "a closing " + quoted(closing);
        }
        String words = expected
                .replaceAll(",? or (a newline, or )?end-of-input|, a newline, or end-of-input", "")
                .replace("a key, a table key", "a key or a [table]")
                .replaceAll("(, or |^)a newline$", "$1the end of the line");
        return SYMBOL.matcher(words).replaceAll(symbol -> Matcher.quoteReplacement(quoted(symbol.group())));
    }

    private static String quoted(String symbol) {
        return symbol.contains("'") ? '"' + symbol + '"' : "'" + symbol + "'";
    }

    private static String found(String found) {
        return switch (found) {
            case "end of line" -> "the end of the line";
            case "end of input" -> "the end of the file";
            case "'\\r'" -> "a carriage return without a line feed";
            case "'" -> quoted(found);
            default -> found;
        };
    }

    private static String wayOut(String expected, String found) {
        if (found.startsWith("end of")) {
            return "";
        }
        return switch (expected) {
            case "a value", "], a value, or a newline" -> ": put text in quotes";
            case "], a comma, or a newline" -> ": write a comma between values, and text in quotes";
            case "a newline or end-of-input" -> ": one value per key, and text in quotes";
            case ". or =", "a key, a table key, a newline, or end-of-input" ->
                    ": write key = value, and a key with other characters than A-Z, a-z, 0-9, '_' and '-' in quotes";
            default -> "";
        };
    }

    /** Our messages begin like the middle of a sentence, since the place comes before. */
    private static String decapitalized(String message) {
        return message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1);
    }
}
