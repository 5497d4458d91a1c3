package io.apexproxy.config.toml;

import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.tomlj.TomlPosition;

/**
 * The text of a valid file, with look-ups for data that the parser does not provide. The parser returns the position of
 * a dotted key or header but not of its parts, and the value of a date but not its text. Columns count code points from
 * 1, as in the parser.
 *
 * <p>A look-up costs two binary searches regardless of the length of the line, because a file can consist of one line.
 */
final class SourceText {

    /** The opening brackets of a header; matches the empty text at a key. */
    private static final Pattern HEADER_OPENING = Pattern.compile("\\[{0,2}[ \\t]*");

    /** One part of a dotted key and the dot after it. */
    private static final Pattern PART_AND_DOT = Pattern.compile(
            "(?:\"(?:[^\"\\\\]++|\\\\.)*+\"|'[^']*+'|[A-Za-z0-9_-]++)[ \\t]*\\.[ \\t]*");

    /** A date, a time, or both with a letter or a space between them. */
    private static final Pattern DATE_OR_TIME = Pattern.compile("[0-9TtZz:.+-]+(?: [0-9][0-9Zz:.+-]*)?");

    private final String text;
    /** The offset of each line. */
    private final int[] lines;
    /** The offset of each surrogate pair, such as an emoji. */
    private final int[] pairs;

    SourceText(String text) {
        this.text = text;
        this.lines = IntStream.concat(IntStream.of(0), IntStream.range(0, text.length())
                .filter(index -> text.charAt(index) == '\n').map(index -> index + 1)).toArray();
        this.pairs = IntStream.range(0, text.length() - 1)
                .filter(index -> Character.isSurrogatePair(text.charAt(index), text.charAt(index + 1))).toArray();
    }

    /** Returns the character at a position. */
    char at(TomlPosition position) {
        return text.charAt(offset(position));
    }

    /**
     * Returns the column of a part of a dotted key.
     *
     * @param start the position of the key or the header that contains it
     * @param part the number of parts before it
     */
    int columnOfPart(TomlPosition start, int part) {
        int offset = end(HEADER_OPENING, offset(start));
        for (int before = 0; before < part; before++) {
            offset = end(PART_AND_DOT, offset);
        }
        int line = lines[start.line() - 1];
        return 1 + offset - line - (pairsBefore(offset) - pairsBefore(line));
    }

    /** Returns the text of the date or time at a position. */
    String dateOrTime(TomlPosition start) {
        int offset = offset(start);
        return text.substring(offset, end(DATE_OR_TIME, offset));
    }

    private int offset(TomlPosition position) {
        int line = lines[position.line() - 1];
        int characters = position.column() - 1;
        int first = pairsBefore(line);
        int low = first;
        int high = pairs.length;
        while (low < high) { // find the first pair with at least that many characters between the line start and itself
            int middle = (low + high) >>> 1;
            boolean isBefore = pairs[middle] - line - (middle - first) < characters;
            low = isBefore ? middle + 1 : low;
            high = isBefore ? high : middle;
        }
        return line + characters + (low - first);
    }

    private int pairsBefore(int offset) {
        int found = Arrays.binarySearch(pairs, offset);
        return found < 0 ? -found - 1 : found;
    }

    private int end(Pattern pattern, int offset) {
        Matcher matcher = pattern.matcher(text).region(offset, text.length());
        if (!matcher.lookingAt()) {
            throw new IllegalStateException("no " + pattern + " at offset " + offset);
        }
        return matcher.end();
    }
}
