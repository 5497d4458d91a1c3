package io.apexproxy.runtime.config.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.api.ConfigProblem;
import io.apexproxy.runtime.config.tree.Problems;
import io.apexproxy.runtime.config.tree.TreeFixture;

/** The messages about a configuration that has mistakes. */
public final class Mistakes {

    private Mistakes() {
    }

    /**
     * Asserts that these are all, in this order.
     *
     * @param toml the configuration
     * @param expected each mistake with its place
     */
    public static void assertReported(String toml, String... expected) {
        Problems found = new Problems();
        ConfigReader.read(TreeFixture.tree(toml), found);
        assertThat(found.list()).extracting(ConfigProblem::toString).containsExactly(expected);
    }
}
