package io.apexproxy.runtime.cli.convert.nginx;

import io.apexproxy.runtime.cli.convert.draft.Word;
import io.apexproxy.runtime.cli.convert.draft.Directive;
import io.apexproxy.runtime.cli.convert.draft.Group;
import io.apexproxy.runtime.cli.convert.draft.Draft;
import io.apexproxy.runtime.cli.convert.draft.Times;
import io.apexproxy.runtime.cli.convert.draft.Addresses;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/** Translator of a block {@code server} of {@code stream} to a listener, with the settings of its pools. */
final class NginxServer {

    private static final String TLS = "tls";
    private static final Set<String> SEPARATE = Set.of("ssl", "proxy_protocol");
    private static final Set<String> SAME_LISTEN = Set.of("ssl", "proxy_protocol", "reuseport", "so_keepalive=on",
            "bind", "ipv6only=off");

    private static final Map<String, String> REASONS =
            Map.of("ipv6only=on", "[::] also serves IPv4, unless a listener has 0.0.0.0 with this port");

    private final Draft draft;
    private final NginxPools pools;
    private final NginxScope scope;
    private final Map<String, Directive> maps;
    private final Map<String, String> zones;
    private final Map<String, BiConsumer<Group, Directive>> rules = Map.of(
            "proxy_timeout", (listener, each) -> time(listener, each, "idle_timeout"),
            "preread_timeout", (listener, each) -> time(listener, each, "first_bytes_timeout"),
            "ssl_handshake_timeout", (listener, each) -> time(listener, each, "first_bytes_timeout"),
            "limit_conn", this::limit);
    private final Map<String, BiConsumer<Group, Directive>> poolRules = Map.of(
            "proxy_connect_timeout", (pool, each) -> time(pool, each, "connect_timeout"),
            "proxy_next_upstream_tries", this::tries,
            "proxy_next_upstream", (pool, each) -> draft().put(pool, each, "connect_attempts", 1L),
            "proxy_protocol", (pool, each) -> draft().put(pool, each, "proxy_protocol",
                    each.word(1).equals("v2") ? "v2" : "v1"),
            "proxy_bind", this::bind,
            "proxy_socket_keepalive", (pool, each) -> draft().put(pool, each, "keepalive", "off"));

    /**
     * Creates the translator of one server.
     *
     * @param maps the blocks {@code map} by the variables that they set
     * @param zones the keys of {@code limit_conn_zone} by the names of the zones
     */
    NginxServer(Draft draft, NginxPools pools, NginxScope scope, Map<String, Directive> maps,
            Map<String, String> zones) {
        this.draft = draft;
        this.pools = pools;
        this.scope = scope;
        this.maps = maps;
        this.zones = zones;
    }

    private Draft draft() {
        return draft;
    }

    void translate() {
        scope.all().stream().filter(NginxTranslator::isSame).forEach(draft::use);
        Map<List<String>, List<Directive>> listens = new LinkedHashMap<>();
        for (Directive listen : scope.all("listen")) {
            if (listen.texts(2).contains("udp") || listen.words().size() == 1) {
                draft.comment(listen, "Apex forwards TCP only");
            } else {
                listens.computeIfAbsent(listen.texts(2).stream().filter(SEPARATE::contains).sorted().toList(),
                        options -> new ArrayList<>()).add(listen);
            }
        }
        Optional<Directive> pass = scope.find("proxy_pass").filter(each -> each.words().size() > 1);
        if (listens.isEmpty() || pass.isEmpty()) {
            draft.comment(scope.block(), "has no TCP listener with proxy_pass; the whole block is left out");
            draft.useAll(scope.block());
            return;
        }
        draft.use(pass.get());
        List<Group> listeners = listens.values().stream().map(each -> listener(each, pass.get().at(1))).toList();
        scope.block().children().stream().filter(each -> !draft.isUsed(each))
                .forEach(each -> draft.comment(listeners.get(0), each, NginxTranslator.reason(each)));
    }

