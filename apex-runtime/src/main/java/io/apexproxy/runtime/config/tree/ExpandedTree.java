package io.apexproxy.runtime.config.tree;

import io.apexproxy.api.config.ConfigTree;

/**
 * A tree in whose strings the variables are replaced.
 *
 * @param table the root table
 * @param hidden the values of the variables
 */
public record ExpandedTree(ConfigTree.Table table, HiddenValues hidden) {

    /** Returns a tree without variables. */
    public static ExpandedTree of(ConfigTree.Table table) {
        return new ExpandedTree(table, new HiddenValues());
    }
}
