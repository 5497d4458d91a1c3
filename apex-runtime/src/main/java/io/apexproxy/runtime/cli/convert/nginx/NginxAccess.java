package io.apexproxy.runtime.cli.convert.nginx;

import io.apexproxy.runtime.cli.convert.draft.Directive;
import io.apexproxy.runtime.cli.convert.draft.Group;
import io.apexproxy.runtime.cli.convert.draft.Draft;
import java.util.List;

/** Translator of {@code allow} and {@code deny}, and of the peers that send the PROXY protocol. */
final class NginxAccess {

    private static final String ALL = "all";

    private final Draft draft;
    private final NginxScope scope;
    private final Group listener;

    NginxAccess(Draft draft, NginxScope scope, Group listener) {
        this.draft = draft;
        this.scope = scope;
        this.listener = listener;
    }

    void translate(Directive listen) {
        proxyProtocol(listen);
        Group allowed = Group.array();
        Group denied = Group.array();
        for (Directive rule : scope.all()) {
            boolean denies = rule.name().equals("deny");
            if (!denies && !rule.name().equals("allow")) {
                continue;
            }
            draft.use(rule);
            if (!rule.word(1).equals(ALL)) {
                (denies ? denied : allowed).add(rule.origin(), rule.word(1));
                if (denies && !allowed.entries().isEmpty()) {
                    draft.comment(listener, rule, "deny wins in any order, also over networks allowed before");
                }
                continue;
            }
            if (denies) { // the rules after it have no effect
                refuseOthers(rule, allowed, denied);
            }
            break;
        }
        if (!denied.entries().isEmpty()) {
            listener.put(denied.entries().get(0).origin(), "deny", denied);
        }
        boolean isEffective = listener.find("allow").isPresent();
        if (!isEffective && !allowed.entries().isEmpty()) {
            scope.all("allow").stream().filter(rule -> !rule.word(1).equals(ALL)).forEach(rule -> draft.comment(
                    listener, rule, "without deny all, Apex needs no allow"));
        }
    }

    private void refuseOthers(Directive rule, Group allowed, Group denied) {
        if (allowed.entries().isEmpty()) {
            List.of("0.0.0.0/0", "::/0", "unix:").forEach(network -> denied.add(rule.origin(), network));
        } else {
            listener.put(rule.origin(), "allow", allowed);
        }
    }

    /** Without a list of the peers, nginx accepts a header from each. */
    private void proxyProtocol(Directive listen) {
        if (!listen.texts(2).contains("proxy_protocol")) {
            return;
        }
        List<Directive> peers = scope.all("set_real_ip_from");
        if (peers.isEmpty()) {
            draft.acceptProxy(listener, listen);
            return;
        }
        Group from = Group.array();
        peers.forEach(peer -> {
            draft.use(peer);
            from.add(peer.origin(), peer.word(1));
        });
        listener.put(listen.origin(), "proxy_protocol", Group.inline()).put(listen.origin(), "from", from);
        draft.comment(listener, listen, "peers outside of set_real_ip_from are refused; see others");
    }
}
