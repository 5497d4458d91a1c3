package io.apexproxy.runtime.config.tree;

import io.apexproxy.api.Settings;
import io.apexproxy.api.config.ConfigTree;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Filter that removes secrets from messages: values of settings with a secret name, values that a plugin reads as
 * secret, and user information and queries of URLs. Confined to one thread.
 */
final class Secrets {

    /** Shorter values are not removed from messages of plugins, because they can be parts of words. */
    private static final int MIN_LENGTH = 4;

    private static final String SCHEME_END = "://";
    private static final String MASK = "***";

    private final Set<String> values = new LinkedHashSet<>();

    /** Returns whether the name of a setting indicates that its value is secret. */
    static boolean isSecretName(String key) {
        return Settings.isSecretName(key);
    }

    /** Returns a value without the user information of a URL and without the query of a URL or path. */
    static String withoutUrlSecrets(String value) {
        int scheme = value.indexOf(SCHEME_END);
        int at = value.lastIndexOf('@');
        String shown = scheme < 0 || at < scheme ? value
                : value.substring(0, scheme + SCHEME_END.length()) + MASK + value.substring(at);
        int query = shown.indexOf('?');
        boolean hasPath = scheme >= 0 || shown.startsWith("/");
        return query >= 0 && hasPath ? shown.substring(0, query + 1) + "…" : shown;
    }

    /** Adds the value of a setting, and all values in it. */
    void add(ConfigTree value) {
        if (value instanceof ConfigTree.Scalar scalar) {
            String text = scalar.value().toString();
            if (text.length() >= MIN_LENGTH && !(scalar.value() instanceof Boolean)) {
                values.add(text);
            }
        } else if (value instanceof ConfigTree.Array array) {
            array.elements().forEach(this::add);
        } else if (value instanceof ConfigTree.Table table) {
            table.members().values().forEach(member -> add(member.value()));
        }
    }

    /** Adds the values of all settings with a secret name, at any depth. */
    void addBySecretName(ConfigTree value) {
        if (value instanceof ConfigTree.Array array) {
            array.elements().forEach(this::addBySecretName);
        } else if (value instanceof ConfigTree.Table table) {
            table.members().forEach((key, member) -> {
                if (isSecretName(key)) {
                    add(member.value());
                } else {
                    addBySecretName(member.value());
                }
            });
        }
    }

    /** Returns a message in which the added values are masked. */
    String mask(String message) {
        String shown = message;
        for (String value : values) {
            shown = shown.replace(value, MASK);
        }
        return shown;
    }
}
