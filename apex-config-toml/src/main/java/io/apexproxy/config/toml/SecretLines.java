package io.apexproxy.config.toml;

import io.apexproxy.api.Settings;
import java.util.BitSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The lines of a document that messages must not quote, because they can contain a part of a secret.
 *
 * <p>The document can have syntax errors anywhere. A line is secret if its key, its table or a word of its value is a
 * secret name. Lines without a key and lines after the unknown end of a secret value are secret, too. A document
 * without a secret name has no secret lines. The run time is linear in the size of the document.
 */
final class SecretLines {

    /** A URL can contain a password. */
    private static final String URL = "://";

    /** An escape sequence can be a letter of a key. */
    private static final Pattern ESCAPED_LETTER = Pattern.compile("\\\\[uUx]");

    private static final String KEY = "(?:\"(?:[^\"\\\\]++|\\\\.)*+\"|'[^']*+'|[A-Za-z0-9_-]++)";
    private static final String PATH = "[ \\t]*+" + KEY + "(?:[ \\t]*+\\.[ \\t]*+" + KEY + ")*+[ \\t]*+";
    private static final Pattern HEADER =
            Pattern.compile("[ \\t]*+\\[{1,2}" + PATH + "\\]{1,2}[ \\t\\r]*+(?:#[^\\n]*+)?");
    private static final Pattern KEY_AND_SIGN = Pattern.compile(PATH + "=");

    /** A value that is not a string, array or inline table. */
    private static final Pattern WORD = Pattern.compile(
            "(?:true|false|[+-]?(?:inf|nan)|[+-]?[0-9][0-9A-Za-z_.:+-]*+)(?=[\\s#]|$)");

    private final String text;
    private final BitSet secret = new BitSet();
    /** The first line of the part in which all lines are secret. */
    private int secretFrom = Integer.MAX_VALUE;
    private boolean isTableSecret;

    private int offset;
    private int line = 1;

    private SecretLines(String text) {
        this.text = text;
    }

    /** Returns the secret lines of a document. */
    static SecretLines of(String text) {
        SecretLines lines = new SecretLines(text);
        if (canContainSecret(text)) {
            lines.scan();
        }
        return lines;
    }

    /** Returns whether a message must not quote a line; lines are counted from 1. */
    boolean contains(int number) {
        return number >= secretFrom || secret.get(number);
    }

    private static boolean canContainSecret(String part) {
        return Settings.isSecretName(part) || part.contains(URL) || ESCAPED_LETTER.matcher(part).find();
    }

    private void scan() {
        while (offset < text.length() && secretFrom == Integer.MAX_VALUE) {
            int end = text.indexOf('\n', offset);
            String content = text.substring(offset, end < 0 ? text.length() : end);
            String stripped = content.strip();
            if (stripped.isEmpty() || stripped.startsWith("#")) {
                endLine(content, canContainSecret(content));
            } else if (stripped.startsWith("[")) {
                boolean isComplete = HEADER.matcher(content).matches();
                isTableSecret = canContainSecret(content) || (isTableSecret && !isComplete);
                endLine(content, isTableSecret);
            } else {
                scanSetting(content);
            }
        }
    }

    private void scanSetting(String content) {
        Matcher key = KEY_AND_SIGN.matcher(content);
        if (!key.lookingAt()) {
            if (isTableSecret || canContainSecret(content)) {
                secretFrom = line;
            }
            endLine(content, true);
            return;
        }
        int first = line;
        int start = offset;
        offset += key.end();
        boolean isSingleValue = skipValue();
        if (isTableSecret || canContainSecret(text.substring(start, offset))) {
            secret.set(first, line + 1);
            secretFrom = isSingleValue ? secretFrom : first;
        }
        moveTo(Math.min(offset + 1, text.length()));
    }

    private void endLine(String content, boolean isSecret) {
        secret.set(line, isSecret);
        moveTo(Math.min(offset + content.length() + 1, text.length()));
    }

    /** Moves to the end of the last line of a value, and returns whether it contains exactly one complete value. */
    private boolean skipValue() {
        boolean isSingleValue = true;
        int depth = 0;
        int values = 0;
        while (offset < text.length() && (depth > 0 || text.charAt(offset) != '\n')) {
            char next = text.charAt(offset);
            if (next == '#') {
                int end = text.indexOf('\n', offset);
                offset = end < 0 ? text.length() : end;
            } else if (Character.isWhitespace(next)) {
                moveTo(offset + 1);
            } else if (next == ']' || next == '}') {
                isSingleValue &= depth > 0;
                depth = Math.max(0, depth - 1);
                offset++;
            } else {
                values += depth == 0 ? 1 : 0;
                isSingleValue &= skipPart(next, depth);
                depth += next == '[' || next == '{' ? 1 : 0;
            }
        }
        return isSingleValue && depth == 0 && values == 1;
    }

    /** Moves behind a string, word or bracket, and returns whether it is valid. */
    private boolean skipPart(char first, int depth) {
        if (first == '"' || first == '\'') {
            return skipString(first);
        }
        Matcher word = WORD.matcher(text).region(offset, text.length());
        boolean isWord = depth == 0 && word.lookingAt();
        offset = isWord ? word.end() : offset + 1;
        return isWord || depth > 0 || first == '[' || first == '{';
    }

    private boolean skipString(char quote) {
        String three = String.valueOf(quote).repeat(3);
        boolean hasLines = text.startsWith(three, offset);
        String closing = hasLines ? three : String.valueOf(quote);
        offset += closing.length();
        boolean isEmpty = !hasLines && text.startsWith(closing, offset); // or the third quote is missing
        while (offset < text.length()) {
            char next = text.charAt(offset);
            if (text.startsWith(closing, offset)) {
                offset += closing.length();
                for (int more = 0; hasLines && more < 2 && text.startsWith(String.valueOf(quote), offset); more++) {
                    offset++; // up to two quotes can precede the closing quotes
                }
                return !isEmpty;
            }
            if (next == '\n' && !hasLines) {
                return false;
            }
            boolean isEscape = next == '\\' && quote == '"' && offset + 1 < text.length()
                    && (hasLines || text.charAt(offset + 1) != '\n');
            moveTo(offset + (isEscape ? 2 : 1));
        }
        return false;
    }

    private void moveTo(int next) {
        for (; offset < next; offset++) {
            line += text.charAt(offset) == '\n' ? 1 : 0;
        }
    }
}
