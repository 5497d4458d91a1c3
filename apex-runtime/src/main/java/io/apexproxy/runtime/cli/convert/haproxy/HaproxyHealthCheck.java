package io.apexproxy.runtime.cli.convert.haproxy;

import io.apexproxy.runtime.cli.convert.draft.Word;
import io.apexproxy.runtime.cli.convert.draft.Directive;
import io.apexproxy.runtime.cli.convert.draft.Group;
import io.apexproxy.runtime.cli.convert.draft.Draft;
import io.apexproxy.runtime.cli.convert.draft.Times;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Translator of the checks of the servers of a section. All backends of a pool have the same health check. */
final class HaproxyHealthCheck {

    private static final String DATABASE = "apex-health-database.jar";
    /** Options with the health check of Apex and the file of its plugin. */
    private static final Map<String, List<String>> OPTIONS = Map.of(
            "tcp-check", List.of("tcp", ""),
            "httpchk", List.of("http", "apex-health-http.jar"),
            "mysql-check", List.of("mysql", DATABASE),
            "pgsql-check", List.of("postgres", DATABASE),
            "redis-check", List.of("redis", DATABASE));
    /** The rules of the check with their keys. Apex has one step. */
    private static final Map<List<String>, String> STEPS = Map.of(
            List.of("tcp-check", "send"), "send",
            List.of("tcp-check", "send-binary"), "send_hex",
            List.of("tcp-check", "expect", "string"), "expect",
            List.of("tcp-check", "expect", "binary"), "expect_hex",
            List.of("http-check", "expect", "status"), "status",
            List.of("http-check", "expect", "string"), "body");
    private static final long INTERVAL_MILLIS = 2_000; // the default of HAProxy
    private static final long TIMEOUT_MILLIS = 2_000; // the default of Apex

    private final Draft draft;
    private final HaproxyProxy proxy;
    private final Group pool;
    private final List<HaproxyServer> servers;

    HaproxyHealthCheck(Draft draft, HaproxyProxy proxy, Group pool, List<HaproxyServer> servers) {
        this.draft = draft;
        this.proxy = proxy;
        this.pool = pool;
        this.servers = servers;
    }

    void translate() {
        List<HaproxyServer> checked = servers.stream().filter(HaproxyServer::isChecked).toList();
        if (checked.isEmpty()) {
            if (!servers.isEmpty()) {
                pool.put(servers.get(0).directive().origin(), "health_check", "none");
            }
            return;
        }
        Group check = pool.group(checked.get(0).directive().origin(), "health_check", Group.Form.TABLE);
        Optional<Directive> option = proxy.all().stream()
                .filter(each -> each.name().equals("option") && OPTIONS.containsKey(each.word(1)))
                .filter(each -> proxy.option(each.word(1)).isPresent()).reduce((first, second) -> second);
        provider(check, option);
        checked.forEach(server -> numbers(server, check));
        servers.stream().filter(server -> !server.isChecked()).forEach(server -> draft.comment(check,
                server.directive(), "it has no check, but Apex probes all backends of a pool"));
        checked.stream().filter(server -> server.value("port").isEmpty() && check.find("port").isPresent())
                .forEach(server -> draft.comment(check, server.directive(), "port is for all backends of a pool"));
        times(check, checked, option.filter(each -> !each.word(1).equals("tcp-check")).isPresent());
        probeHeader(check, checked);
    }

    private void provider(Group check, Optional<Directive> option) {
        List<String> counterpart = option.map(each -> OPTIONS.get(each.word(1))).orElse(List.of("tcp", ""));
        check.put(option.map(Directive::origin).orElse(proxy.section().origin()), "provider", counterpart.get(0));
        option.ifPresent(draft::use);
        option.filter(each -> !counterpart.get(1).isEmpty()).ifPresent(each -> draft.commentPlugin(check, each,
                counterpart.get(1)));
        option.filter(each -> each.word(2).equals("user"))
                .ifPresent(each -> check.put(each.words().get(each.words().size() > 3 ? 3 : 2).origin(), "user",
                        each.word(3)));
        option.filter(each -> each.word(1).equals("httpchk")).ifPresent(each -> request(check, each));
        String rules = counterpart.get(0).equals("http") ? "http-check" : "tcp-check";
        Set<String> steps = new HashSet<>();
        proxy.all().stream().filter(each -> each.name().equals(rules))
                .forEach(each -> step(check, each, steps));
    }

