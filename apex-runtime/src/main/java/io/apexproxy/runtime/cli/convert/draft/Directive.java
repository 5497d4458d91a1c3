package io.apexproxy.runtime.cli.convert.draft;

import io.apexproxy.api.Origin;
import io.apexproxy.runtime.log.CleanText;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A line of HAProxy, a section of HAProxy with its lines, or a directive of nginx with the content of its block.
 *
 * @param words the name and the arguments, at least one
 * @param children the content; empty for a simple directive
 * @param lastLine the number of the last line
 */
public record Directive(List<Word> words, List<Directive> children, int lastLine) {

    /** Enough to recognize a directive. */
    private static final int MAX_SHOWN = 100;

    /** Returns the first word. */
    public String name() {
        return words.get(0).text();
    }

    /** Returns the position of the first word, which identifies the directive. */
    public Origin origin() {
        return words.get(0).origin();
    }

    /** Returns a word; empty text if there are fewer. The name has the index 0. */
    public String word(int index) {
        return index < words.size() ? words.get(index).text() : "";
    }

    /** Returns a word; the last one if there are fewer. */
    public Word at(int index) {
        return words.get(Math.min(index, words.size() - 1));
    }

    /** Returns the last word. */
    public Word last() {
        return at(words.size());
    }

    /** Returns the words after the first ones. */
    public List<Word> from(int index) {
        return words.subList(Math.min(index, words.size()), words.size());
    }

    /** Returns the texts of the words after the first ones. */
    public List<String> texts(int from) {
        return from(from).stream().map(Word::text).toList();
    }

    /** Returns whether the directive begins with these words. */
    public boolean startsWith(List<String> first) {
        return words.size() >= first.size() && texts(0).subList(0, first.size()).equals(first);
    }

    /** Returns whether a word contains an environment variable. */
    public boolean hasVariable() {
        return words.stream().anyMatch(Word::hasVariable);
    }

    /** Returns the lines and the text for a comment, escaped, shortened and without passwords. */
    public String shown() {
        String lines = lastLine > origin().line() ? "lines " + origin().line() + "-" + lastLine
                : "line " + origin().line();
        int secret = secret();
        String text = words.stream().limit(secret).map(Word::text).collect(Collectors.joining(" "));
        return lines + ": " + CleanText.bounded(text, MAX_SHOWN) + (secret < words.size() ? " …" : "");
    }

    /** Returns the index of the first word that must not be shown. */
    private int secret() {
        for (int index = 0; index < words.size(); index++) {
            String word = words.get(index).text();
            if (word.equals("auth") || word.contains("password") || word.contains("secret")) {
                return index + 1;
            }
        }
        return words.size();
    }
}
