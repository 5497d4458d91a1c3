package io.apexproxy.runtime.cli.convert.haproxy;

import io.apexproxy.runtime.cli.convert.draft.Word;
import io.apexproxy.runtime.cli.convert.draft.Directive;
import io.apexproxy.runtime.cli.convert.draft.Group;
import io.apexproxy.runtime.cli.convert.draft.Draft;
import io.apexproxy.runtime.cli.convert.draft.Times;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Translator of the sections {@code global} and {@code resolvers}. */
final class HaproxyGlobals {

    /** Directives with a number, and their keys. */
    private static final Map<String, String> NUMBERS = Map.of("maxconn", "max_connections", "nbthread", "threads",
            "maxsslconn", "tls_handshakes");
    private static final Map<String, String> TIMES =
            Map.of("hard-stop-after", "drain_timeout", "grace", "drain_delay");
    private static final Set<String> BASES = Set.of("ca-base", "crt-base");
    private static final int MAX_NAMESERVERS = 8;

    private final Draft draft;
    private final Map<String, String> bases = new HashMap<>();
    private final Map<String, Directive> resolvers = new LinkedHashMap<>();
    private boolean verifiesServers = true;

    HaproxyGlobals(Draft draft) {
        this.draft = draft;
    }

    void add(Directive section) {
        if (section.name().equals("resolvers")) {
            resolvers.put(section.word(1), section);
        } else {
            section.children().stream().filter(each -> !each.hasVariable()).forEach(this::global);
        }
    }

    private void global(Directive directive) {
        String name = directive.name();
        if (NUMBERS.containsKey(name) && directive.words().size() > 1) {
            draft.put(draft.root(), directive, NUMBERS.get(name), directive.at(1).number());
        } else if (TIMES.containsKey(name)) {
            draft.put(draft.root(), directive, TIMES.get(name), Times.text(directive.word(1), Times.HAPROXY));
        } else if (BASES.contains(name)) {
            draft.use(directive);
            bases.put(name, directive.word(1));
        } else if (name.equals("ssl-server-verify")) {
            draft.use(directive);
            verifiesServers = !directive.word(1).equals("none");
        }
    }

    /** Returns whether certificates of servers are verified by default. */
    boolean verifiesServers() {
        return verifiesServers;
    }

    String caFile(String file) {
        return path("ca-base", file);
    }

    String certificate(String file) {
        return path("crt-base", file);
    }

    private String path(String base, String file) {
        return file.startsWith("/") || !bases.containsKey(base) ? file : bases.get(base) + "/" + file;
    }

    /** Returns the addresses of the name servers of a section; empty if there are none, or it is unknown. */
    Group nameservers(String section) {
        Group servers = Group.array();
        Optional.ofNullable(resolvers.get(section)).map(Directive::children).orElse(List.of()).stream()
                .filter(each -> each.name().equals("nameserver") && !each.hasVariable()).limit(MAX_NAMESERVERS)
                .forEach(each -> {
                    draft.use(each);
                    servers.add(each.origin(), each.word(2).replaceFirst("^(?:udp|tcp)@", ""));
                });
        return servers;
    }

    /** Returns the elements of a list such as {@code h2,http/1.1}. */
    static Group list(Word word) {
        Group list = Group.array();
        for (String element : word.text().split(",")) {
            list.add(word.origin(), element);
        }
        return list;
    }
}
