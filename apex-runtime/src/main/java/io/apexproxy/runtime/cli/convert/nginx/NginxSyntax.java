package io.apexproxy.runtime.cli.convert.nginx;

import io.apexproxy.runtime.cli.convert.draft.Word;
import io.apexproxy.runtime.cli.convert.draft.Directive;
import io.apexproxy.api.ConfigException;
import io.apexproxy.api.Origin;
import java.util.ArrayList;
import java.util.List;

/** Parser of {@code nginx.conf}: directives, which end with a semicolon or have a block in braces. */
public final class NginxSyntax {

    /** nginx itself has at most six levels. */
    private static final int MAX_DEPTH = 20;
    private static final String ESCAPES = "nrt\"'\\";
    private static final String ESCAPED = "\n\r\t\"'\\";

    private final String file;
    private final String text;
    private int position;
    private int line = 1;
    private int lineStart;

    private NginxSyntax(String file, String text) {
        this.file = file;
        this.text = text;
    }

    /**
     * Parses a file.
     *
     * @throws ConfigException at the first mistake in the syntax
     */
    public static List<Directive> parse(String file, String text) {
        return new NginxSyntax(file, text).block(0);
    }

    /** Reads directives until the closing brace of their block, or the end of the file. */
    private List<Directive> block(int depth) {
        Origin opening = origin();
        if (depth > MAX_DEPTH) {
            throw new ConfigException(opening, "expected at most " + MAX_DEPTH + " nested blocks, found another one");
        }
        List<Directive> directives = new ArrayList<>();
        List<Word> words = new ArrayList<>();
        while (skipBlanks()) {
            char next = text.charAt(position);
            if (next == ';' || next == '{' || next == '}') {
                boolean isEnd = next == '}';
                if (words.isEmpty() != isEnd || (isEnd && depth == 0)) {
                    throw new ConfigException(origin(), "expected " + (words.isEmpty() ? "a directive" : "';' or '{'")
                            + ", found '" + next + "'");
                }
                position++;
                if (isEnd) {
                    return directives;
                }
                List<Directive> content = next == '{' ? block(depth + 1) : List.of();
                directives.add(new Directive(List.copyOf(words), content, line));
                words.clear();
            } else {
                words.add(word(next));
            }
        }
        if (!words.isEmpty() || depth > 0) {
            throw new ConfigException(origin(), "expected " + (words.isEmpty() ? "'}' of the block at line "
                    + opening.line() : "';' or '{'") + ", found the end of the file");
        }
        return directives;
    }

    private Word word(char first) {
        Origin origin = origin();
        StringBuilder word = new StringBuilder();
        boolean isQuoted = first == '"' || first == '\'';
        position += isQuoted ? 1 : 0;
        while (position < text.length() && !(isQuoted ? text.charAt(position) == first : endsWord(word))) {
            char next = text.charAt(position);
            int escaped = next == '\\' && position + 1 < text.length() ? ESCAPES.indexOf(text.charAt(position + 1))
                    : -1;
            if (escaped >= 0) {
                word.append(ESCAPED.charAt(escaped));
                position++;
            } else {
                word.append(next);
            }
            advance();
        }
        if (isQuoted) {
            if (position == text.length()) {
                throw new ConfigException(origin, "expected a closing " + first + ", found the end of the file");
            }
            position++;
        }
        return new Word(word.toString(), origin, false);
    }

    /** The braces of a variable such as <code>${name}</code> belong to a word. */
    private boolean endsWord(StringBuilder word) {
        char next = text.charAt(position);
        boolean isOfVariable = next == '{' ? word.length() > 0 && word.charAt(word.length() - 1) == '$'
                : next == '}' && word.lastIndexOf("${") > word.lastIndexOf("}");
        return Character.isWhitespace(next) || next == ';' || ((next == '{' || next == '}') && !isOfVariable);
    }

    /** Skips blanks and comments. Returns whether text follows. */
    private boolean skipBlanks() {
        while (position < text.length()) {
            if (text.charAt(position) == '#') {
                int end = text.indexOf('\n', position);
                position = end < 0 ? text.length() : end;
            } else if (Character.isWhitespace(text.charAt(position))) {
                advance();
            } else {
                return true;
            }
        }
        return false;
    }

    private void advance() {
        if (text.charAt(position++) == '\n') {
            line++;
            lineStart = position;
        }
    }

    private Origin origin() {
        return new Origin(file, line, position - lineStart + 1);
    }
}
