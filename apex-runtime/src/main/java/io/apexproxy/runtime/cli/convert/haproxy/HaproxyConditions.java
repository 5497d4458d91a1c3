package io.apexproxy.runtime.cli.convert.haproxy;

import io.apexproxy.runtime.cli.convert.draft.Word;
import io.apexproxy.runtime.cli.convert.draft.Directive;
import io.apexproxy.runtime.cli.convert.draft.Draft;
import io.apexproxy.api.Origin;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Parser of the conditions of rules, such as <code>if { req.ssl_sni -i a.example } or !from_office</code>, as far as
 * routes have counterparts: server names, protocols of ALPN, networks of clients, and TLS.
 */
final class HaproxyConditions {

    /** What a test compares. */
    enum Kind {
        SERVER_NAMES, ALPN, FROM, TLS
    }

    /**
     * A test.
     *
     * @param negated whether it has to fail
     * @param values the values, one of which has to match
     */
    record Test(boolean negated, Kind kind, List<Word> values) {
    }

    private static final Map<String, Kind> FETCHES = Map.ofEntries(
            Map.entry("req.ssl_sni", Kind.SERVER_NAMES), Map.entry("req_ssl_sni", Kind.SERVER_NAMES),
            Map.entry("req.ssl_sni,lower", Kind.SERVER_NAMES), Map.entry("ssl_fc_sni", Kind.SERVER_NAMES),
            Map.entry("ssl_fc_sni,lower", Kind.SERVER_NAMES),
            Map.entry("req.ssl_alpn", Kind.ALPN), Map.entry("req_ssl_alpn", Kind.ALPN),
            Map.entry("ssl_fc_alpn", Kind.ALPN), Map.entry("src", Kind.FROM),
            Map.entry("req.ssl_hello_type", Kind.TLS), Map.entry("req_ssl_hello_type", Kind.TLS));
    private static final String FOUND = "*";

    private final Map<String, List<Directive>> lists = new LinkedHashMap<>();
    private final Draft draft;

    HaproxyConditions(Draft draft, HaproxyProxy proxy) {
        this.draft = draft;
        proxy.all().stream().filter(each -> each.name().equals("acl"))
                .forEach(each -> lists.computeIfAbsent(each.word(1), name -> new ArrayList<>()).add(each));
    }

    /**
     * Parses the condition of a rule.
     *
     * @param words all words from {@code if} or {@code unless} on; empty if the rule has no condition
     * @return alternatives, each with tests that all have to be met; empty if a test has no counterpart
     */
    Optional<List<List<Test>>> parse(List<Word> words) {
        List<List<Test>> alternatives = new ArrayList<>(List.of(new ArrayList<>()));
        int index = 1;
        while (index < words.size()) {
            String text = words.get(index).text();
            if (text.equals("or") || text.equals("||")) {
                alternatives.add(new ArrayList<>());
                index++;
                continue;
            }
            boolean negated = text.startsWith("!");
            String name = negated ? text.substring(1) : text;
            if (name.isEmpty() && ++index < words.size()) {
                name = words.get(index).text();
            }
            int end = index;
            Optional<Test> test;
            if (name.equals("{")) {
                while (end < words.size() && !words.get(end).text().equals("}")) {
                    end++;
                }
                test = test(words.subList(index + 1, Math.min(end, words.size())));
            } else {
                test = named(name);
            }
            if (test.isEmpty()) {
                return Optional.empty();
            }
            alternatives.get(alternatives.size() - 1).add(new Test(negated, test.get().kind(), test.get().values()));
            index = end + 1;
        }
        return words.isEmpty() || !words.get(0).text().equals("unless") ? Optional.of(alternatives)
                : negated(alternatives);
    }

    private static Optional<List<List<Test>>> negated(List<List<Test>> alternatives) {
        if (alternatives.size() != 1 || alternatives.get(0).size() != 1) {
            return Optional.empty();
        }
        Test test = alternatives.get(0).get(0);
        return Optional.of(List.of(List.of(new Test(!test.negated(), test.kind(), test.values()))));
    }

    /** Returns the test of an {@code acl}, which can have several lines. */
    private Optional<Test> named(String name) {
        List<Word> values = new ArrayList<>();
        Optional<Kind> kind = Optional.empty();
        for (Directive line : lists.getOrDefault(name, List.of())) {
            Optional<Test> test = line.hasVariable() ? Optional.empty() : test(line.from(2));
            if (test.isEmpty() || (kind.isPresent() && kind.get() != test.get().kind())) {
                return Optional.empty();
            }
            kind = test.map(Test::kind);
            values.addAll(test.get().values());
        }
        lists.getOrDefault(name, List.of()).forEach(draft::use);
        return kind.map(each -> new Test(false, each, values));
    }

    /** Parses a test: a fetch, flags, and values. */
    private static Optional<Test> test(List<Word> words) {
        if (words.isEmpty() || !FETCHES.containsKey(words.get(0).text())) {
            return Optional.empty();
        }
        Kind kind = FETCHES.get(words.get(0).text());
        String method = "str";
        int index = 1;
        for (; index < words.size() && words.get(index).text().startsWith("-"); index++) {
            switch (words.get(index).text()) {
                case "-i", "--" -> {}
                case "-m" -> method = index + 1 < words.size() ? words.get(++index).text() : "";
                default -> {
                    return Optional.empty(); // such as a file with values
                }
            }
        }
        return values(kind, method, words.subList(index, words.size()), words.get(0).origin())
                .map(values -> new Test(false, kind, values));
    }

    private static Optional<List<Word>> values(Kind kind, String method, List<Word> words, Origin origin) {
        boolean isName = kind == Kind.SERVER_NAMES;
        return switch (method) {
            case "str", "ip", "int" -> words.isEmpty() || (kind == Kind.TLS && !words.get(0).text().equals("1"))
                    ? Optional.empty() : Optional.of(words);
            case "end" -> isName ? Optional.of(words.stream().flatMap(word -> suffixes(word).stream()).toList())
                    : Optional.empty();
            case "found" -> isName ? Optional.of(List.of(new Word(FOUND, origin, false))) : Optional.empty();
            default -> Optional.empty();
        };
    }

    /** A suffix without a dot also matches the name itself. */
    private static List<Word> suffixes(Word word) {
        return word.text().startsWith(".") ? List.of(new Word("*" + word.text(), word.origin(), false))
                : List.of(word, new Word("*." + word.text(), word.origin(), false));
    }
}
