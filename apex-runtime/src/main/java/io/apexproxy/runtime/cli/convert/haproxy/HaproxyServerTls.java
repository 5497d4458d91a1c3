package io.apexproxy.runtime.cli.convert.haproxy;

import io.apexproxy.runtime.cli.convert.draft.Directive;
import io.apexproxy.runtime.cli.convert.draft.Draft;
import io.apexproxy.runtime.cli.convert.draft.Group;
import io.apexproxy.runtime.cli.convert.draft.Word;
import java.util.List;
import java.util.Optional;

/** Translator of the TLS of servers, which a pool has for all of its backends. */
final class HaproxyServerTls {

    private final Draft draft;
    private final HaproxyGlobals globals;
    private final Group pool;
    private final List<HaproxyServer> servers;

    HaproxyServerTls(Draft draft, HaproxyGlobals globals, Group pool, List<HaproxyServer> servers) {
        this.draft = draft;
        this.globals = globals;
        this.pool = pool;
        this.servers = servers;
    }

    void translate() {
        Optional<HaproxyServer> first = servers.stream().filter(server -> server.isOn("ssl")).findFirst();
        if (first.isEmpty()) {
            return;
        }
        Group tls = pool.group(first.get().directive().origin(), "tls", Group.Form.TABLE);
        for (HaproxyServer server : servers) {
            if (server.isOn("ssl")) {
                translate(server, tls);
            } else {
                draft.comment(tls, server.directive(), "it has no ssl, but TLS is for all backends of a pool");
            }
        }
    }

    private void translate(HaproxyServer server, Group tls) {
        Directive line = server.directive();
        boolean verifies = server.value("verify").map(verify -> !verify.text().equals("none"))
                .orElse(globals.verifiesServers());
        if (verifies) {
            server.value("ca-file").filter(file -> !file.text().startsWith("@"))
                    .ifPresent(file -> draft.put(tls, line, "ca_file", globals.caFile(file.text())));
        } else {
            draft.put(tls, line, "verify", false);
        }
        Optional<String> name = server.value("verifyhost").map(Word::text).or(() -> server.value("sni").map(Word::text)
                .filter(sni -> sni.matches("str\\([^()]*\\)")).map(sni -> sni.substring(4, sni.length() - 1)));
        name.ifPresent(each -> draft.put(tls, line, "server_name", each));
        if (name.isEmpty() && server.value("sni").isPresent()) {
            draft.comment(tls, line, "sni: only a fixed name has a counterpart: server_name");
        } else if (name.isEmpty() && verifies) {
            draft.comment(tls, line, "Apex also verifies the name in the address of the backend; see server_name");
        }
        server.value("crt").ifPresent(file -> {
            draft.put(tls, line, "cert_file", globals.certificate(file.text()));
            draft.put(tls, line, "key_file", globals.certificate(file.text()));
        });
        server.value("alpn").ifPresent(protocols -> {
            if (tls.find("alpn").isEmpty()) {
                tls.put(protocols.origin(), "alpn", HaproxyGlobals.list(protocols));
            }
        });
        server.value("ssl-min-ver").ifPresent(version -> draft.put(tls, line, "min_version",
                version.text().replaceFirst("TLSv", "")));
    }
}
