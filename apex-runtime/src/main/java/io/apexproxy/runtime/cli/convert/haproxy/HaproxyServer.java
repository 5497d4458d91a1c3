package io.apexproxy.runtime.cli.convert.haproxy;

import io.apexproxy.runtime.cli.convert.draft.Word;
import io.apexproxy.runtime.cli.convert.draft.Directive;
import io.apexproxy.runtime.cli.convert.draft.Group;
import io.apexproxy.runtime.cli.convert.draft.Draft;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A line {@code server} or {@code server-template} with the keywords of {@code default-server}.
 *
 * @param directive the line
 * @param defaults the lines {@code default-server} that apply
 * @param keywords the keywords of all of them; the last one counts
 */
record HaproxyServer(Directive directive, List<Directive> defaults, Keywords keywords) {

    private static final List<String> FLAGS = List.of("check", "no-check", "backup", "no-backup", "disabled",
            "enabled", "send-proxy", "no-send-proxy", "send-proxy-v2", "no-send-proxy-v2", "check-send-proxy",
            "no-check-send-proxy", "ssl", "no-ssl", "check-ssl", "no-check-ssl", "non-stick", "stick");
    private static final List<String> VALUES = List.of("inter", "fastinter", "downinter", "rise", "fall", "weight",
            "maxconn", "maxqueue", "minconn", "port", "addr", "verify", "ca-file", "crt", "sni", "verifyhost", "alpn",
            "ssl-min-ver", "track", "slowstart", "on-marked-down", "on-error", "observe", "error-limit", "cookie",
            "id", "resolvers", "resolve-prefer", "resolve-opts", "init-addr", "source", "ciphers", "check-sni",
            "check-alpn", "proto");
    private static final Map<String, Boolean> KNOWN = known();

    /** Keywords that have an effect, or the meaning of Apex. */
    private static final Set<String> CONVERTED = Set.of("check", "no-check", "backup", "no-backup", "disabled",
            "enabled", "send-proxy", "no-send-proxy", "send-proxy-v2", "no-send-proxy-v2", "check-send-proxy",
            "no-check-send-proxy", "ssl", "no-ssl", "check-ssl", "inter", "fastinter", "rise", "fall", "weight",
            "maxconn", "maxqueue", "port", "verify", "ca-file", "crt", "sni", "verifyhost", "alpn", "ssl-min-ver",
            "slowstart", "on-marked-down", "observe", "source", "stick", "non-stick");
    private static final Map<String, String> REASONS = Map.of(
            "track", "Apex probes each backend of each pool",
            "resolvers", "names are looked up by the resolver of the system",
            "resolve-prefer", "all addresses of a name are used",
            "init-addr", "a name that does not resolve is a backend that is down",
            "cookie", "Apex reads no HTTP",
            "downinter", "probes of a backend that is down have the same interval",
            "on-error", "failed connects count for the health check; see early_close",
            "error-limit", "failed connects count for the health check");
    private static final String NO_COUNTERPART = "no counterpart";

    private static Map<String, Boolean> known() {
        Map<String, Boolean> known = new TreeMap<>();
        FLAGS.forEach(flag -> known.put(flag, false));
        VALUES.forEach(value -> known.put(value, true));
        return known;
    }

    /**
     * Reads a line.
     *
     * @param directive the line
     * @param firstKeyword the index of the first word after the name and the address
     * @param defaults the lines {@code default-server} that apply, in their order
     */
    static HaproxyServer of(Directive directive, int firstKeyword, List<Directive> defaults) {
        List<Word> words = new ArrayList<>();
        defaults.forEach(each -> words.addAll(each.from(1)));
        words.addAll(directive.from(firstKeyword));
        return new HaproxyServer(directive, defaults, Keywords.parse(words, KNOWN));
    }

    boolean isChecked() {
        return isOn("check");
    }

    boolean isOn(String keyword) {
        return keywords.has(keyword);
    }

    Optional<Word> value(String keyword) {
        return keywords.value(keyword);
    }

    /** Returns the first value of a keyword in a list of servers. */
    static Optional<Word> first(List<HaproxyServer> servers, String keyword) {
        return servers.stream().flatMap(server -> server.value(keyword).stream()).findFirst();
    }

    /** Returns the version of the PROXY protocol that the server expects; empty if it expects none. */
    Optional<String> proxyProtocol() {
        return isOn("send-proxy-v2") ? Optional.of("v2") : isOn("send-proxy") ? Optional.of("v1") : Optional.empty();
    }

    /** Comments the keywords without a counterpart. */
    void commentRest(Draft draft, Group backends) {
        keywords.values().forEach((keyword, word) -> {
            if (!CONVERTED.contains(keyword)) {
                draft.comment(backends, line(word), keyword + ": " + REASONS.getOrDefault(keyword, NO_COUNTERPART));
            }
        });
        if (!keywords.unknown().isEmpty()) {
            draft.comment(backends, directive, String.join(" ", keywords.unknown()) + ": " + NO_COUNTERPART);
        }
    }

    private Directive line(Word word) {
        return defaults.stream().filter(each -> each.origin().line() == word.origin().line()).findFirst()
                .orElse(directive);
    }
}
