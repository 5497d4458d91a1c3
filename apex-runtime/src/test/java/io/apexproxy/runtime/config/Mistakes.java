package io.apexproxy.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.api.ConfigProblem;

/** What is told of a configuration that has mistakes. */
final class Mistakes {

    private Mistakes() {
    }

    /** Asserts that these are all, in this order. */
    static void assertReported(String toml, String... expected) {
        Problems found = new Problems();
        ConfigReader.read(TreeFixture.tree(toml), found);
        assertThat(found.list()).extracting(ConfigProblem::toString).containsExactly(expected);
    }
}
