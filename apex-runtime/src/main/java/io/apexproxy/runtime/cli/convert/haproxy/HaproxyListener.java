package io.apexproxy.runtime.cli.convert.haproxy;

import io.apexproxy.runtime.cli.convert.draft.Directive;
import io.apexproxy.runtime.cli.convert.draft.Group;
import io.apexproxy.runtime.cli.convert.draft.Draft;
import io.apexproxy.runtime.cli.convert.draft.Times;
import io.apexproxy.runtime.cli.convert.haproxy.HaproxyConditions.Kind;
import io.apexproxy.runtime.cli.convert.haproxy.HaproxyConditions.Test;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** Translator of the rules of a section {@code frontend} or {@code listen} to a listener. */
final class HaproxyListener {

    private static final String DENY = "deny";
    private static final String ALLOW = "allow";
    private static final String MISSING = "this rule is missing in Apex";

    private final Draft draft;
    private final HaproxyProxy proxy;
    private final Group listener;
    private final Function<String, Optional<String>> pools;
    private final HaproxyConditions conditions;
    private final Group routes = Group.array();
    private final Group accepted = Group.array();
    private boolean acceptsTls;
    private final Map<String, Consumer<Directive>> rules = Map.of(
            "maxconn", each -> set(each, "max_connections", each.at(1).number()),
            "rate-limit sessions", this::rate,
            "option abortonclose", each -> {},
            "timeout client-hs", each -> set(each, "first_bytes_timeout", time(each)),
            "tcp-request", this::request,
            "use_backend", this::use,
            "default_backend", this::useDefault);

    /**
     * Creates the translator of one listener.
     *
     * @param listener the table, which has the settings of its addresses
     * @param pools returns the name of the pool of a section, if it was converted
     */
    HaproxyListener(Draft draft, HaproxyProxy proxy, Group listener, Function<String, Optional<String>> pools) {
        this.draft = draft;
        this.proxy = proxy;
        this.listener = listener;
        this.pools = pools;
        this.conditions = new HaproxyConditions(draft, proxy);
    }

    /**
     * Translates the directives of a listener. All others are left to the pool, or to a comment.
     *
     * @param server the section with the servers that most connections reach, for its timeouts
     */
    void translate(Optional<HaproxyProxy> server) {
        List<Directive> ordered = proxy.all().stream() // as HAProxy evaluates them
                .sorted(Comparator.comparing(each -> !each.name().equals("tcp-request"))).toList();
        for (Directive directive : ordered) {
            Consumer<Directive> rule = rules.get(HaproxyProxy.key(directive));
            if (rule != null && directive.words().size() > 1) {
                if (directive.hasVariable()) {
                    draft.comment(listener, directive, HaproxyTranslator.VARIABLE);
                } else {
                    draft.use(directive);
                    rule.accept(directive);
                }
            }
        }
        if (!routes.entries().isEmpty()) {
            listener.put(proxy.section().origin(), "routes", routes);
        }
        timeouts(server.orElse(proxy));
        proxy.option("abortonclose").or(() -> server.flatMap(each -> each.option("abortonclose")))
                .ifPresent(each -> set(each, "abort_on_close", true));
    }

    private void set(Directive directive, String key, Object value) {
        draft.put(listener, directive, key, value);
    }

    private static String time(Directive directive) {
        return Times.text(directive.word(2), Times.HAPROXY);
    }

    private void rate(Directive directive) {
        set(directive, "rate", directive.last().number());
        draft.comment(listener, directive, "further connections are reset, they do not wait");
    }

    private void useDefault(Directive directive) {
        Optional<String> pool = pools.apply(directive.word(1));
        if (pool.isPresent()) {
            listener.put(directive.at(1).origin(), "pool", pool.get());
        } else {
            draft.comment(listener, directive, "this section was not converted");
        }
    }

    private void use(Directive rule) {
        Optional<String> pool = pools.apply(rule.word(1));
        Optional<List<List<Test>>> alternatives = conditions.parse(rule.from(2));
        if (pool.isEmpty() || alternatives.isEmpty()) {
            draft.comment(routes, rule, pool.isEmpty() ? "this section was not converted"
                    : "no counterpart of this condition; " + MISSING);
            return;
        }
        alternatives.get().forEach(tests -> route(rule, tests)
                .ifPresent(route -> route.put(rule.at(1).origin(), "pool", pool.get())));
    }

    /** Adds a route with the tests; empty if it has no counterpart, which a comment says. */
    private Optional<Group> route(Directive rule, List<Test> tests) {
        Group route = Group.inline();
        for (Test test : tests) {
            String key = test.kind().name().toLowerCase(Locale.ROOT);
            if (route.find(key).isPresent() || (test.negated() && test.kind() != Kind.TLS)) {
                draft.comment(routes, rule, "no counterpart of this condition; " + MISSING);
                return Optional.empty();
            }
            if (test.kind() == Kind.TLS) {
                route.put(rule.origin(), key, !test.negated());
            } else {
                Group values = route.put(rule.origin(), key, Group.array());
                test.values().forEach(value -> values.add(value.origin(), value.text()));
            }
        }
        return Optional.of(routes.add(rule.origin(), route));
    }

