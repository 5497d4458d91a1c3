package io.apexproxy.runtime.config.tree;

import io.apexproxy.api.Settings;
import io.apexproxy.api.config.ConfigTree;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Keeps passwords and the like out of messages, whatever is wrong with them: values of settings whose name says that
 * they are secret, values that a plugin read as secret, user information and queries of URLs.
 *
 * <p>Used on one thread.
 */
final class Secrets {

    /** Shorter values are left in messages that others compose: they may be parts of words. */
    private static final int SHORTEST = 4;

    private static final String SCHEME_END = "://";
    private static final String HIDDEN = "***";

    private final Set<String> values = new LinkedHashSet<>();

    /** Whether a name says that its value is a secret. */
    static boolean isNamed(String key) {
        return Settings.isSecretName(key);
    }

    /** A whole value, without user information if it is a URL, and without the query of a URL or path. */
    static String hiddenIn(String value) {
        int scheme = value.indexOf(SCHEME_END);
        int at = value.lastIndexOf('@');
        String shown = scheme < 0 || at < scheme ? value
                : value.substring(0, scheme + SCHEME_END.length()) + HIDDEN + value.substring(at);
        int query = shown.indexOf('?');
        boolean hasPath = scheme >= 0 || shown.startsWith("/");
        return query >= 0 && hasPath ? shown.substring(0, query + 1) + "…" : shown;
    }

    /** Remembers the value of a setting, and all that is inside of it. */
    void add(ConfigTree value) {
        if (value instanceof ConfigTree.Scalar scalar) {
            String text = scalar.value().toString();
            if (text.length() >= SHORTEST && !(scalar.value() instanceof Boolean)) {
                values.add(text);
            }
        } else if (value instanceof ConfigTree.Array array) {
            array.elements().forEach(this::add);
        } else if (value instanceof ConfigTree.Table table) {
            table.members().values().forEach(member -> add(member.value()));
        }
    }

    /** Remembers the values whose names say that they are secret, at any depth. */
    void addNamed(ConfigTree value) {
        if (value instanceof ConfigTree.Array array) {
            array.elements().forEach(this::addNamed);
        } else if (value instanceof ConfigTree.Table table) {
            table.members().forEach((key, member) -> {
                if (isNamed(key)) {
                    add(member.value());
                } else {
                    addNamed(member.value());
                }
            });
        }
    }

    /** Returns a message without the values that were remembered. */
    String removedFrom(String message) {
        String shown = message;
        for (String value : values) {
            shown = shown.replace(value, HIDDEN);
        }
        return shown;
    }
}
