package io.apexproxy.runtime.cli.convert.haproxy;

import io.apexproxy.runtime.cli.convert.draft.Word;
import io.apexproxy.runtime.cli.convert.draft.Directive;
import io.apexproxy.api.ConfigException;
import io.apexproxy.api.Origin;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Parser of {@code haproxy.cfg}: sections, each with lines of words. */
public final class HaproxySyntax {

    /** The first words of sections. */
    private static final Set<String> SECTIONS = Set.of("global", "defaults", "frontend", "backend", "listen",
            "resolvers",
            "peers", "mailers", "userlist", "cache", "program", "ring", "log-forward", "log-profile", "http-errors",
            "fcgi-app", "crt-store", "traces", "acme");

    private static final String ESCAPES = "nrt";
    private static final String ESCAPED = "\n\r\t";

    private final String file;
    private final int number;
    private final String line;
    private final List<Word> words = new ArrayList<>();
    private int position;

    private HaproxySyntax(String file, int number, String line) {
        this.file = file;
        this.number = number;
        this.line = line;
    }

    /**
     * Returns the sections. Lines before the first one, such as conditions, are directives without content.
     *
     * @throws ConfigException if a quote is not closed
     */
    public static List<Directive> parse(String file, String text) {
        List<Directive> sections = new ArrayList<>();
        Directive section = null;
        String[] lines = text.split("\r?\n", -1);
        for (int index = 0; index < lines.length; index++) {
            List<Word> words = new HaproxySyntax(file, index + 1, lines[index]).words();
            if (words.isEmpty()) {
                continue;
            }
            Directive directive = new Directive(words, new ArrayList<>(), index + 1);
            boolean isSection = SECTIONS.contains(directive.name());
            if (isSection || section == null) {
                sections.add(directive);
                section = isSection ? directive : null;
            } else {
                section.children().add(directive);
            }
        }
        return sections.stream().map(each -> new Directive(each.words(), List.copyOf(each.children()),
                each.children().isEmpty() ? each.lastLine()
                        : each.children().get(each.children().size() - 1).lastLine()))
                .toList();
    }

    /** Returns whether a section begins with this word. */
    public static boolean isSection(String word) {
        return SECTIONS.contains(word);
    }

    private List<Word> words() {
        while (position < line.length() && line.charAt(position) != '#') {
            if (Character.isWhitespace(line.charAt(position))) {
                position++;
            } else {
                words.add(word());
            }
        }
        return words;
    }

    /** Reads a word, which ends with a blank or a comment outside of quotes. */
    private Word word() {
        Origin origin = new Origin(file, number, position + 1);
        StringBuilder text = new StringBuilder();
        boolean hasVariable = false;
        char quote = 0;
        Origin quoteOrigin = origin;
        for (; position < line.length(); position++) {
            char next = line.charAt(position);
            if (quote == 0 && (Character.isWhitespace(next) || next == '#')) {
                break;
            }
            if (next == quote) {
                quote = 0;
            } else if (quote == 0 && (next == '"' || next == '\'')) {
                quote = next;
                quoteOrigin = new Origin(file, number, position + 1);
            } else if (next == '\\' && quote != '\'' && position + 1 < line.length()) {
                escape(text);
            } else {
                hasVariable |= next == '$' && quote == '"';
                text.append(next);
            }
        }
        if (quote != 0) {
            throw new ConfigException(quoteOrigin, "expected a closing " + quote + " on this line, found its end");
        }
        return new Word(text.toString(), origin, hasVariable);
    }

    private void escape(StringBuilder text) {
        char escaped = line.charAt(++position);
        int known = ESCAPES.indexOf(escaped);
        String digits = line.substring(position + 1, Math.min(position + 3, line.length()));
        if (escaped == 'x' && digits.matches("\\p{XDigit}{2}")) {
            text.append((char) Integer.parseInt(digits, 16));
            position += 2;
        } else {
            text.append(known < 0 ? escaped : ESCAPED.charAt(known));
        }
    }
}
