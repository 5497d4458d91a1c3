package io.apexproxy.config.toml;

import io.apexproxy.api.Settings;
import java.util.BitSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The lines of a document that messages must not quote, since they may have a part of a secret.
 *
 * <p>The document may be broken anywhere. A line is secret if its key, its table or another word of its value says so,
 * and also where that cannot be decided: without a key, or after a secret value of which the end was not found. A
 * document in which no word says so has no secret lines. The work is linear in the size of the document.
 */
final class SecretLines {

    /** User information in a URL is a secret, too. */
    private static final String URL = "://";

    /** An escape may be a letter of a key. */
    private static final Pattern ESCAPED_LETTER = Pattern.compile("\\\\[uUx]");

    private static final String KEY = "(?:\"(?:[^\"\\\\]++|\\\\.)*+\"|'[^']*+'|[A-Za-z0-9_-]++)";
    private static final String PATH = "[ \\t]*+" + KEY + "(?:[ \\t]*+\\.[ \\t]*+" + KEY + ")*+[ \\t]*+";
    private static final Pattern HEADER =
            Pattern.compile("[ \\t]*+\\[{1,2}" + PATH + "\\]{1,2}[ \\t\\r]*+(?:#[^\\n]*+)?");
    private static final Pattern KEY_AND_SIGN = Pattern.compile(PATH + "=");

    /** A value that is neither a string nor in brackets. */
    private static final Pattern WORD = Pattern.compile(
            "(?:true|false|[+-]?(?:inf|nan)|[+-]?[0-9][0-9A-Za-z_.:+-]*+)(?=[\\s#]|$)");

    private final String text;
    private final BitSet secret = new BitSet();
    /** All lines from here on are secret. */
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
        if (mayHoldSecret(text)) {
            lines.scan();
        }
        return lines;
    }

    /** Returns whether a message must not quote a line; they are counted from 1. */
    boolean contains(int number) {
        return number >= secretFrom || secret.get(number);
    }

    private static boolean mayHoldSecret(String part) {
        return Settings.isSecretName(part) || part.contains(URL) || ESCAPED_LETTER.matcher(part).find();
    }

    private void scan() {
        while (offset < text.length() && secretFrom == Integer.MAX_VALUE) {
            int end = text.indexOf('\n', offset);
            String content = text.substring(offset, end < 0 ? text.length() : end);
            String stripped = content.strip();
            if (stripped.isEmpty() || stripped.startsWith("#")) {
                endLine(content, mayHoldSecret(content));
            } else if (stripped.startsWith("[")) {
                boolean isOther = HEADER.matcher(content).matches();
                isTableSecret = mayHoldSecret(content) || isTableSecret && !isOther;
                endLine(content, isTableSecret);
            } else {
                scanSetting(content);
            }
        }
    }

    private void scanSetting(String content) {
        Matcher key = KEY_AND_SIGN.matcher(content);
        if (!key.lookingAt()) {
            if (isTableSecret || mayHoldSecret(content)) {
                secretFrom = line;
            }
            endLine(content, true);
            return;
        }
        int first = line;
        int start = offset;
        offset += key.end();
        boolean isWhole = skipValue();
        if (isTableSecret || mayHoldSecret(text.substring(start, offset))) {
            secret.set(first, line + 1);
            secretFrom = isWhole ? secretFrom : first;
        }
        moveTo(Math.min(offset + 1, text.length()));
    }

    private void endLine(String content, boolean isSecret) {
        secret.set(line, isSecret);
        moveTo(Math.min(offset + content.length() + 1, text.length()));
    }

    /** Moves to the end of the last line of a value; returns whether it is exactly one value that ends there. */
    private boolean skipValue() {
        boolean isWhole = true;
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
                isWhole &= depth > 0;
                depth = Math.max(0, depth - 1);
                offset++;
            } else {
                values += depth == 0 ? 1 : 0;
                isWhole &= skipPart(next, depth);
                depth += next == '[' || next == '{' ? 1 : 0;
            }
        }
        return isWhole && depth == 0 && values == 1;
    }

    /** Moves to the end of a string or word, or behind a bracket; returns whether it is well-formed. */
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
        boolean isEmpty = !hasLines && text.startsWith(closing, offset); // the third quote may have been forgotten
        while (offset < text.length()) {
            char next = text.charAt(offset);
            if (text.startsWith(closing, offset)) {
                offset += closing.length();
                for (int more = 0; hasLines && more < 2 && text.startsWith(String.valueOf(quote), offset); more++) {
                    offset++; // up to two quotes may precede the closing ones
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
