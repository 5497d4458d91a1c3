package io.apexproxy.runtime.cli.convert.haproxy;

import io.apexproxy.runtime.cli.convert.draft.Directive;
import io.apexproxy.runtime.cli.convert.draft.Group;
import io.apexproxy.runtime.cli.convert.draft.Draft;
import io.apexproxy.runtime.cli.convert.draft.Addresses;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Translator of {@code haproxy.cfg}: a listener for each section that listens, a pool for each one with servers. */
public final class HaproxyTranslator {

    static final String VARIABLE = "environment variables are not followed; write \"${env:NAME}\" in a string";

    /** Directives that need what Apex does not read. A section with them is no forwarding of connections. */
    private static final Pattern HTTP = Pattern.compile("http-request|http-response|http-after-response|redirect"
            + "|use_backend|cookie|capture|compression|option forwardfor|option httpclose|option h2c?-.*");
    /** Directives that have the meaning of a default of Apex. */
    private static final Set<String> SAME = Set.of("mode", "enabled", "option tcplog", "option tcpka",
            "option clitcpka", "option srvtcpka", "option log-health-checks", "option splice-auto",
            "option splice-request", "option splice-response", "no option", "tcp-check connect", "master-worker",
            "option tcp-check", "option redispatch", "option allbackups");
    private static final Map<String, String> REASONS = Map.ofEntries(
            Map.entry("log", "the log goes to standard output; see conf/logback.xml"),
            Map.entry("daemon", "Apex stays in the foreground, a supervisor such as systemd starts it"),
            Map.entry("user", "the supervisor sets it"),
            Map.entry("group", "the supervisor sets it"),
            Map.entry("chroot", "the supervisor sets it"),
            Map.entry("pidfile", "the supervisor knows the process"),
            Map.entry("stats socket", "the control socket is on by default; see apex status"),
            Map.entry("ssl-default-bind-options", "see min_version in the table tls of each listener"),
            Map.entry("stats timeout", "commands have timeouts of their own"),
            Map.entry("option dontlognull", "the access log has these connections, too"),
            Map.entry("option httplog", "the access log has connections, not requests"),
            Map.entry("stick-table", "no stick tables; see per_client, or the load balancer source-hash"),
            Map.entry("stick", "no stick tables; see the load balancer source-hash"),
            Map.entry("acl", "no converted rule uses it"),
            Map.entry("errorfile", "Apex answers no HTTP"),
            Map.entry("timeout http-request", "Apex reads no HTTP"),
            Map.entry("timeout http-keep-alive", "Apex reads no HTTP"));

    private final Draft draft = new Draft();
    private final HaproxyGlobals globals = new HaproxyGlobals(draft);
    private final List<HaproxyProxy> proxies = new ArrayList<>();
    private final Map<String, HaproxyProxy> withServers = new HashMap<>();
    private final Map<String, String> poolNames = new HashMap<>();
    /** The table of each converted section, for comments: that of the listener if there is one. */
    private final Map<HaproxyProxy, Group> tables = new LinkedHashMap<>();

    private HaproxyTranslator() {
    }

    /** Returns the counterpart of a file. It is not checked. */
    public static Draft translate(List<Directive> sections) {
        HaproxyTranslator translator = new HaproxyTranslator();
        translator.read(sections);
        translator.translate();
        translator.draft.finish(sections, HaproxyTranslator::reason);
        return translator.draft;
    }

    private void read(List<Directive> sections) {
        Map<String, Directive> defaults = new LinkedHashMap<>();
        Directive last = new Directive(List.of(), List.of(), 0);
        for (Directive section : sections) {
            switch (section.name()) {
                case "global", "resolvers" -> {
                    section.children().stream().filter(HaproxyTranslator::isStandardLog).forEach(draft::use);
                    globals.add(section);
                }
                case "defaults" -> {
                    last = section;
                    defaults.put(section.word(1), section);
                }
                case "frontend", "backend", "listen" -> {
                    Directive inherited = section.word(2).equals("from")
                            ? defaults.getOrDefault(section.word(3), last) : last;
                    HaproxyProxy proxy = new HaproxyProxy(section, inherited.children());
                    proxies.add(proxy);
                    if (proxy.hasServers()) {
                        withServers.putIfAbsent(proxy.name().text(), proxy);
                    }
                }
                default -> {
                    if (!section.children().isEmpty()) {
                        draft.comment(section, "no counterpart of this section");
                        draft.useAll(section);
                    }
                }
            }
        }
    }

