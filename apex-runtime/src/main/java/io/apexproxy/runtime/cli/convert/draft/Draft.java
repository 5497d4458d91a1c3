package io.apexproxy.runtime.cli.convert.draft;

import io.apexproxy.api.Origin;
import io.apexproxy.runtime.log.CleanText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

/**
 * The configuration of Apex that a translator writes. It knows which directives of the source have an effect or a
 * comment, so that none is lost. Not thread-safe.
 */
public final class Draft {

    private static final String LISTENERS = "listeners";
    private static final String POOLS = "pools";
    private static final String ADDRESS = "listen_addr";

    private final Group root = new Group(Group.Form.TABLE);
    private final Set<Origin> handled = new HashSet<>();
    private final Set<List<Object>> commented = new HashSet<>();
    /** The last numbers that were appended to names, for unique ones. */
    private final Map<String, Integer> numbers = new HashMap<>();
    /** Comments about the whole file, and about what is missing in it. */
    private final List<String> general = new ArrayList<>();

    /** Returns the whole configuration. */
    public Group root() {
        return root;
    }

    /** Returns the tables of all listeners. */
    public Group listeners() {
        return root.group(Origin.of(LISTENERS), LISTENERS, Group.Form.TABLE);
    }

    /** Returns the tables of all pools. */
    public Group pools() {
        return root.group(Origin.of(POOLS), POOLS, Group.Form.TABLE);
    }

    /** Records that a directive has its effect in the result, or the same meaning as a default of Apex. */
    public void use(Directive directive) {
        handled.add(directive.origin());
    }

    /** Returns whether a directive has an effect or a comment. */
    public boolean isUsed(Directive directive) {
        return handled.contains(directive.origin());
    }

    /** Records that a directive and its content need no comment of their own. */
    public void useAll(Directive directive) {
        use(directive);
        directive.children().forEach(this::useAll);
    }

    /** Adds a comment about a directive, in the first group that has it. */
    public void comment(Group group, Directive directive, String reason) {
        use(directive);
        if (commented.add(List.of(directive.origin(), reason))) {
            group.comment(directive.origin(), directive.shown() + ": " + CleanText.message(reason));
        }
    }

    /** Adds a comment at the beginning of the file. */
    public void comment(Directive directive, String reason) {
        use(directive);
        if (commented.add(List.of(directive.origin(), reason))) {
            general.add(directive.shown() + ": " + CleanText.message(reason));
        }
    }

    /** Sets a value that several directives can set; a second one with another value becomes a comment. */
    public void put(Group group, Directive directive, String key, Object value) {
        use(directive);
        Object first = group.find(key).map(Group.Entry::value).orElse(value);
        if (Objects.equals(first, value)) {
            group.put(directive.origin(), key, value);
        } else {
            Group outer = group.form() == Group.Form.INLINE ? root : group;
            String known = first instanceof Group ? " is set" : " is " + first;
            comment(outer, directive, key + known + " already, and Apex has one for all");
        }
    }

    /** Sets the name of a plugin in {@code contrib/}, with a comment about its activation. */
    public void putPlugin(Group pool, Directive directive, String key, String file, Object value) {
        commentPlugin(pool, directive, file);
        put(pool, directive, key, value);
    }

    /** Adds a comment about the activation of a plugin, which is a file or a directory in {@code contrib/}. */
    public void commentPlugin(Group group, Directive directive, String file) {
        comment(group, directive, "needs a plugin: " + (file.endsWith(".jar") ? "cp" : "cp -r") + " contrib/" + file
                + " plugins/");
    }

    /**
     * Makes a listener expect the PROXY protocol from all peers, as HAProxy and nginx do.
     *
     * @param listener the table of the listener
     * @param directive the directive that requires it
     */
    public void acceptProxy(Group listener, Directive directive) {
        Group from = Group.array();
        List.of("0.0.0.0/0", "::/0").forEach(network -> from.add(directive.origin(), network));
        comment(listener, directive, "list the load balancers in from: other clients could claim any address");
        listener.put(directive.origin(), "proxy_protocol", Group.inline()).put(directive.origin(), "from", from);
    }

    /** Adds a listener or a pool with a valid name that no other one has. */
    public Group add(Group tables, Word wanted) {
        String valid = validName(wanted.text());
        String name = valid;
        while (tables.find(name).isPresent()) {
            name = valid + "-" + numbers.merge(valid, 2, (last, first) -> last + 1);
        }
        Group added = tables.put(wanted.origin(), name, new Group(Group.Form.TABLE));
        if (!name.equals(wanted.text()) && !wanted.text().isEmpty()) {
            added.comment(wanted.origin(), "line " + wanted.origin().line() + ": the name in the source is "
                    + CleanText.piece(wanted.text()));
        }
        return added;
    }

    /** Returns a name with the characters that names of Apex can have. */
    public static String validName(String text) {
        String name = text.replaceAll("[^A-Za-z0-9_.-]", "-");
        return name.isEmpty() ? "unnamed" : name.substring(0, Math.min(name.length(), 100));
    }

    /**
     * Puts comments at the beginning, also those about directives that had no effect so far.
     *
     * @param source all directives
     * @param reason returns why a directive has no counterpart
     */
    public void finish(List<Directive> source, Function<Directive, String> reason) {
        source.forEach(directive -> commentUnused(directive, reason));
        listeners().entries().stream().filter(entry -> entry.value() instanceof Group)
                .forEach(entry -> simplifyAddress((Group) entry.value()));
        for (int index = general.size() - 1; index >= 0; index--) {
            root.entries().add(0, new Group.Entry(Origin.of(""), "", new Group.Comment(general.get(index))));
        }
    }

    /** Writes a single address without an array. */
    private static void simplifyAddress(Group listener) {
        listener.find(ADDRESS).filter(entry -> entry.value() instanceof Group addresses
                && addresses.entries().size() == 1).ifPresent(entry -> {
                    Group.Entry only = ((Group) entry.value()).entries().get(0);
                    listener.put(only.origin(), ADDRESS, only.value());
                });
    }

    private void commentUnused(Directive directive, Function<Directive, String> reason) {
        if (directive.children().isEmpty() && !isUsed(directive)) {
            comment(directive, reason.apply(directive));
        }
        directive.children().forEach(child -> commentUnused(child, reason));
    }
}
