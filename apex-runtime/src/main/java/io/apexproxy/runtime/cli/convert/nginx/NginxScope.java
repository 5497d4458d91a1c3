package io.apexproxy.runtime.cli.convert.nginx;

import io.apexproxy.runtime.cli.convert.draft.Directive;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The directives that apply to a block {@code server}: its own, and those of {@code stream} that it does not set.
 *
 * @param block the block
 * @param all the directives
 */
record NginxScope(Directive block, List<Directive> all) {

    static NginxScope of(Directive server, List<Directive> inherited) {
        Set<String> own = server.children().stream().map(Directive::name).collect(Collectors.toSet());
        // rules in order are inherited together
        Set<String> access = Set.of("allow", "deny");
        boolean hasAccess = own.stream().anyMatch(access::contains);
        return new NginxScope(server, Stream.concat(
                inherited.stream().filter(each -> !own.contains(each.name())
                        && !(hasAccess && access.contains(each.name()))),
                server.children().stream()).toList());
    }

    List<Directive> all(String name) {
        return all.stream().filter(each -> each.name().equals(name)).toList();
    }

    Optional<Directive> find(String name) {
        return all(name).stream().reduce((first, second) -> second);
    }

    boolean isOn(String name) {
        return find(name).filter(each -> each.word(1).equals("on")).isPresent();
    }
}