    /** Reads the method and the path, which have defaults: {@code option httpchk /health}. */
    private void request(Group check, Directive option) {
        List<Word> words = option.from(2);
        boolean hasMethod = words.size() > 1;
        if (hasMethod) {
            check.put(words.get(0).origin(), "method", words.get(0).text());
        }
        if (!words.isEmpty()) {
            Word path = words.get(hasMethod ? 1 : 0);
            check.put(path.origin(), "path", path.text());
        }
        if (words.size() > 2) {
            draft.comment(check, option, "the version is HTTP/1.1; see the setting host");
        }
    }

    private void step(Group check, Directive rule, Set<String> done) {
        Optional<Map.Entry<List<String>, String>> step = STEPS.entrySet().stream()
                .filter(each -> rule.startsWith(each.getKey()) && rule.words().size() == each.getKey().size() + 1)
                .findFirst();
        if (rule.texts(0).equals(List.of("tcp-check", "connect"))) {
            draft.use(rule);
        } else if (step.isEmpty() || !done.add(step.get().getValue().replace("_hex", "")) || rule.hasVariable()) {
            draft.comment(check, rule, "the check has one step, see its settings");
        } else {
            String key = step.get().getValue();
            draft.use(rule);
            check.put(rule.origin(), key, rule.word(step.get().getKey().size()));
            if (key.startsWith("expect")) {
                draft.comment(check, rule, "the answer has to begin with it");
            }
        }
    }

    private void numbers(HaproxyServer server, Group check) {
        List.of("rise", "fall", "port").forEach(key -> server.value(key)
                .ifPresent(value -> draft.put(check, server.directive(), key, value.number())));
    }

    /** HAProxy probes as often while a verdict is changing, and its timeouts follow from others. */
    private void times(Group check, List<HaproxyServer> checked, boolean speaks) {
        Directive first = checked.get(0).directive();
        for (HaproxyServer server : checked) {
            server.value("inter").ifPresent(time -> draft.put(check, server.directive(), "interval", text(time)));
            server.value("fastinter").ifPresent(time -> draft.put(check, server.directive(), "fast_interval",
                    text(time)));
        }
        long interval = HaproxyServer.first(checked, "inter")
                .map(time -> Times.millis(time.text(), Times.HAPROXY).orElse(INTERVAL_MILLIS)).orElse(INTERVAL_MILLIS);
        if (check.find("interval").isEmpty()) {
            check.put(first.origin(), "interval", Times.text(interval));
        }
        if (check.find("fast_interval").isEmpty()) {
            check.put(first.origin(), "fast_interval", Times.text(interval));
        }
        long connect = proxy.timeout("connect");
        long limit = connect > 0 && !speaks ? Math.min(connect, interval) : interval;
        Optional<Directive> timeout = proxy.find("timeout check");
        timeout.ifPresent(each -> draft.put(check, each, "timeout", Times.text(each.word(2), Times.HAPROXY)));
        if (timeout.isEmpty() && limit != TIMEOUT_MILLIS) {
            check.put(first.origin(), "timeout", Times.text(limit));
        }
    }

    private static String text(Word time) {
        return Times.text(time.text(), Times.HAPROXY);
    }

    /** Probes of another port begin with a header only if that is set. */
    private void probeHeader(Group check, List<HaproxyServer> checked) {
        for (HaproxyServer server : checked) {
            boolean isSet = server.isOn("check-send-proxy");
            if (isSet && (server.proxyProtocol().isEmpty() || server.value("port").isPresent())) {
                draft.put(check, server.directive(), "proxy_protocol", server.proxyProtocol().orElse("v1"));
            }
            if (server.isOn("check-ssl") && !server.isOn("ssl")) {
                draft.comment(check, server.directive(), "check-ssl: probes use TLS as the connections do");
            }
        }
    }
}
