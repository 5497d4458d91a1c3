package io.apexproxy.runtime.cli.convert.nginx;

import io.apexproxy.runtime.cli.convert.draft.Directive;
import io.apexproxy.runtime.cli.convert.draft.Draft;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Translator of {@code nginx.conf}: a listener for each server of {@code stream}, a pool for each upstream. */
public final class NginxTranslator {

    /** Directives, with their arguments, that have the meaning of a default of Apex. */
    private static final Set<String> SAME = Set.of("ssl_preread on", "ssl_preread off", "proxy_half_close on",
            "tcp_nodelay on", "proxy_next_upstream on", "proxy_protocol off", "proxy_ssl off",
            "proxy_socket_keepalive on", "proxy_socket_keepalive off", "worker_processes auto", "proxy_ssl_verify off",
            "limit_conn_dry_run off", "multi_accept on", "multi_accept off", "use epoll", "daemon on", "daemon off",
            "proxy_ssl_session_reuse on", "ssl_session_tickets on", "ssl_verify_client off");
    private static final String RESOLVER = "names are looked up by the resolver of the system";
    private static final String LOG = "the access log has fixed fields, on standard output; see access_log";
    private static final Map<String, String> REASONS = Map.ofEntries(
            Map.entry("resolver", RESOLVER), Map.entry("resolver_timeout", RESOLVER),
            Map.entry("access_log", LOG), Map.entry("log_format", LOG),
            Map.entry("error_log", "the log goes to standard output; see conf/logback.xml"),
            Map.entry("include", "it is not followed; convert that file, too"),
            Map.entry("user", "the supervisor sets it"),
            Map.entry("pid", "the supervisor knows the process"),
            Map.entry("load_module", "Apex needs no module for it"),
            Map.entry("worker_rlimit_nofile", "the supervisor sets it"),
            Map.entry("split_clients", "no counterpart; see the router weighted in contrib/"),
            Map.entry("proxy_half_close", "Apex always passes a half-close on"),
            Map.entry("proxy_next_upstream_timeout", "connect_timeout is the limit of each attempt"));

    private final Draft draft = new Draft();
    private final NginxPools pools = new NginxPools(draft);
    private final Map<String, Directive> maps = new HashMap<>();
    private final Map<String, String> zones = new HashMap<>();

    private NginxTranslator() {
    }

    /** Returns the counterpart of a file. It is not checked. */
    public static Draft translate(List<Directive> file) {
        NginxTranslator translator = new NginxTranslator();
        translator.main(file);
        translator.draft.finish(file, NginxTranslator::reason);
        return translator.draft;
    }

    static boolean isSame(Directive directive) {
        return SAME.contains(String.join(" ", directive.texts(0)));
    }

    static String reason(Directive directive) {
        return REASONS.getOrDefault(directive.name(), "no counterpart");
    }

    /** A file without a block {@code stream} is a part of one. */
    private void main(List<Directive> file) {
        draft.listeners(); // before the pools
        Optional<Directive> stream = find(file, "stream");
        file.stream().filter(NginxTranslator::isSame).forEach(draft::use);
        find(file, "worker_processes").filter(each -> !isSame(each)).ifPresent(each -> draft.put(draft.root(), each,
                "threads", each.last().number()));
        find(file, "events").ifPresent(events -> events(events, find(file, "worker_processes")));
        for (Directive directive : file) {
            if (Set.of("http", "mail").contains(directive.name())) {
                draft.comment(directive, "Apex forwards TCP only; the whole block is left out");
                draft.useAll(directive);
            }
        }
        stream(stream.map(Directive::children).orElse(file));
        stream.ifPresent(draft::use);
    }

    private static Optional<Directive> find(List<Directive> directives, String name) {
        return directives.stream().filter(each -> each.name().equals(name)).findFirst();
    }

    /** nginx counts the connections of each worker, those of clients as well as those to backends. */
    private void events(Directive events, Optional<Directive> workers) {
        draft.use(events);
        events.children().stream().filter(NginxTranslator::isSame).forEach(draft::use);
        find(events.children(), "worker_connections").ifPresent(each -> {
            Object processes = workers.map(count -> count.last().number())
                    .orElse(1L);
            Object connections = each.last().number();
            if (processes instanceof Long count && connections instanceof Long most && count > 0
                    && most < Integer.MAX_VALUE && count < Integer.MAX_VALUE) {
                draft.put(draft.root(), each, "max_connections", Math.max(1, count * most / 2));
            } else {
                draft.comment(each, "see max_connections: of clients, and of the whole process");
            }
        });
    }

    private void stream(List<Directive> stream) {
        for (Directive directive : stream) {
            switch (directive.name()) {
                case "map" -> maps.put(directive.word(2), directive);
                case "limit_conn_zone" -> {
                    draft.use(directive);
                    zones.put(directive.word(2).replaceFirst("^zone=", "").replaceFirst(":.*", ""),
                            directive.word(1));
                }
                case "upstream" -> pools.addUpstream(directive);
                default -> {}
            }
        }
        List<Directive> inherited = stream.stream()
                .filter(each -> !Set.of("server", "upstream", "map").contains(each.name())).toList();
        for (Directive directive : stream) {
            if (directive.name().equals("server")) {
                new NginxServer(draft, pools, NginxScope.of(directive, inherited), maps, zones).translate();
            }
        }
    }
}