    private void request(Directive rule) {
        String what = rule.word(1) + " " + rule.word(2);
        if (rule.word(1).equals("inspect-delay")) {
            set(rule, "first_bytes_timeout", time(rule));
            return;
        }
        Optional<List<List<Test>>> parsed = conditions.parse(rule.from(3));
        if (what.equals("content accept") && isTlsOnly(parsed)) {
            acceptsTls = true; // routes wait for the ClientHello anyway
        } else if (what.equals("content reject") && parsed.isPresent() && rule.words().size() > 3) {
            parsed.get().forEach(tests -> route(rule, tests)
                    .ifPresent(route -> route.put(rule.origin(), "refuse", true)));
        } else if (what.equals("content reject") && rule.words().size() == 3 && acceptsTls) {
            Group route = routes.add(rule.origin(), Group.inline());
            route.put(rule.origin(), "tls", false);
            route.put(rule.origin(), "refuse", true);
        } else if (rule.word(1).equals("connection")) {
            connection(rule, parsed);
        } else {
            draft.comment(listener, rule, "no counterpart; " + MISSING);
        }
    }

    private static boolean isTlsOnly(Optional<List<List<Test>>> parsed) {
        return parsed.filter(each -> each.size() == 1 && each.get(0).size() == 1).map(each -> each.get(0).get(0))
                .filter(test -> test.kind() == Kind.TLS && !test.negated()).isPresent();
    }

    /** A rule about the address of the client, which Apex evaluates without an order: deny wins. */
    private void connection(Directive rule, Optional<List<List<Test>>> parsed) {
        Optional<Test> only = parsed.filter(each -> each.size() == 1 && each.get(0).size() == 1)
                .map(each -> each.get(0).get(0)).filter(test -> test.kind() == Kind.FROM);
        switch (rule.word(2)) {
            case "accept" -> {
                if (only.isPresent() && !only.get().negated() && listener.find(DENY).isEmpty()) {
                    only.get().values().forEach(network -> accepted.add(network.origin(), network.text()));
                    return;
                }
            }
            case "reject" -> {
                if (rejects(rule, only)) {
                    return;
                }
            }
            default -> {}
        }
        draft.comment(listener, rule, "no counterpart; " + MISSING);
    }

    /** Returns whether the rule has a counterpart. With two lists of permitted clients, both would have to match. */
    private boolean rejects(Directive rule, Optional<Test> only) {
        boolean isUnconditional = rule.words().size() == 3;
        boolean permits = isUnconditional || only.filter(Test::negated).isPresent();
        if ((!isUnconditional && only.isEmpty()) || (permits && listener.find(ALLOW).isPresent())
                || (isUnconditional && accepted.entries().isEmpty())) {
            return false;
        }
        Group networks = listener.group(rule.origin(), permits ? ALLOW : DENY, Group.Form.ARRAY);
        only.ifPresent(test -> test.values().forEach(network -> networks.add(network.origin(), network.text())));
        if (permits) {
            accepted.entries().forEach(each -> networks.add(each.origin(), each.value()));
        } else if (!accepted.entries().isEmpty()) {
            draft.comment(listener, rule, "deny wins in any order, also over networks accepted before");
        }
        return true;
    }

    /** HAProxy has a timeout for each side, Apex one for both. The shorter one ends a connection in HAProxy. */
    private void timeouts(HaproxyProxy server) {
        shorter("idle_timeout", proxy.find("timeout client"), server.find("timeout server"));
        server.find("timeout tunnel").or(() -> proxy.find("timeout tunnel"))
                .ifPresent(tunnel -> listener.put(tunnel.origin(), "idle_timeout", time(tunnel)));
        server.find("timeout tunnel").ifPresent(draft::use);
        shorter("half_closed_timeout", proxy.find("timeout client-fin"), server.find("timeout server-fin"));
    }

    private void shorter(String key, Optional<Directive> client, Optional<Directive> server) {
        client.ifPresent(draft::use);
        server.ifPresent(draft::use);
        long first = client.map(each -> Times.millis(each.word(2), Times.HAPROXY).orElse(0)).orElse(Long.MAX_VALUE);
        long second = server.map(each -> Times.millis(each.word(2), Times.HAPROXY).orElse(0)).orElse(Long.MAX_VALUE);
        Optional<Directive> used = first <= second ? client : server;
        used.ifPresent(each -> listener.put(each.origin(), key, time(each)));
        if (client.isPresent() && server.isPresent() && first != second) {
            draft.comment(listener, first <= second ? server.get() : client.get(),
                    key + " is for both directions; the shorter timeout is used");
        }
    }
}
