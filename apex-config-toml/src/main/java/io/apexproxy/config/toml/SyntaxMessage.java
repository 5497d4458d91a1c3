package io.apexproxy.config.toml;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Rewriting of the parser's messages to the form of Apex: expected, found, remedy.
 *
 * <p>A message of an unknown form is not changed, except that it becomes one line.
 */
final class SyntaxMessage {

    /** In characters; longer than any message about a key or a value that a person wrote. */
    private static final int MAX_LENGTH = 1_000;
    /** The number of characters that are kept at each end of a longer message. */
    private static final int KEPT_LENGTH = 200;

    /** The found text can contain the words of the message and line breaks. The last occurrence separates them. */
    private static final Pattern UNEXPECTED =
            Pattern.compile("Unexpected (?<found>(?s:.+)), expected (?<expected>.+?)(?<opened>; the .+)?");

    private static final Set<String> QUOTES = Set.of("\"", "'", "\"\"\"", "'''");

    private static final Set<String> ENDS = Set.of("end of line", "end of input");

    /** A sequence of punctuation that is a literal token. */
    private static final Pattern SYMBOL = Pattern.compile("(?<![^ ])[^\\w ,]+(?![^ ,])");

    /** Messages without text of the file. */
    private static final Pattern WITHOUT_TEXT = Pattern.compile("Leading zeros are not allowed|Empty table key"
            + "|(?:Integer|Float) is too (?:large|small)|Invalid unicode escape sequence"
            + "|Invalid (?:[a-z]+|zone offset(?: hours| minutes)?)(?: \\(valid range [0-9.:/+-]+\\))?"
            + "|(?:A trailing comma is|Newlines are) not allowed in an inline table.*");

    private static final Pattern EARLIER_KEY = Pattern.compile("(?s).* \\(?(?:previously )?defined at (?<place>line "
            + "\\d+, column \\d+)\\)?");

    private static final String ESCAPE = "Invalid escape sequence";
    private static final String ESCAPE_REMEDY =
            ": write a backslash as \\\\, or put the text in single quotes";

    private static final String HIDDEN = "text that is hidden because it can be part of a secret";

    private static final Pattern DUPLICATE = Pattern.compile("(?<key>.+) previously defined at (?<place>line .+)");

    private SyntaxMessage() {
    }

    /** Returns the message in the form of Apex; without text of the file if that can be part of a secret. */
    static String rewrite(String text, boolean isSecret) {
        String message = isSecret ? text : shortened(text);
        Matcher unexpected = UNEXPECTED.matcher(message);
        if (unexpected.matches()) {
            String found = unexpected.group("found");
            String expected = unexpected.group("expected");
            String opened = unexpected.group("opened");
            boolean isHidden = isSecret && !ENDS.contains(found);
            return "expected " + expected(expected) + ", found " + (isHidden ? HIDDEN : found(found))
                    + (opened == null ? remedy(expected, found) : opened);
        }
        if (message.startsWith(ESCAPE)) {
            return decapitalized(isSecret ? ESCAPE : message) + ESCAPE_REMEDY;
        }
        return isSecret ? withoutText(message) : withText(message);
    }

    private static String withText(String message) {
        Matcher duplicate = DUPLICATE.matcher(message);
        if (duplicate.matches()) {
            return "%s is already defined at %s: keep one of them"
                    .formatted(duplicate.group("key"), duplicate.group("place"));
        }
        String line = oneLine(message);
        boolean startsWithKey = line.contains("defined a"); // "defined at" or "defined as"
        return startsWithKey ? line : decapitalized(line);
    }

    private static String withoutText(String message) {
        Matcher earlier = EARLIER_KEY.matcher(message);
        if (earlier.matches()) {
            return "the key is already defined at %s: keep one of them".formatted(earlier.group("place"));
        }
        return WITHOUT_TEXT.matcher(message).matches() ? decapitalized(message)
                : "expected valid TOML, found " + HIDDEN;
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\R", " ");
    }

    /** Removes the middle of a long message, which quotes the file. The expected token is at the end. */
    private static String shortened(String message) {
        if (message.length() <= MAX_LENGTH) {
            return message;
        }
        return message.substring(0, message.offsetByCodePoints(0, KEPT_LENGTH))
                + '…' + message.substring(message.offsetByCodePoints(message.length(), -KEPT_LENGTH));
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
            default -> oneLine(found);
        };
    }

    private static String remedy(String expected, String found) {
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

    /** Returns the message with a lower-case first letter, because it follows the origin. */
    private static String decapitalized(String message) {
        return message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1);
    }
}
