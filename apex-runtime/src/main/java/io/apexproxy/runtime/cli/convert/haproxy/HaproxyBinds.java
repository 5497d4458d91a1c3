package io.apexproxy.runtime.cli.convert.haproxy;

import io.apexproxy.runtime.cli.convert.draft.Word;
import io.apexproxy.runtime.cli.convert.draft.Directive;
import io.apexproxy.runtime.cli.convert.draft.Group;
import io.apexproxy.runtime.cli.convert.draft.Draft;
import io.apexproxy.runtime.cli.convert.draft.Addresses;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Translator of lines {@code bind}. Lines with different options become listeners of their own. */
final class HaproxyBinds {

    private static final Map<String, Boolean> KNOWN = Map.ofEntries(Map.entry("accept-proxy", false),
            Map.entry("ssl", false), Map.entry("crt", true), Map.entry("alpn", true), Map.entry("ca-file", true),
            Map.entry("verify", true), Map.entry("strict-sni", false), Map.entry("ssl-min-ver", true),
            Map.entry("mode", true), Map.entry("v4v6", false), Map.entry("reuseport", false));
    private static final String TLS = "tls";

    private final Draft draft;
    private final HaproxyGlobals globals;

    HaproxyBinds(Draft draft, HaproxyGlobals globals) {
        this.draft = draft;
        this.globals = globals;
    }

    /** Adds the listeners of a section with their addresses, the PROXY protocol and TLS. */
    List<Group> listeners(HaproxyProxy proxy) {
        Map<List<String>, Group> listeners = new LinkedHashMap<>();
        for (Directive bind : proxy.own().stream().filter(each -> each.name().equals("bind")).toList()) {
            if (bind.hasVariable() || bind.words().size() == 1) {
                draft.comment(bind, HaproxyTranslator.VARIABLE);
                continue;
            }
            draft.use(bind);
            Group listener = listeners.computeIfAbsent(bind.texts(2), options -> listener(proxy, bind));
            Group addresses = listener.group(bind.origin(), "listen_addr", Group.Form.ARRAY);
            for (String text : bind.word(1).split(",")) {
                Optional<String> address = Addresses.haproxy(text, true);
                if (address.isPresent()) {
                    addresses.add(bind.at(1).origin(), address.get());
                } else {
                    draft.comment(listener, bind, "no counterpart of such an address");
                }
            }
        }
        return new ArrayList<>(listeners.values());
    }

    private Group listener(HaproxyProxy proxy, Directive bind) {
        Group listener = draft.add(draft.listeners(), proxy.name());
        Keywords options = Keywords.parse(bind.from(2), KNOWN);
        options.value("mode").ifPresent(mode -> listener.put(mode.origin(), "unix_mode", mode.text()));
        options.value("accept-proxy").ifPresent(flag -> draft.acceptProxy(listener, bind));
        if (options.has("ssl")) {
            tls(listener, bind, options);
        }
        if (!options.unknown().isEmpty()) {
            draft.comment(listener, bind, String.join(" ", options.unknown()) + ": no counterpart");
        }
        return listener;
    }

    private void tls(Group listener, Directive bind, Keywords options) {
        Group tls = listener.group(bind.origin(), TLS, Group.Form.TABLE);
        Group certificates = tls.put(bind.origin(), "certificates", Group.array());
        List<Word> words = bind.words();
        for (int index = 2; index + 1 < words.size(); index++) {
            if (words.get(index).text().equals("crt")) {
                Word file = words.get(++index);
                Group certificate = certificates.add(file.origin(), Group.inline());
                certificate.put(file.origin(), "cert_file", globals.certificate(file.text()));
                certificate.put(file.origin(), "key_file", globals.certificate(file.text()));
                if (file.text().endsWith("/")) {
                    draft.comment(tls, bind, "list the files of the directory in certificates");
                }
            }
        }
        options.value("alpn").ifPresent(alpn -> tls.put(alpn.origin(), "alpn", HaproxyGlobals.list(alpn)));
        options.value("ssl-min-ver").ifPresent(version -> tls.put(version.origin(), "min_version",
                version.text().replaceFirst("TLSv", "")));
        options.value("strict-sni").ifPresent(flag -> tls.put(flag.origin(), "unknown_name", "refuse"));
        String verify = options.text("verify");
        if (verify.equals("required") || verify.equals("optional")) {
            options.value("ca-file").ifPresent(file -> tls.put(file.origin(), "client_ca_file",
                    globals.caFile(file.text())));
            options.value("verify").ifPresent(word -> tls.put(word.origin(), "client_auth", verify));
        }
    }
}
