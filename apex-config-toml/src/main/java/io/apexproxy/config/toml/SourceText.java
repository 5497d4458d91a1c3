package io.apexproxy.config.toml;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.tomlj.TomlPosition;

/**
 * The text of a well-formed file, to look up what the parser does not tell: it gives the place of a whole dotted key or
 * header, not of the parts of it, and the value of a date, not how it was written. Columns are counted in characters
 * (code points) from 1, as the parser does.
 */
final class SourceText {

    /** The opening of a header; matches nothing at a key. */
    private static final Pattern HEADER_OPENING = Pattern.compile("\\[{0,2}[ \\t]*");

    /** One part of a dotted key, with the dot that ends it. */
    private static final Pattern PART_AND_DOT = Pattern.compile(
            "(?:\"(?:[^\"\\\\]++|\\\\.)*+\"|'[^']*+'|[A-Za-z0-9_-]++)[ \\t]*\\.[ \\t]*");

    /** A date, a time, or both with a letter or a space between. */
    private static final Pattern DATE_OR_TIME = Pattern.compile("[0-9TtZz:.+-]+(?: [0-9][0-9Zz:.+-]*)?");

    private final String text;
    private final int[] lines;

    SourceText(String text) {
        this.text = text;
        this.lines = IntStream.concat(IntStream.of(0), IntStream.range(0, text.length())
                .filter(index -> text.charAt(index) == '\n').map(index -> index + 1)).toArray();
    }

    /** Returns the character at a place. */
    char at(TomlPosition place) {
        return text.charAt(offset(place));
    }

    /**
     * Returns the column of a part of a dotted key.
     *
     * @param start where the key or the header that contains it begins
     * @param part the number of parts before it
     */
    int columnOfPart(TomlPosition start, int part) {
        int offset = end(HEADER_OPENING, offset(start));
        for (int before = 0; before < part; before++) {
            offset = end(PART_AND_DOT, offset);
        }
        return 1 + text.codePointCount(lines[start.line() - 1], offset);
    }

    /** Returns the date or time at a place as it was written. */
    String dateOrTime(TomlPosition start) {
        int offset = offset(start);
        return text.substring(offset, end(DATE_OR_TIME, offset));
    }

    private int offset(TomlPosition place) {
        return text.offsetByCodePoints(lines[place.line() - 1], place.column() - 1);
    }

    private int end(Pattern pattern, int offset) {
        Matcher matcher = pattern.matcher(text).region(offset, text.length());
        if (!matcher.lookingAt()) {
            throw new IllegalStateException("no " + pattern + " at offset " + offset);
        }
        return matcher.end();
    }
}