    private void translate() {
        draft.listeners(); // before the pools
        proxies.forEach(this::use);
        Set<HaproxyProxy> listening = proxies.stream().filter(HaproxyProxy::listens).filter(this::isConverted)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        Set<String> targets = new HashSet<>();
        listening.forEach(each -> each.all().stream()
                .filter(rule -> rule.name().equals("default_backend") || rule.name().equals("use_backend"))
                .forEach(rule -> targets.add(rule.word(1))));
        for (HaproxyProxy proxy : proxies) {
            boolean isTarget = targets.contains(proxy.name().text());
            if (proxy.listens() ? listening.contains(proxy) && proxy.hasServers() && hasServer(proxy)
                    : isTarget || !proxy.isHttp()) {
                pool(proxy);
            } else if (!proxy.listens()) {
                leaveOut(proxy, "mode http, and no converted listener uses it");
            }
        }
        listening.forEach(this::listeners);
        tables.forEach(this::commentRest);
    }

    /** Marks directives that have the meaning of Apex. */
    private void use(HaproxyProxy proxy) {
        proxy.all().stream().filter(each -> SAME.contains(HaproxyProxy.key(each)) || isStandardLog(each))
                .forEach(draft::use);
    }

    private static boolean isStandardLog(Directive directive) {
        return directive.name().equals("log") && (directive.word(1).equals("global")
                || directive.word(1).equals("stdout") || directive.word(1).equals("stderr"));
    }

    /** Returns whether a section becomes listeners. Comments the others, or makes them the admin endpoint. */
    private boolean isConverted(HaproxyProxy proxy) {
        if (proxy.own().stream().anyMatch(each -> each.name().equals("disabled"))) {
            leaveOut(proxy, "it is disabled");
            return false;
        }
        if (proxy.isHttp() && proxy.own().stream().anyMatch(HaproxyTranslator::isStatistics)) {
            admin(proxy);
            return false;
        }
        boolean readsHttp = proxy.isHttp() && proxy.own().stream()
                .anyMatch(each -> HTTP.matcher(HaproxyProxy.key(each)).matches());
        if (readsHttp) {
            leaveOut(proxy, "mode http has no counterpart");
        } else if (proxy.isHttp()) {
            draft.comment(proxy.section(), "mode http: Apex forwards connections, and does not read the requests");
        }
        return !readsHttp;
    }

    private static boolean isStatistics(Directive directive) {
        return directive.name().equals("stats") || directive.texts(0).contains("prometheus-exporter");
    }

    private void leaveOut(HaproxyProxy proxy, String reason) {
        draft.comment(proxy.section(), reason + "; the whole section is left out");
        draft.useAll(proxy.section());
    }

    private void admin(HaproxyProxy proxy) {
        Optional<Directive> bind = proxy.own().stream().filter(each -> each.name().equals("bind")).findFirst()
                .filter(each -> !each.hasVariable() && draft.root().find("admin").isEmpty());
        Optional<String> address = bind.flatMap(each -> Addresses.haproxy(each.word(1), true));
        if (address.isEmpty()) {
            leaveOut(proxy, "there is one admin endpoint, on one address");
            return;
        }
        Group admin = draft.root().group(proxy.section().origin(), "admin", Group.Form.TABLE);
        draft.comment(admin, proxy.section(), "becomes the admin endpoint, which has a status page, /status,"
                + " /metrics and /health, and no passwords");
        admin.put(bind.get().words().get(1).origin(), "listen_addr", address.get());
        draft.useAll(proxy.section());
    }

    private static boolean hasServer(HaproxyProxy proxy) {
        return proxy.own().stream().anyMatch(each -> each.name().startsWith("server"));
    }

    private void pool(HaproxyProxy proxy) {
        Group pools = draft.pools();
        Group pool = draft.add(pools, proxy.name());
        poolNames.put(proxy.name().text(), pools.entries().get(pools.entries().size() - 1).key());
        new HaproxyPool(draft, proxy, globals, pool).translate();
        tables.putIfAbsent(proxy, pool);
    }

    private void listeners(HaproxyProxy proxy) {
        String target = proxy.find("default_backend")
                .or(() -> proxy.all().stream().filter(each -> each.name().equals("use_backend")).findFirst())
                .map(each -> each.word(1)).orElse(proxy.name().text());
        Optional<HaproxyProxy> server = Optional.ofNullable(withServers.get(target));
        List<Group> listeners = new HaproxyBinds(draft, globals).listeners(proxy);
        listeners.stream().findFirst().ifPresent(first -> tables.put(proxy, first));
        for (Group listener : listeners) {
            if (hasServer(proxy) && proxy.hasServers() && proxy.find("default_backend").isEmpty()) {
                listener.put(proxy.name().origin(), "pool", poolNames.get(proxy.name().text()));
            }
            new HaproxyListener(draft, proxy, listener, name -> Optional.ofNullable(poolNames.get(name)))
                    .translate(server);
        }
    }

    /** Comments the directives of a section that have no counterpart, in its table. */
    private void commentRest(HaproxyProxy proxy, Group group) {
        proxy.own().stream().filter(each -> !draft.isUsed(each)).forEach(each -> draft.comment(group, each,
                reason(each)));
    }

    private static String reason(Directive directive) {
        return REASONS.getOrDefault(HaproxyProxy.key(directive), "no counterpart");
    }
}
