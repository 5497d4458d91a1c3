package io.apexproxy.runtime.config.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.ConfigProblem;
import io.apexproxy.api.Origin;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProblemsTest {

    private final Problems problems = new Problems();

    @Test
    void distinctMistakesAreListedInSourceOrder() {
        problems.add(new Origin("b.toml", 1, 1), "fifth");
        problems.add(new Origin("a.toml", 10, 1), "fourth");
        problems.add(new Origin("a.toml", 2, 7), "third");
        problems.addAll(List.of(new ConfigProblem(new Origin("a.toml", 2, 5), "second")));
        problems.add(new Origin("a.toml", 2, 5), "second");
        problems.add(Origin.of("a.toml"), "first");

        assertThat(problems.list()).extracting(ConfigProblem::message)
                .containsExactly("first", "second", "third", "fourth", "fifth");
    }

    @Test
    void emptyProblemsThrowNothing() {
        assertThat(problems.isEmpty()).isTrue();
        assertThatCode(problems::throwIfAny).doesNotThrowAnyException();
    }

    @Test
    void exceptionContainsAllMistakes() {
        problems.add(new Origin("a.toml", 2, 1), "two");
        problems.add(new Origin("a.toml", 1, 1), "one");

        assertThat(problems.isEmpty()).isFalse();
        assertThatThrownBy(problems::throwIfAny)
                .isInstanceOf(ConfigException.class)
                .hasMessage("a.toml:1:1: one\na.toml:2:1: two");
    }

    @ParameterizedTest
    @CsvSource({
        "intervall,        interval",
        "leastconn,        least-connections",
        "least_conn,       least-connections",
        "idle_timout,      idle_timeout",
        "idle-timeout,     idle_timeout",
        "idleTimeout,      idle_timeout",
        "RISE,             rise",
        "rsie,             rise",
        "lest-connections, least-connections",
    })
    void similarWordIsSuggested(String written, String meant) {
        List<String> known = List.of("interval", "rise", "fall", "idle_timeout", "least-connections");

        assertThat(Problems.didYouMean(written, known)).isEqualTo(" (did you mean '" + meant + "'?)");
    }

    @ParameterizedTest
    @CsvSource({"x", "port", "connections", "ruse_me", "''"})
    void dissimilarWordIsNotSuggested(String written) {
        List<String> known = List.of("interval", "rise", "fall", "idle_timeout", "least-connections");

        assertThat(Problems.didYouMean(written, known)).isEmpty();
    }

    @Test
    void mostSimilarWordIsSuggested() {
        assertThat(Problems.didYouMean("pools", List.of("spools", "pool", "pools2", "pools"))).contains("'pools'");
    }

    @Test
    void mistakesBeyondTheFirstHundredAreCounted() {
        for (int line = 400_000; line >= 1; line--) {
            problems.add(new Origin("a.toml", line, 1), "mistake " + line);
        }

        assertThat(problems.list()).hasSize(101).startsWith(new ConfigProblem(new Origin("a.toml", 1, 1), "mistake 1"));
        assertThat(problems.list().get(99).message()).isEqualTo("mistake 100");
        assertThat(problems.list().get(100)).hasToString(
                "a.toml:100:1: 399900 more mistakes follow; correct these first");
    }

    @Test
    void pluginMessagesAreCleanedAndCut() {
        ConfigException thrown = new ConfigException(new Origin("etcd:/a\u001b", 1, 2), "x\nb.toml: forged\u202e");

        assertThat(Problems.clean(thrown)).hasMessage("etcd:/a\\u001B:1:2: x\\nb.toml: forged\\u202E");
        assertThat(Problems.exception(Origin.of("a.toml"), "y".repeat(3_900_000)).getMessage())
                .hasSizeLessThan(1_100).endsWith("(3900000 characters)");
    }

    @Test
    void veryLongWordsAreNotCompared() {
        String word = "w".repeat(3_900_000);

        assertThat(Problems.didYouMean(word, List.of(word))).isEmpty();
        assertThat(Problems.didYouMean("interval", List.of(word, "intervall"))).contains("'intervall'");
    }
}
