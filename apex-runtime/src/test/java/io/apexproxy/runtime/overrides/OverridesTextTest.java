package io.apexproxy.runtime.overrides;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.runtime.config.BackendConfig.State;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OverridesTextTest {

    private static final String NOW = "2026-11-29T20:15:30Z root";

    private static OverridesEdit state(String backend, State state) {
        return new OverridesEdit("web", backend, Optional.of(state), OptionalInt.empty(), false);
    }

    private static OverridesEdit weight(String backend, int weight) {
        return new OverridesEdit("web", backend, Optional.empty(), OptionalInt.of(weight), false);
    }

    private static OverridesEdit clear(String backend) {
        return new OverridesEdit("web", backend, Optional.empty(), OptionalInt.empty(), true);
    }

    @Test
    void firstEntryIsWrittenWithItsComment() {
        assertThat(OverridesText.edit("", state("app1", State.MAINTENANCE), NOW)).isEqualTo("""
                # 2026-11-29T20:15:30Z root: apex set web/app1 maintenance
                [pools.web.backends.app1]
                state = "maintenance"
                """);
    }

    @Test
    void nameThatIsNoBareKeyIsQuoted() {
        assertThat(OverridesText.edit("", weight("127.0.0.1:9000", 3), NOW)).isEqualTo("""
                # 2026-11-29T20:15:30Z root: apex set web/127.0.0.1:9000 weight=3
                [pools.web.backends."127.0.0.1:9000"]
                weight = 3
                """);
    }

    @Test
    void entryIsAppendedToOtherText() {
        assertThat(OverridesText.edit("# our file", weight("a", 0), NOW)).isEqualTo("""
                # our file

                # 2026-11-29T20:15:30Z root: apex set web/a weight=0
                [pools.web.backends.a]
                weight = 0
                """);
    }

    @Test
    void existingEntryIsChangedInPlace() {
        String text = """
                # by hand

                # 2026-01-01T00:00:00Z alice: apex set web/a maintenance
                [pools.web.backends.a] # broken disk
                # until Tuesday
                state = "maintenance"

                # comment of b
                [pools."web".backends.'b']
                weight = 2
                """;

        assertThat(OverridesText.edit(text, state("a", State.ACTIVE), NOW)).isEqualTo("""
                # by hand

                # 2026-11-29T20:15:30Z root: apex set web/a active
                [pools.web.backends.a] # broken disk
                # until Tuesday
                state = "active"

                # comment of b
                [pools."web".backends.'b']
                weight = 2
                """);
        assertThat(OverridesText.edit(text, state("b", State.MAINTENANCE), NOW)).endsWith("""
                # comment of b
                # 2026-11-29T20:15:30Z root: apex set web/b maintenance
                [pools."web".backends.'b']
                state = "maintenance"
                weight = 2
                """);
    }

    @Test
    void removedEntryLeavesNoTrace() {
        String one = OverridesText.edit("# our file\n", weight("a", 1), NOW);
        String two = OverridesText.edit(one, weight("b", 2), NOW);

        assertThat(OverridesText.edit(two, clear("b"), NOW)).isEqualTo(one);
        assertThat(OverridesText.edit(one, clear("a"), NOW)).isEqualTo("# our file\n");
        assertThat(OverridesText.edit(two, clear("a"), NOW))
                .isEqualTo(OverridesText.edit("# our file\n", weight("b", 2), NOW));
        assertThat(OverridesText.edit(OverridesText.edit("", weight("a", 1), NOW), clear("a"), NOW)).isEmpty();
    }

    @Test
    void removalOfAMissingEntryChangesNothing() {
        String text = "[pools.web.backends.a]\nweight = 1\n";

        assertThat(OverridesText.edit(text, clear("b"), NOW)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"app1", "127.0.0.1:9000", "[::1]:9000", "unix:/run/a b.sock", "a\"b\\c", "tab\there", "é"})
    void headerContainsEachNameSoThatItIsFoundAgain(String name) {
        List<String> keys = List.of("pools", "web.1", "backends", name);

        assertThat(HeaderLine.keys(HeaderLine.of(keys))).contains(keys);
        assertThat(HeaderLine.keys("  " + HeaderLine.of(keys) + "  # why")).contains(keys);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "weight = 1", "# [pools.web]", "[[pools]]", "[pools", "[pools.]", "[pools] x", "[a b]",
        "[\"a]"})
    void otherLinesAreNoHeaders(String line) {
        assertThat(HeaderLine.keys(line)).isEmpty();
    }
}
