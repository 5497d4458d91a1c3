package io.apexproxy.runtime.cli.convert.haproxy;

import io.apexproxy.runtime.cli.convert.draft.Word;
import io.apexproxy.runtime.cli.convert.draft.Directive;
import io.apexproxy.runtime.cli.convert.draft.Times;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A section {@code frontend}, {@code backend} or {@code listen} with the directives that it inherits. */
final class HaproxyProxy {

    /** Directives whose second word is a part of their name. */
    private static final Set<String> PREFIXES =
            Set.of("option", "timeout", "stats", "tcp-check", "http-check", "no", "rate-limit");

    private final Directive section;
    private final List<Directive> all;
    private final Map<String, Directive> byKey = new HashMap<>();
    private final Map<String, Directive> options = new HashMap<>();

    /**
     * Combines the directives. An own one replaces the inherited ones with the same name.
     *
     * @param section the section
     * @param inherited the directives of its section {@code defaults}
     */
    HaproxyProxy(Directive section, List<Directive> inherited) {
        this.section = section;
        Set<String> own = section.children().stream().map(HaproxyProxy::key).collect(Collectors.toSet());
        this.all = Stream.concat(inherited.stream().filter(each -> !own.contains(key(each))),
                section.children().stream()).toList();
        all.forEach(each -> byKey.put(key(each), each));
        Stream.concat(inherited.stream(), section.children().stream())
                .filter(each -> each.name().equals("option") || each.startsWith(List.of("no", "option")))
                .forEach(each -> options.put(each.word(each.name().equals("no") ? 2 : 1), each));
    }

    Directive section() {
        return section;
    }

    /** Returns the name of a directive, such as {@code option tcplog}. */
    static String key(Directive directive) {
        return PREFIXES.contains(directive.name()) ? directive.name() + " " + directive.word(1) : directive.name();
    }

    Word name() {
        return section.words().get(section.words().size() > 1 ? 1 : 0);
    }

    boolean listens() {
        return !section.name().equals("backend");
    }

    boolean hasServers() {
        return !section.name().equals("frontend");
    }

    List<Directive> own() {
        return section.children();
    }

    /** Returns the inherited and the own directives. */
    List<Directive> all() {
        return all;
    }

    /** Returns the last directive with a name. */
    Optional<Directive> find(String key) {
        return Optional.ofNullable(byKey.get(key));
    }

    /** Returns the directive of an option that is on. */
    Optional<Directive> option(String name) {
        return Optional.ofNullable(options.get(name)).filter(last -> last.name().equals("option"));
    }

    /** Returns the milliseconds of a timeout; -1 if there is none. */
    long timeout(String name) {
        return find("timeout " + name).map(each -> Times.millis(each.word(2), Times.HAPROXY).orElse(-1)).orElse(-1L);
    }

    boolean isHttp() {
        return find("mode").filter(mode -> mode.word(1).equals("http")).isPresent();
    }
}
