package io.apexproxy.runtime.config.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.ConfigProblem;
import io.apexproxy.api.Origin;
import io.apexproxy.api.Settings;
import io.apexproxy.api.config.ConfigTree;
import io.apexproxy.runtime.config.PoolConfig;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TreeSettingsTest {

    private static final Duration FALLBACK = Duration.ofSeconds(42);

    private final Problems problems = new Problems();

    @Test
    void valuesOfAllTypesAreRead() {
        Settings settings = settings("""
                text = "hello"
                number = -3
                flag = true
                wait = "250ms"
                size = "64KiB"
                mode = "try-all"
                words = ["a", "b"]
                inner = { text = "deep" }
                rows = [{ n = 1 }, { n = 2 }]
                """);

        assertThat(settings.string("text")).isEqualTo("hello");
        assertThat(settings.string("text", "other")).isEqualTo("hello");
        assertThat(settings.integer("number", -3, 3)).isEqualTo(-3);
        assertThat(settings.integer("number", -3, 3, 0)).isEqualTo(-3);
        assertThat(settings.bool("flag", false)).isTrue();
        assertThat(settings.duration("wait", FALLBACK)).isEqualTo(Duration.ofMillis(250));
        assertThat(settings.bytes("size", 1)).isEqualTo(65_536);
        assertThat(settings.choice("mode", PoolConfig.WhenAllDown.class, PoolConfig.WhenAllDown.REFUSE))
                .isEqualTo(PoolConfig.WhenAllDown.TRY_ALL);
        assertThat(settings.strings("words")).containsExactly("a", "b");
        assertThat(settings.table("inner").string("text")).isEqualTo("deep");
        assertThat(settings.tables("rows")).extracting(row -> row.integer("n", 0, 9)).containsExactly(1L, 2L);
        assertThat(settings.keys()).containsExactly(
                "text", "number", "flag", "wait", "size", "mode", "words", "inner", "rows");
        assertThat(reported()).isEmpty();
    }

    @Test
    void missingValueIsReplacedByFallback() {
        Settings settings = settings("");

        assertThat(settings.has("x")).isFalse();
        assertThat(settings.string("x", "a")).isEqualTo("a");
        assertThat(settings.integer("x", 1, 2, 0)).isZero();
        assertThat(settings.bool("x", true)).isTrue();
        assertThat(settings.duration("x", FALLBACK)).isEqualTo(FALLBACK);
        assertThat(settings.bytes("x", 7)).isEqualTo(7);
        assertThat(settings.choice("x", PoolConfig.WhenAllDown.class, PoolConfig.WhenAllDown.TRY_ALL))
                .isEqualTo(PoolConfig.WhenAllDown.TRY_ALL);
        assertThat(settings.strings("x")).isEmpty();
        assertThat(settings.table("x").keys()).isEmpty();
        assertThat(settings.table("x").origin()).isEqualTo(settings.origin());
        assertThat(settings.tables("x")).isEmpty();
        assertThat(reported()).isEmpty();
    }

    @Test
    void invalidValueIsReportedAndReplacedByFallback() {
        Settings settings = settings("""
                text = 1
                number = 2.5
                far = 1000
                quoted = "10"
                flag = "true"
                wait = 5
                size = 512
                mode = "perhaps"
                words = ["a", 1, ["b"]]
                word = "a"
                inner = [1, 2, 3, 4]
                rows = [{ n = 1 }, 2]
                """);

        assertThat(settings.string("text", "a")).isEqualTo("a");
        assertThat(settings.integer("number", 0, Long.MAX_VALUE, 7)).isEqualTo(7);
        assertThat(settings.integer("far", 1, 100, 7)).isEqualTo(7);
        assertThat(settings.integer("quoted", 1, 100, 7)).isEqualTo(7);
        assertThat(settings.bool("flag", false)).isFalse();
        assertThat(settings.duration("wait", FALLBACK)).isEqualTo(FALLBACK);
        assertThat(settings.bytes("size", 7)).isEqualTo(7);
        assertThat(settings.choice("mode", PoolConfig.WhenAllDown.class, PoolConfig.WhenAllDown.REFUSE))
                .isEqualTo(PoolConfig.WhenAllDown.REFUSE);
        assertThat(settings.strings("words")).isEmpty();
        assertThat(settings.strings("word")).isEmpty();
        assertThat(settings.table("inner").keys()).isEmpty();
        assertThat(settings.tables("rows")).isEmpty();
        assertThat(reported()).containsExactly(
                "config.toml:1:8: text: expected a string, found 1",
                "config.toml:2:10: number: expected a whole number, 0 or more, found 2.5",
                "config.toml:3:7: far: expected a whole number from 1 to 100, found 1000",
                "config.toml:4:10: quoted: expected a whole number from 1 to 100, found \"10\"; "
                        + "write it without quotes",
                "config.toml:5:8: flag: expected true or false, found \"true\"; write it without quotes",
                "config.toml:6:8: wait: expected a duration such as \"5s\", found 5;"
                        + " write \"5s\" if these are seconds",
                "config.toml:7:8: size: expected a size such as \"64KiB\", found 512",
                "config.toml:8:8: mode: expected \"refuse\" or \"try-all\", found \"perhaps\"",
                "config.toml:9:15: words[1]: expected a string, found 1",
                "config.toml:9:18: words[2]: expected a string, found [\"b\"]",
                "config.toml:10:8: word: expected an array of strings such as [\"a\", \"b\"], found \"a\"",
                "config.toml:11:9: inner: expected a table, found [1, 2, 3, …]",
                "config.toml:12:20: rows[1]: expected a table, found 2");
    }

    @Test
    void missingOrInvalidValueWithoutFallbackThrows() {
        TreeSettings settings = new TreeSettings(TreeFixture.tree("""
                number = "one"
                test = "x"
                """), "pools.web.health_check", problems);

        assertThatThrownBy(() -> settings.string("path")).isInstanceOf(ConfigException.class)
                .hasMessage("config.toml: pools.web.health_check.path: missing, expected a string");
        assertThatThrownBy(() -> settings.string("text")).isInstanceOf(ConfigException.class)
                .hasMessage("config.toml: pools.web.health_check.text: missing, expected a string; "
                        + "is 'test' a misspelling?");
        assertThatThrownBy(() -> settings.integer("number", 1, 2)).isInstanceOf(ConfigException.class)
                .hasMessage("config.toml:1:10: pools.web.health_check.number: "
                        + "expected a whole number from 1 to 2, found \"one\"");
        assertThat(problems.isEmpty()).isTrue();
    }

    @Test
    void pluginMessageHasOriginAndPath() {
        TreeSettings settings = new TreeSettings(TreeFixture.tree("path = \"x\""), "pools.web.health_check", problems);

        assertThat(settings.invalid("path", "expected a path that begins with '/', found 'x'"))
                .hasMessage("config.toml:1:8: pools.web.health_check.path: "
                        + "expected a path that begins with '/', found 'x'");
    }

    @ParameterizedTest
    @CsvSource({"1ms, 1", "2s, 2000", "3m, 180000", "4h, 14400000", "36500d, 3153600000000"})
    void durationWithUnitIsRead(String text, long milliseconds) {
        assertThat(settings("wait = \"" + text + "\"").duration("wait", FALLBACK).toMillis()).isEqualTo(milliseconds);
        assertThat(reported()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "5                     | write a whole number and one unit of ms, s, m, h, d",
        "1m30s                 | write a whole number and one unit of ms, s, m, h, d",
        "5 s                   | write a whole number and one unit of ms, s, m, h, d",
        "1.5s                  | write a whole number and one unit of ms, s, m, h, d",
        "-5s                   | write a whole number and one unit of ms, s, m, h, d",
        "0s                    | it has to be longer than zero",
        "36501d                | the longest is \"36500d\"",
        "9223372036854775807d  | the longest is \"36500d\"",
        "99999999999999999999s | the longest is \"36500d\"",
    })
    void invalidDurationGetsAHint(String text, String hint) {
        assertThat(settings("wait = \"" + text + "\"").duration("wait", FALLBACK)).isEqualTo(FALLBACK);
        assertThat(reported()).containsExactly(
                "config.toml:1:8: wait: expected a duration such as \"5s\", found \"" + text + "\"; " + hint);
    }

    @ParameterizedTest
    @CsvSource({"1B, 1", "2KiB, 2048", "2kib, 2048", "3MiB, 3145728", "4GIB, 4294967296",
        "8589934591GiB, 9223372035781033984"})
    void sizeWithUnitIsRead(String text, long bytes) {
        assertThat(settings("size = \"" + text + "\"").bytes("size", -1)).isEqualTo(bytes);
        assertThat(reported()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "64            | write a whole number and one unit of B, KiB, MiB, GiB",
        "64 KiB        | write a whole number and one unit of B, KiB, MiB, GiB",
        "64KB          | did you mean \"64KiB\"?",
        "64k           | did you mean \"64KiB\"?",
        "1gb           | did you mean \"1GiB\"?",
        "0MiB          | it has to be greater than zero",
        "8589934592GiB | it is too large",
    })
    void invalidSizeGetsAHint(String text, String hint) {
        assertThat(settings("size = \"" + text + "\"").bytes("size", -1)).isEqualTo(-1);
        assertThat(reported()).containsExactly(
                "config.toml:1:8: size: expected a size such as \"64KiB\", found \"" + text + "\"; " + hint);
    }

    @Test
    void unreadKeysAreReportedAtTheirOrigins() {
        TreeSettings settings = new TreeSettings(TreeFixture.tree("""
                path = "/"
                idle_timout = "5s"
                  colour = "red"
                inner = { deep = { vlaue = 1 }, unused = { any = 1 } }
                rows = [{ n = 1 }, { m = 1 }]
                """), "listeners.web", problems);
        settings.string("path");
        settings.duration("idle_timeout", FALLBACK);
        settings.table("inner").table("deep").integer("value", 0, 1, 0);
        settings.tables("rows").forEach(row -> row.integer("n", 0, 1, 0));

        settings.reportUnread();

        assertThat(reported()).containsExactly(
                "config.toml:2:1: listeners.web: unknown key 'idle_timout' (did you mean 'idle_timeout'?)",
                "config.toml:3:3: listeners.web: unknown key 'colour'; known keys: idle_timeout, inner, path, rows",
                "config.toml:4:20: listeners.web.inner.deep: unknown key 'vlaue' (did you mean 'value'?)",
                "config.toml:4:33: listeners.web.inner: unknown key 'unused'; known keys: deep",
                "config.toml:5:22: listeners.web.rows[1]: unknown key 'm'; known keys: n");
    }

    @Test
    void readsOfATableAreAccumulated() {
        TreeSettings settings = settings("inner = { a = 1, b = 2 }");
        settings.table("inner").has("a");
        settings.table("inner").has("b");

        settings.reportUnread();

        assertThat(reported()).isEmpty();
    }

    @Test
    void equalTablesAtDifferentPathsHaveSeparateViews() {
        TreeSettings settings = settings("""
                one = { a = 1 }
                two = { a = 1 }
                """);
        settings.table("one").has("a");
        settings.table("two");

        settings.reportUnread();

        assertThat(reported()).containsExactly("config.toml:2:9: two: unknown key 'a'; no key is known here");
    }

    @Test
    void presenceCheckCountsAsReadButListingKeysDoesNot() {
        TreeSettings settings = settings("""
                listed = 1
                checked = 1
                """);
        settings.keys();
        settings.has("checked");

        settings.reportUnread();

        assertThat(reported()).containsExactly("config.toml:1:1: unknown key 'listed'; known keys: checked");
    }

    @Test
    void valuesInMessagesAreShortAndOnOneLine() {
        ConfigTree.Scalar scalar = new ConfigTree.Scalar("a\n\"\\" + "x".repeat(100), Origin.of("here"));

        assertThat(TomlText.value(scalar)).isEqualTo("\"a\\n\\\"\\\\" + "x".repeat(36) + "…\"");
        assertThat(TomlText.value(TreeFixture.tree("\"a b\" = { c = 1 }"))).isEqualTo("{ \"a b\" = { … } }");
        assertThat(TomlText.value(new ConfigTree.Array(
                IntStream.range(0, 9).mapToObj(i -> (ConfigTree) scalar(i)).toList(), Origin.of("here"))))
                .isEqualTo("[0, 1, 2, …]");
        assertThat(TomlText.value(TreeFixture.tree(""))).isEqualTo("{}");
    }

    private static ConfigTree.Scalar scalar(long number) {
        return new ConfigTree.Scalar(number, Origin.of("here"));
    }

    private TreeSettings settings(String toml) {
        return new TreeSettings(TreeFixture.tree(toml), "", problems);
    }

    private List<String> reported() {
        return problems.list().stream().map(ConfigProblem::toString).toList();
    }
}
