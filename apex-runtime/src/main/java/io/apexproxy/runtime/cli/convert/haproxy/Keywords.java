package io.apexproxy.runtime.cli.convert.haproxy;

import io.apexproxy.runtime.cli.convert.draft.Word;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The keywords of a line of HAProxy, some of which have a value.
 *
 * @param values the words of known keywords: the keyword, or its value if it has one; the last one counts
 * @param unknown words that are no known keywords
 */
record Keywords(Map<String, Word> values, List<String> unknown) {

    /**
     * Parses words. A keyword such as {@code no-check} takes {@code check} back.
     *
     * @param words keywords with their values
     * @param known the keywords, and whether each has a value
     */
    static Keywords parse(List<Word> words, Map<String, Boolean> known) {
        Map<String, Word> values = new LinkedHashMap<>();
        List<String> unknown = new ArrayList<>();
        for (int index = 0; index < words.size(); index++) {
            Word word = words.get(index);
            Boolean hasValue = known.get(word.text());
            if (hasValue == null) {
                unknown.add(word.text());
            } else {
                index += hasValue && index + 1 < words.size() ? 1 : 0;
                values.remove(word.text().replaceFirst("^no-", ""));
                values.put(word.text(), words.get(index));
            }
        }
        return new Keywords(values, unknown);
    }

    boolean has(String keyword) {
        return values.containsKey(keyword);
    }

    Optional<Word> value(String keyword) {
        return Optional.ofNullable(values.get(keyword));
    }

    String text(String keyword) {
        return value(keyword).map(Word::text).orElse("");
    }
}
