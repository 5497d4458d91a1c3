package io.apexproxy.runtime.cli.convert.haproxy;

import io.apexproxy.runtime.cli.convert.draft.Word;
import io.apexproxy.runtime.cli.convert.draft.Directive;
import io.apexproxy.runtime.cli.convert.draft.Group;
import io.apexproxy.runtime.cli.convert.draft.Draft;
import io.apexproxy.runtime.cli.convert.draft.Times;
import io.apexproxy.runtime.cli.convert.draft.Addresses;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Translator of the servers of a section {@code backend} or {@code listen} to a pool. */
final class HaproxyPool {

    private static final String LOAD_BALANCER = "load_balancer";
    private static final String PROVIDER = "provider";
    /** Algorithms, with the load balancer of Apex and the file of its plugin. */
    private static final Map<String, List<String>> ALGORITHMS = Map.of(
            "roundrobin", List.of("round-robin", ""),
            "static-rr", List.of("round-robin", ""),
            "leastconn", List.of("least-connections", "apex-lb-leastconn.jar"),
            "source", List.of("source-hash", "apex-lb-sourcehash"),
            "random", List.of("random", "apex-lb-random.jar"));

    private final Draft draft;
    private final HaproxyProxy proxy;
    private final HaproxyGlobals globals;
    private final Group pool;
    private final Group backends;
    private final List<Directive> defaults;
    private final List<HaproxyServer> servers = new ArrayList<>();
    private final Map<String, Consumer<Directive>> rules = Map.of(
            "balance", this::balance,
            "server", this::server,
            "server-template", this::template,
            "default-server", each -> {}, // read before
            "retries", this::retries,
            "timeout connect", each -> set(each, "connect_timeout", Times.text(each.word(2), Times.HAPROXY)),
            "timeout queue", this::queue,
            "source", this::source,
            "option redispatch", each -> {},
            "option allbackups", each -> {});

    HaproxyPool(Draft draft, HaproxyProxy proxy, HaproxyGlobals globals, Group pool) {
        this.draft = draft;
        this.proxy = proxy;
        this.globals = globals;
        this.pool = pool;
        this.defaults = proxy.all().stream().filter(each -> each.name().equals("default-server")).toList();
        this.backends = pool.put(proxy.section().origin(), "backends", Group.array());
    }

    /** Translates the directives of a pool. All others are left to the listener, or to a comment. */
    void translate() {
        for (Directive directive : proxy.all()) {
            Consumer<Directive> rule = rules.get(HaproxyProxy.key(directive));
            if (rule != null) {
                if (!directive.hasVariable()) {
                    draft.use(directive);
                    rule.accept(directive);
                } else {
                    draft.comment(pool, directive, HaproxyTranslator.VARIABLE);
                }
            }
        }
        new HaproxyHealthCheck(draft, proxy, pool, servers).translate();
        servers.forEach(server -> setOfPool(server));
        new HaproxyServerTls(draft, globals, pool, servers).translate();
        servers.forEach(server -> server.commentRest(draft, backends));
        long backups = servers.stream().filter(server -> server.isOn("backup")).count();
        if (backups > 1 && proxy.option("allbackups").isEmpty()) {
            pool.comment(proxy.section().origin(), "HAProxy uses one backup at a time, Apex balances over all");
        }
    }

    private void set(Directive directive, String key, Object value) {
        draft.put(pool, directive, key, value);
    }

    private void balance(Directive balance) {
        String algorithm = balance.word(1).replaceFirst("\\(.*", "");
        Optional<Directive> factor = proxy.find("hash-balance-factor");
        boolean isSource = algorithm.equals("source")
                || (algorithm.equals("hash") && List.of("src").equals(balance.texts(2)));
        proxy.find("hash-type").filter(each -> isSource).ifPresent(type -> {
            draft.use(type);
            if (!type.word(1).equals("consistent")) {
                draft.comment(pool, type, "hashing is always consistent");
            }
        });
        if (isSource && factor.isPresent()) {
            Group rendezvous = Group.inline();
            rendezvous.put(balance.origin(), PROVIDER, "rendezvous");
            draft.put(rendezvous, factor.get(), "balance_factor", factor.get().at(1).number());
            draft.putPlugin(pool, balance, LOAD_BALANCER, "apex-lb-rendezvous.jar", rendezvous);
        } else if (isSource || ALGORITHMS.containsKey(algorithm)) {
            List<String> counterpart = ALGORITHMS.get(isSource ? "source" : algorithm);
            Object value = algorithm.equals("random") ? random(balance) : counterpart.get(0);
            if (counterpart.get(1).isEmpty()) {
                set(balance, LOAD_BALANCER, value);
            } else {
                draft.putPlugin(pool, balance, LOAD_BALANCER, counterpart.get(1), value);
            }
        } else {
            draft.comment(pool, balance, "no such load balancer; the default is round-robin");
        }
    }

