package io.apexproxy.runtime.config.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.ConfigProblem;
import io.apexproxy.api.config.ConfigTree;
import io.apexproxy.config.toml.TomlTrees;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Variables of the environment in strings, and messages that do not show their values. */
class VariablesTest {

    private static final Map<String, String> ENVIRONMENT = new HashMap<>(Map.of("HOST", "app.internal", "_p1", "9000",
            "EMPTY", "", "NESTED", "${env:HOST}", "SECRET", "correct horse battery staple and forty more letters",
            "QUOTED", "a\\b\nc", "HOST_AND_PORT", "app.internal:9000"));

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            '${env:HOST}'                | app.internal
            '${env:HOST}:${env:_p1}'     | app.internal:9000
            'a${env:EMPTY}b'             | ab
            '${env:NESTED}'              | ${env:HOST}
            '$${env:HOST}'               | ${env:HOST}
            '$$${env:HOST}'              | $${env:HOST}
            '$${env:'                    | ${env:
            '$${env:HOST}${env:HOST}'    | ${env:HOST}app.internal
            '${HOST} $HOST ${Env:HOST}'  | ${HOST} $HOST ${Env:HOST}
            '$$ ${ } { $'                | $$ ${ } { $
            """)
    void variableIsReplaced(String text, String expected) {
        assertThat(expand("a = '" + text + "'").table()).isEqualTo(tree("a = '" + expected + "'"));
    }

    @Test
    void onlyStringsChangeAtAnyDepth() {
        ExpandedTree expanded = expand("""
                n = 1
                [pools.web]
                backends = ["${env:HOST}:80", { address = "${env:HOST}:81", weight = 2 }]
                "${env:HOST}" = [["\\u0024{env:_p1}"]]
                """);

        assertThat(expanded.table()).isEqualTo(tree("""
                n = 1
                [pools.web]
                backends = ["app.internal:80", { address = "app.internal:81", weight = 2 }]
                "${env:HOST}" = [["9000"]]
                """));
        ConfigTree.Table pools = (ConfigTree.Table) expanded.table().members().get("pools").value();
        assertThat(pools.members().get("web").value().origin()).hasToString("config.toml:2:1");
    }

    @Test
    void treeWithoutVariablesStaysAsItIs() {
        ConfigTree.Table tree = tree("a = '${HOST}'");

        assertThat(Variables.expand(tree, ENVIRONMENT).table()).isSameAs(tree);
    }

    @Test
    void eachMistakeIsReportedWithOriginAndPath() {
        assertThatThrownBy(() -> expand("""
                a = "${env:MISSING}${env:OTHER}"
                [b]
                "c d" = [1, "${env:}"]
                e = "${env:1}"
                f = "${env:HOST"
                g = "${env:HO-ST}"
                """)).isInstanceOfSatisfying(ConfigException.class, problem -> assertThat(problem.problems().stream()
                .map(ConfigProblem::toString).map(line -> line.replaceFirst("(name of a variable|set: ).*", "$1")))
                .containsExactly("config.toml:1:5: a: the environment variable MISSING is not set: ",
                        "config.toml:1:5: a: the environment variable OTHER is not set: ",
                        "config.toml:3:13: b.\"c d\"[1]: expected the name of a variable",
                        "config.toml:4:5: b.e: expected the name of a variable",
                        "config.toml:5:5: b.f: expected the name of a variable",
                        "config.toml:6:5: b.g: expected the name of a variable"));
    }

    @Test
    void messageHasAWayOut() {
        assertThatThrownBy(() -> expand("a = '${env:MISSING}'")).hasMessage("config.toml:1:5: a: the environment"
                + " variable MISSING is not set: set it before Apex starts, or write $${env: for the text ${env:");
        assertThatThrownBy(() -> expand("a = '${env:HOST:-x}'")).hasMessage("config.toml:1:5: a: expected the name of"
                + " a variable as in ${env:NAME}, of letters, digits and '_'; write $${env: for the text ${env:");
    }

    @Test
    void sizeOfAllValuesIsLimited() {
        ENVIRONMENT.put("LARGE", "x".repeat(1 << 20));

        assertThat(expand("a = '" + "${env:LARGE}".repeat(16) + "'").table().members()).hasSize(1);
        assertThatThrownBy(() -> expand("a = '" + "${env:LARGE}".repeat(17) + "'")).hasMessage("config.toml:1:5: a:"
                + " expected at most 16777216 characters of all variables together, found more: use shorter variables");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            '${env:HOST}'                 | found "${env:HOST}"
            '${env:HOST}:${env:_p1}'      | found "${env:HOST}:${env:_p1}"
            '${env:SECRET}'               | found "${env:SECRET}…"
            'a ${env:SECRET}'             | found "a ${env:SECRET}…"
            '${env:QUOTED}'               | found "${env:QUOTED}"
            '${env:HOST_AND_PORT}${env:HOST}'  | found "${env:HOST_AND_PORT}${env:HOST}"
            """)
    void messageShowsTheVariableInPlaceOfItsValue(String text, String expected) {
        ExpandedTree expanded = expand("a = '" + text + "'");
        Problems problems = new Problems();
        problems.hide(expanded.hidden());

        new TreeSettings(expanded.table(), "", problems).read("a", ValueType.DURATION);

        assertThat(messages(problems)).singleElement().asString().contains(expected);
    }

    @Test
    void messageAboutTheTableHidesTheValueToo() {
        ExpandedTree expanded = expand("[a]\nb = '${env:HOST}'");
        Problems problems = new Problems();
        problems.hide(expanded.hidden());

        new TreeSettings(expanded.table(), "", problems).read("a", ValueType.STRING);
        problems.add(tree("\nb = 1").members().get("b").key(), "app.internal of another table");

        assertThat(messages(problems)).containsExactlyInAnyOrder(
                "config.toml:1:1: a: expected a string, found { b = \"${env:HOST}\" }",
                "config.toml:2:1: app.internal of another table");
    }

    private static List<String> messages(Problems problems) {
        return problems.list().stream().map(ConfigProblem::toString).toList();
    }

    private static ExpandedTree expand(String toml) {
        return Variables.expand(tree(toml), ENVIRONMENT);
    }

    private static ConfigTree.Table tree(String toml) {
        return TomlTrees.parse("config.toml", toml);
    }
}
