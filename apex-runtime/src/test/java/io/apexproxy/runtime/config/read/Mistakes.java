package io.apexproxy.runtime.config.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.api.ConfigProblem;
import io.apexproxy.runtime.config.tree.Problems;
import io.apexproxy.runtime.config.tree.TreeFixture;

/** Assertions about the mistakes of a configuration. */
public final class Mistakes {

    private Mistakes() {
    }

    /**
     * Asserts that a configuration has exactly these mistakes, in this order.
     *
     * @param toml the configuration
     * @param expected the messages with their origins
     */
    public static void assertReported(String toml, String... expected) {
        Problems found = new Problems();
        ConfigReader.read(TreeFixture.tree(toml), found);
        assertThat(found.list()).extracting(ConfigProblem::toString).containsExactly(expected);
    }
}