    private static Object random(Directive balance) {
        String draws = balance.word(1).replaceAll("\\D", "");
        if (draws.isEmpty()) {
            return "random";
        }
        Group random = Group.inline();
        random.put(balance.origin(), PROVIDER, "random");
        random.put(balance.origin(), "choices", new Word(draws, balance.origin(), false).number());
        return random;
    }

    private void retries(Directive retries) {
        Object number = retries.at(1).number();
        set(retries, "connect_attempts", number instanceof Long count ? count + 1 : number);
        if (proxy.option("redispatch").isEmpty()) {
            draft.comment(pool, retries, "each attempt is at another backend");
        }
    }

    private void queue(Directive queue) {
        if (proxy.own().stream().anyMatch(server -> server.texts(0).contains("maxconn"))) {
            set(queue, "queue_timeout", Times.text(queue.word(2), Times.HAPROXY));
        } else if (proxy.own().contains(queue)) {
            draft.comment(pool, queue, "no backend has max_connections, so no connection waits");
        }
    }

    private void source(Directive source) {
        if (source.words().size() > 2) {
            draft.comment(pool, source, "only the address has a counterpart: source_address");
        } else {
            set(source, "source_address", source.word(1).replaceFirst(":\\d*$", ""));
        }
    }

    private void server(Directive line) {
        HaproxyServer server = HaproxyServer.of(line, 3, defaults);
        Optional<String> address = Addresses.haproxy(line.word(2), false);
        if (address.isEmpty()) {
            draft.comment(backends, line, "no counterpart of such an address");
            return;
        }
        servers.add(server);
        Group backend = backends.add(line.origin(), Group.inline());
        backend.put(line.at(2).origin(), "address", address.get());
        String name = Draft.validName(line.word(1));
        backend.put(line.at(1).origin(), "name", name);
        if (!name.equals(line.word(1))) {
            draft.comment(backends, line, "the name has characters that Apex does not permit");
        }
        server.value("weight").filter(weight -> !weight.text().equals("1"))
                .ifPresent(weight -> backend.put(weight.origin(), "weight", weight.number()));
        server.value("maxconn").ifPresent(most -> backend.put(most.origin(), "max_connections", most.number()));
        server.value("disabled").filter(flag -> server.value("enabled").isEmpty())
                .ifPresent(flag -> backend.put(flag.origin(), "state", "maintenance"));
        server.value("backup").filter(flag -> server.isOn("backup"))
                .ifPresent(flag -> backend.put(flag.origin(), "backup", true));
    }

    /** A template with SRV records is a source of backends, another one is a name with several addresses. */
    private void template(Directive line) {
        HaproxyServer server = HaproxyServer.of(line, 4, defaults);
        servers.add(server);
        String name = line.word(3);
        if (name.startsWith("_")) {
            Group source = Group.inline();
            source.put(line.origin(), PROVIDER, "dns-srv");
            source.put(line.at(3).origin(), "name", name.replaceFirst(":\\d+$", ""));
            Group nameservers = globals.nameservers(server.keywords().text("resolvers"));
            if (nameservers.hasValues(each -> true)) {
                source.put(line.origin(), "servers", nameservers);
            }
            draft.putPlugin(pool, line, "backends_from", "apex-source-dns", source);
            draft.comment(backends, line, "max_connections, weight and number of backends are those of DNS");
        } else {
            Group backend = backends.add(line.origin(), Group.inline());
            backend.put(line.at(3).origin(), "address",
                    Addresses.haproxy(name, false).orElse(name));
            server.value("maxconn").ifPresent(most -> backend.put(most.origin(), "max_connections", most.number()));
            pool.put(line.origin(), "max_addresses", line.at(2).number());
        }
    }

    /** Settings that servers have in HAProxy, and pools in Apex. */
    private void setOfPool(HaproxyServer server) {
        Directive line = server.directive();
        Optional<String> version = server.proxyProtocol();
        version.ifPresent(each -> set(line, "proxy_protocol", each));
        if (version.isEmpty() && pool.find("proxy_protocol").isPresent()) {
            draft.comment(backends, line, "it has no send-proxy, but proxy_protocol is for all backends of a pool");
        }
        server.value("slowstart").ifPresent(time -> set(line, "slow_start", Times.text(time.text(), Times.HAPROXY)));
        server.value("maxqueue").ifPresent(most -> set(line, "queue_limit", most.number()));
        server.value("source").ifPresent(from -> set(line, "source_address", from.text().replaceFirst(":\\d*$", "")));
        if (server.keywords().text("on-marked-down").equals("shutdown-sessions")) {
            set(line, "on_backend_down", "close");
        }
        if (server.value("maxconn").isPresent() && proxy.find("timeout queue").isEmpty()) {
            draft.comment(backends, line, "connections above maxconn do not wait; queue_timeout would change that");
        }
    }
}
