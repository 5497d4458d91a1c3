package io.apexproxy.runtime.cli.convert.nginx;

import io.apexproxy.runtime.cli.convert.draft.Word;
import io.apexproxy.runtime.cli.convert.draft.Directive;
import io.apexproxy.runtime.cli.convert.draft.Group;
import io.apexproxy.runtime.cli.convert.draft.Draft;
import io.apexproxy.runtime.cli.convert.draft.Times;
import io.apexproxy.runtime.cli.convert.draft.Addresses;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Translator of blocks {@code upstream}, and of addresses in {@code proxy_pass}, to pools. */
final class NginxPools {

    private static final String LOAD_BALANCER = "load_balancer";
    private static final String HEALTH_CHECK = "health_check";
    private static final String SOURCE_HASH = "apex-lb-sourcehash";
    private static final String NO_COUNTERPART = "no counterpart";

    /** Settings of servers, which have numbers, and their keys. */
    private static final Map<String, String> NUMBERS = Map.of("weight", "weight", "max_conns", "max_connections");

    private final Draft draft;
    private final Map<String, Group> pools = new LinkedHashMap<>();
    private final Map<String, String> names = new HashMap<>();
    private final Map<String, BiConsumer<Group, Directive>> rules = Map.of(
            "server", this::server,
            "least_conn", (pool, each) -> plugin(pool, each, "apex-lb-leastconn.jar", "least-connections"),
            "least_time", (pool, each) -> plugin(pool, each, "apex-lb-peakewma.jar", "peak-ewma"),
            "hash", this::hash,
            "random", this::random,
            "zone", (pool, each) -> {});

    NginxPools(Draft draft) {
        this.draft = draft;
    }

    void addUpstream(Directive upstream) {
        Group pool = add(upstream.at(1));
        pool.put(upstream.origin(), "backends", Group.array());
        for (Directive directive : upstream.children()) {
            BiConsumer<Group, Directive> rule = rules.get(directive.name());
            if (rule == null || (directive.words().size() == 1 && directive.name().equals("server"))) {
                draft.comment(pool, directive, NO_COUNTERPART);
            } else {
                draft.use(directive);
                rule.accept(pool, directive);
            }
        }
        failures(pool, upstream);
    }

    private Group add(Word name) {
        Group pool = draft.add(draft.pools(), name);
        List<Group.Entry> all = draft.pools().entries();
        names.put(name.text(), all.get(all.size() - 1).key());
        pools.put(name.text(), pool);
        return pool;
    }

    /** Returns the name of the pool of an upstream or an address; empty if the text has a variable. */
    Optional<String> nameOf(Word target) {
        if (!pools.containsKey(target.text())) {
            Optional<String> address = Addresses.nginxBackend(target.text());
            if (address.isEmpty()) {
                return Optional.empty();
            }
            Word name = new Word(Draft.validName(target.text().replaceFirst(":\\$server_port$", "")).replace('.', '-'),
                    target.origin(), false);
            Group pool = add(name);
            names.put(target.text(), names.get(name.text()));
            pools.put(target.text(), pool);
            pool.put(target.origin(), "backends", Group.array()).add(target.origin(), address.get());
        }
        return Optional.of(names.get(target.text()));
    }

    Group pool(Word target) {
        return pools.get(target.text());
    }

    private void plugin(Group pool, Directive directive, String file, Object value) {
        draft.putPlugin(pool, directive, LOAD_BALANCER, file, value);
    }

    private void hash(Group pool, Directive hash) {
        if (hash.word(1).equals("$remote_addr") || hash.word(1).equals("$binary_remote_addr")) {
            plugin(pool, hash, SOURCE_HASH, "source-hash");
        } else {
            draft.comment(pool, hash, "only the address of the client can be hashed");
        }
    }

    private void random(Group pool, Directive random) {
        if (random.word(2).startsWith("least_time")) {
            plugin(pool, random, "apex-lb-peakewma.jar", "peak-ewma");
        } else if (random.word(1).equals("two")) {
            plugin(pool, random, "apex-lb-random.jar", "random");
        } else {
            Group one = Group.inline();
            one.put(random.origin(), "provider", "random");
            one.put(random.origin(), "choices", 1L);
            plugin(pool, random, "apex-lb-random.jar", one);
        }
    }

    private void server(Group pool, Directive line) {
        Group backends = (Group) pool.find("backends").orElseThrow().value();
        Map<String, Word> settings = settings(line);
        if (settings.containsKey("service")) {
            Group source = Group.inline();
            source.put(line.origin(), "provider", "dns-srv");
            source.put(line.origin(), "name", "_" + value(settings.get("service")).replaceFirst("^_", "")
                    + "._tcp." + line.word(1));
            draft.putPlugin(pool, line, "backends_from", "apex-source-dns", source);
            return;
        }
        Group backend = backends.add(line.origin(), Group.inline());
        backend.put(line.at(1).origin(), "address", line.word(1));
        settings.forEach((name, word) -> {
            if (NUMBERS.containsKey(name)) {
                backend.put(word.origin(), NUMBERS.get(name), number(word));
            } else if (name.equals("down")) {
                backend.put(word.origin(), "weight", 0L);
            } else if (name.equals("backup")) {
                backend.put(word.origin(), "backup", true);
            } else if (name.equals("slow_start")) {
                draft.put(pool, line, "slow_start", Times.text(value(word), Times.NGINX));
            } else if (!name.equals("max_fails") && !name.equals("fail_timeout") && !name.equals("resolve")) {
                draft.comment(backends, line, name + ": " + NO_COUNTERPART);
            }
        });
    }

    /** nginx counts failed connections, Apex also probes. Without limits of failures, Apex makes no probes either. */
    private void failures(Group pool, Directive upstream) {
        List<Directive> servers = upstream.children().stream().filter(each -> each.name().equals("server")).toList();
        boolean never = !servers.isEmpty() && servers.stream()
                .allMatch(each -> settings(each).containsKey("max_fails")
                        && value(settings(each).get("max_fails")).equals("0"));
        if (never) {
            pool.put(servers.get(0).origin(), HEALTH_CHECK, "none");
            return;
        }
        for (Directive server : servers) {
            Word most = settings(server).get("max_fails");
            if (most != null) {
                draft.put(pool.group(most.origin(), HEALTH_CHECK, Group.Form.TABLE), server, "fall", number(most));
            }
        }
        servers.stream().filter(each -> settings(each).containsKey("fail_timeout")).findFirst()
                .ifPresent(each -> pool.comment(each.origin(), "line " + each.origin().line()
                        + ": fail_timeout: probes bring a backend back; see interval and rise of the health check"));
    }

    /** Returns the words after the address by the text before the equals sign. */
    private static Map<String, Word> settings(Directive server) {
        Map<String, Word> settings = new LinkedHashMap<>();
        server.from(2).forEach(word -> settings.put(word.text().replaceFirst("=.*", ""), word));
        return settings;
    }

    static String value(Word setting) {
        return setting.text().substring(setting.text().indexOf('=') + 1);
    }

    private static Object number(Word setting) {
        return new Word(value(setting), setting.origin(), false).number();
    }
}
