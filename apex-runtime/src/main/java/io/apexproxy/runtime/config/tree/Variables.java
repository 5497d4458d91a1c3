package io.apexproxy.runtime.config.tree;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.Origin;
import io.apexproxy.api.config.ConfigTree;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The replacement of <code>${env:NAME}</code> by variables of the environment, in each string of a tree. A further
 * dollar sign in front keeps the text: <code>$${env:NAME}</code> is <code>${env:NAME}</code>. Other text with a dollar
 * sign stays as it is.
 */
public final class Variables {

    private static final String START = "${env:";

    /** An escaped start, a variable, or a start without a name and a brace. */
    private static final Pattern REFERENCE =
            Pattern.compile("(?<escape>\\$)?\\$\\{env:(?:(?<name>[A-Za-z_][A-Za-z0-9_]*)\\})?");

    /** In characters, of all values together: a file can name a large variable any number of times. */
    private static final long MAX_INSERTED = 16 << 20;

    private final Map<String, String> environment;
    private final Problems problems = new Problems();
    private final HiddenValues hidden = new HiddenValues();
    private long inserted;

    private Variables(Map<String, String> environment) {
        this.environment = environment;
    }

    /**
     * Replaces the variables of a tree.
     *
     * @param tree the root table
     * @param environment the variables by name
     * @throws ConfigException with each variable that is not set and each reference that is not valid
     */
    public static ExpandedTree expand(ConfigTree.Table tree, Map<String, String> environment) {
        if (!hasReference(tree)) {
            return ExpandedTree.of(tree);
        }
        Variables variables = new Variables(environment);
        ConfigTree.Table expanded = variables.table(tree, "", new HashMap<>());
        variables.problems.throwIfAny();
        return new ExpandedTree(expanded, variables.hidden);
    }

    private static boolean hasReference(ConfigTree value) {
        if (value instanceof ConfigTree.Table table) {
            return table.members().values().stream().anyMatch(member -> hasReference(member.value()));
        }
        if (value instanceof ConfigTree.Array array) {
            return array.elements().stream().anyMatch(Variables::hasReference);
        }
        return ((ConfigTree.Scalar) value).value() instanceof String text && text.contains(START);
    }

    /**
     * Returns a value in which the variables are replaced.
     *
     * @param path the path of the value, for messages
     * @param outer collects the values of its variables
     */
    private ConfigTree value(ConfigTree value, String path, Map<String, String> outer) {
        if (value instanceof ConfigTree.Table table) {
            return table(table, path, outer);
        }
        if (value instanceof ConfigTree.Array array) {
            return array(array, path, outer);
        }
        return ((ConfigTree.Scalar) value).value() instanceof String text && text.contains(START)
                ? new ConfigTree.Scalar(text(text, value.origin(), path, outer), value.origin()) : value;
    }

    private ConfigTree.Table table(ConfigTree.Table table, String path, Map<String, String> outer) {
        Map<String, String> used = new HashMap<>();
        Map<String, ConfigTree.Member> members = new LinkedHashMap<>();
        table.members().forEach((key, member) -> members.put(key, new ConfigTree.Member(member.key(),
                value(member.value(), path.isEmpty() ? TomlText.key(key) : path + "." + TomlText.key(key), used))));
        return new ConfigTree.Table(members, used(table, used, outer));
    }

    private ConfigTree.Array array(ConfigTree.Array array, String path, Map<String, String> outer) {
        Map<String, String> used = new HashMap<>();
        List<ConfigTree> elements = new ArrayList<>();
        for (ConfigTree element : array.elements()) {
            elements.add(value(element, path + "[" + elements.size() + "]", used));
        }
        return new ConfigTree.Array(elements, used(array, used, outer));
    }

    private Origin used(ConfigTree value, Map<String, String> used, Map<String, String> outer) {
        hidden.add(value.origin(), used);
        outer.putAll(used);
        return value.origin();
    }

    private String text(String text, Origin origin, String path, Map<String, String> outer) {
        Map<String, String> used = new HashMap<>();
        StringBuilder expanded = new StringBuilder();
        Matcher reference = REFERENCE.matcher(text);
        while (reference.find()) {
            reference.appendReplacement(expanded, "");
            String name = reference.group("name");
            if (reference.group("escape") != null) {
                expanded.append(reference.group(), 1, reference.group().length());
            } else if (name == null) {
                problems.add(origin,
                        path + ": expected the name of a variable as in ${env:NAME}, of letters, digits and"
                                + " '_'; write $${env: for the text ${env:");
            } else if (!environment.containsKey(name)) {
                problems.add(origin, path + ": the environment variable " + TomlText.plain(name) + " is not set: set it"
                        + " before Apex starts, or write $${env: for the text ${env:");
            } else {
                used.put(environment.get(name), reference.group());
                insert(environment.get(name), expanded, origin, path);
            }
        }
        reference.appendTail(expanded);
        hidden.add(origin, used);
        outer.putAll(used);
        return expanded.toString();
    }

    private void insert(String value, StringBuilder expanded, Origin origin, String path) {
        inserted += value.length();
        if (inserted > MAX_INSERTED) {
            problems.add(origin, path + ": expected at most " + MAX_INSERTED + " characters of all variables together,"
                    + " found more: use shorter variables");
            problems.throwIfAny();
        }
        expanded.append(value);
    }
}