    private Group listener(List<Directive> listens, Word target) {
        boolean isVariable = target.text().startsWith("$");
        Word name = new Word(isVariable || target.text().contains(":") ? "port-" + port(listens) : target.text(),
                target.origin(), false);
        Group listener = draft.add(draft.listeners(), name);
        Group addresses = listener.put(listens.get(0).origin(), "listen_addr", Group.array());
        for (Directive listen : listens) {
            draft.use(listen);
            addresses.add(listen.at(1).origin(), Addresses.nginxListener(listen.word(1)));
            listen.texts(2).stream().filter(option -> !SAME_LISTEN.contains(option)).forEach(option -> {
                if (option.equals("so_keepalive=off")) {
                    draft.put(listener, listen, "keepalive", "off");
                } else {
                    draft.comment(listener, listen,
                            option + ": " + REASONS.getOrDefault(option, "no counterpart"));
                }
            });
        }
        List<Word> targets = target(listener, target, isVariable);
        new NginxAccess(draft, scope, listener).translate(listens.get(0));
        if (listens.get(0).texts(2).contains("ssl")) {
            new NginxTls(draft, scope).listener(listener.group(listens.get(0).origin(), TLS, Group.Form.TABLE));
        }
        for (Directive directive : scope.all()) {
            if (rules.containsKey(directive.name()) && !NginxTranslator.isSame(directive)) {
                rules.get(directive.name()).accept(listener, directive);
            }
        }
        targets.forEach(each -> settings(pools.pool(each)));
        return listener;
    }

    private static String port(List<Directive> listens) {
        return listens.get(0).word(1).replaceFirst(".*[:/]", "");
    }

    private List<Word> target(Group listener, Word target, boolean isVariable) {
        Optional<Directive> map = Optional.ofNullable(isVariable ? maps.get(target.text()) : null);
        if (map.isPresent()) {
            return new NginxRoutes(draft, pools, map.get(), listener).translate();
        }
        Optional<String> pool = pools.nameOf(target);
        pool.ifPresent(each -> listener.put(target.origin(), "pool", each));
        if (pool.isEmpty()) {
            draft.comment(scope.block(), "proxy_pass has a variable without a map that Apex has a counterpart of");
        }
        return pool.isPresent() ? List.of(target) : List.of();
    }

    /** Settings of the connections to backends, which pools have in Apex. */
    private void settings(Group pool) {
        for (Directive directive : scope.all()) {
            if (poolRules.containsKey(directive.name()) && !NginxTranslator.isSame(directive)
                    && directive.words().size() > 1) {
                poolRules.get(directive.name()).accept(pool, directive);
            }
        }
        if (scope.isOn("proxy_ssl")) {
            new NginxTls(draft, scope).pool(pool.group(scope.block().origin(), TLS, Group.Form.TABLE));
        }
    }

    private void time(Group group, Directive directive, String key) {
        draft.put(group, directive, key, Times.text(directive.word(1), Times.NGINX));
    }

    private void tries(Group pool, Directive tries) {
        if (tries.word(1).equals("0")) {
            draft.comment(pool, tries, "connect_attempts is always limited");
        } else {
            draft.put(pool, tries, "connect_attempts", tries.at(1).number());
        }
    }

    private void bind(Group pool, Directive bind) {
        if (bind.words().size() > 2 || bind.word(1).contains("$")) {
            draft.comment(pool, bind, "no counterpart of the address of the client toward backends");
        } else {
            draft.put(pool, bind, "source_address", bind.word(1).replaceFirst(":\\d+$", ""));
        }
    }

    /** Apex counts the connections of each address of IPv4, and of each network of 64 bits of IPv6. */
    private void limit(Group listener, Directive limit) {
        String key = zones.getOrDefault(limit.word(1), "");
        if (key.equals("$binary_remote_addr") || key.equals("$remote_addr")) {
            draft.use(limit);
            listener.group(limit.origin(), "per_client", Group.Form.INLINE).put(limit.origin(), "max_connections",
                    limit.last().number());
        } else {
            draft.comment(listener, limit, "only the connections of a client are limited; see max_connections");
        }
    }
}
