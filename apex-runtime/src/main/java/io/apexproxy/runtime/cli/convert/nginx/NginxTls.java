package io.apexproxy.runtime.cli.convert.nginx;

import io.apexproxy.runtime.cli.convert.draft.Directive;
import io.apexproxy.runtime.cli.convert.draft.Group;
import io.apexproxy.runtime.cli.convert.draft.Draft;
import java.util.List;
import java.util.Map;

/** Translator of the directives {@code ssl_*} to the TLS of a listener, and {@code proxy_ssl_*} to that of a pool. */
final class NginxTls {

    /** Directives with a file or a name for connections to backends, and their keys. */
    private static final Map<String, String> OF_POOL = Map.of("proxy_ssl_name", "server_name",
            "proxy_ssl_certificate", "cert_file", "proxy_ssl_certificate_key", "key_file",
            "proxy_ssl_password_file", "key_password_file");

    private final Draft draft;
    private final NginxScope scope;

    NginxTls(Draft draft, NginxScope scope) {
        this.draft = draft;
        this.scope = scope;
    }

    void listener(Group tls) {
        Group certificates = tls.put(scope.block().origin(), "certificates", Group.array());
        List<Directive> chains = scope.all("ssl_certificate");
        List<Directive> keys = scope.all("ssl_certificate_key");
        for (int index = 0; index < Math.min(chains.size(), keys.size()); index++) {
            Group certificate = certificates.add(chains.get(index).origin(), Group.inline());
            draft.put(certificate, chains.get(index), "cert_file", chains.get(index).word(1));
            draft.put(certificate, keys.get(index), "key_file", keys.get(index).word(1));
            scope.find("ssl_password_file").ifPresent(file -> draft.put(certificate, file, "key_password_file",
                    file.word(1)));
            if (chains.get(index).word(1).contains("$")) {
                draft.comment(tls, chains.get(index), "a path has no variables; list the certificates");
            }
        }
        minVersion(tls, "ssl_protocols");
        scope.find("ssl_alpn").ifPresent(alpn -> {
            draft.use(alpn);
            Group protocols = tls.put(alpn.origin(), "alpn", Group.array());
            alpn.from(1).forEach(each -> protocols.add(each.origin(), each.text()));
        });
        scope.find("ssl_verify_client").ifPresent(verify -> {
            String value = verify.word(1);
            if (value.equals("on") || value.equals("optional")) {
                scope.find("ssl_client_certificate").or(() -> scope.find("ssl_trusted_certificate"))
                        .ifPresent(file -> draft.put(tls, file, "client_ca_file", file.word(1)));
                draft.put(tls, verify, "client_auth", value.equals("on") ? "required" : value);
            }
        });
    }

    /** nginx neither verifies nor requests a name by default. */
    void pool(Group tls) {
        scope.find("proxy_ssl").ifPresent(draft::use);
        scope.all().stream().filter(each -> OF_POOL.containsKey(each.name()))
                .forEach(each -> draft.put(tls, each, OF_POOL.get(each.name()), each.word(1)));
        minVersion(tls, "proxy_ssl_protocols");
        scope.find("proxy_ssl_verify").ifPresent(draft::use);
        if (scope.isOn("proxy_ssl_verify")) {
            scope.find("proxy_ssl_trusted_certificate").ifPresent(each -> draft.put(tls, each, "ca_file",
                    each.word(1)));
        } else {
            scope.find("proxy_ssl").ifPresent(each -> draft.put(tls, each, "verify", false));
            scope.find("proxy_ssl").ifPresent(each -> draft.comment(tls, each,
                    "nginx does not verify certificates by default; without verify, Apex does"));
        }
        if (!scope.isOn("proxy_ssl_server_name")) {
            scope.find("proxy_ssl").ifPresent(each -> draft.comment(tls, each, "Apex also sends the server name"));
        } else {
            scope.find("proxy_ssl_server_name").ifPresent(draft::use);
        }
    }

    private void minVersion(Group tls, String name) {
        scope.find(name).ifPresent(versions -> {
            draft.use(versions);
            List<String> lowest = versions.texts(1).stream().filter(each -> each.matches("TLSv1\\.[23]")).sorted()
                    .toList();
            if (!lowest.isEmpty()) {
                tls.put(versions.origin(), "min_version", lowest.get(0).replaceFirst("TLSv", ""));
            }
            if (versions.texts(1).stream().anyMatch(each -> !each.matches("TLSv1\\.[23]"))) {
                draft.comment(tls, versions, "the lowest version is 1.2 or 1.3");
            }
        });
    }
}
