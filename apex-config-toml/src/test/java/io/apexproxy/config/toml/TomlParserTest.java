package io.apexproxy.config.toml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.ConfigProblem;
import io.apexproxy.api.config.ConfigTree;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tomlj.Toml;

class TomlParserTest {

    @Test
    void scalarTypesAreConverted() {
        ConfigTree.Table tree = parse("""
                text = "a\\tb"
                literal = 'C:\\apex'
                whole = 1_000
                hexadecimal = 0xff
                fraction = 0.5
                yes = true
                """);

        assertThat(scalars(tree, "text", "literal", "whole", "hexadecimal", "fraction", "yes"))
                .containsExactly("a\tb", "C:\\apex", 1000L, 255L, 0.5, true);
    }

    @ParameterizedTest
    @CsvSource({"1979-05-27T07:32:00Z", "1979-05-27 07:32:00.50", "1979-05-27t07:32:00-07:00", "1979-05-27", "07:32:00",
        "07:32", "1979-05-27 07:32Z"})
    void datesAndTimesBecomeText(String written) {
        ConfigTree.Table tree = parse("a = " + written + "\nb = [ " + written + ", " + written + "] # noon\nc = {d = "
                + written + "}\ne = " + written + " # 12");

        assertThat(scalars(tree, "a", "e")).containsExactly(written, written);
        assertThat(((ConfigTree.Array) member(tree, "b").value()).elements())
                .map(element -> ((ConfigTree.Scalar) element).value()).containsExactly(written, written);
        assertThat(scalars((ConfigTree.Table) member(tree, "c").value(), "d")).containsExactly(written);
    }

    @Test
    void emptyFileIsAnEmptyTable() {
        ConfigTree.Table tree = parse("");

        assertThat(tree.members()).isEmpty();
        assertThat(tree.origin()).hasToString("config.toml");
    }

    @Test
    void keysKeepTheirOrder() {
        assertThat(parse("c = 1\na = 2\n[z]\n[b]\n").members().keySet()).containsExactly("c", "a", "z", "b");
    }

    @Test
    void originOfAValueIsItsFirstCharacter() {
        ConfigTree.Table tree = parse(
                "interval = 5\r\n\tt\t=\t'x' # c\r\n\"q = k\" = 7\nlong = \"\"\"\nabc\"\"\"\n'😀'=\"😀\"");

        assertThat(origins(tree, "interval")).isEqualTo("1:1 1:12");
        assertThat(origins(tree, "t")).isEqualTo("2:2 2:6");
        assertThat(origins(tree, "q = k")).isEqualTo("3:1 3:11");
        assertThat(origins(tree, "long")).isEqualTo("4:1 4:8");
        assertThat(origins(tree, "😀")).isEqualTo("6:1 6:5");
    }

    /** Columns are counted in code points: an emoji is one, a letter with a combining mark two. */
    @Test
    void columnsAreCountedInCodePoints() {
        ConfigTree.Table tree = parse("""
                # 😀 é
                'a😀' = 1 # 😀
                b = [ '😀😀', 2, 'e\u0301', 3, {'😀'.c = '😀', d = 4}, 5 ] # 😀
                ['😀'. '\u0301x'.'😀😀'.y]
                z = 1""");

        assertThat(origins(tree, "a😀")).isEqualTo("2:1 2:8");
        assertThat(origin(tree, "b", "0")).isEqualTo("3:7");
        assertThat(origin(tree, "b", "1")).isEqualTo("3:13");
        assertThat(origin(tree, "b", "2")).isEqualTo("3:16");
        assertThat(origin(tree, "b", "3")).isEqualTo("3:22");
        assertThat(origins(tree, "b", "4", "😀", "c")).isEqualTo("3:30 3:34");
        assertThat(origins(tree, "b", "4", "d")).isEqualTo("3:39 3:43");
        assertThat(origin(tree, "b", "5")).isEqualTo("3:47");
        assertThat(origins(tree, "😀", "\u0301x")).isEqualTo("4:7 4:7");
        assertThat(origins(tree, "😀", "\u0301x", "😀😀")).isEqualTo("4:12 4:12");
        assertThat(origins(tree, "😀", "\u0301x", "😀😀", "y")).isEqualTo("4:17 4:1");
    }

    /** Compares with the time of tomlj, so that the speed of the machine does not matter. */
    @Test
    void originsOnOneLongLineCostLittleMoreThanParsing() {
        String backends = IntStream.range(0, 20_000)
                .mapToObj(index -> "{address = \"10.0.%d.%d:80\", weight = 1}".formatted(index >> 8, index & 255))
                .collect(Collectors.joining(", "));
        String text = "# 😀\nbackends = [" + backends + "]";
        long begin = System.nanoTime();
        Toml.parse(text);
        long syntax = System.nanoTime() - begin;

        ConfigTree.Table tree = parse(text);

        assertThat(Duration.ofNanos(System.nanoTime() - begin - syntax))
                .isLessThan(Duration.ofNanos(3 * syntax).plusSeconds(2));
        int line = text.indexOf('\n');
        assertThat(origins(tree, "backends", "19999", "weight")).isEqualTo(
                "2:%d 2:%d".formatted(text.lastIndexOf("weight") - line, text.lastIndexOf("1}") - line));
    }

    @Test
    void longKeysAreShortened() {
        String key = "k".repeat(100_000);

        assertThat(problems(key + " = 1\n" + key + " = 2")).singleElement().asString()
                .hasSizeLessThan(1_000).endsWith("is already defined at line 1, column 1: keep one of them");
        assertThat(problems("😀".repeat(100_000))).singleElement().asString().hasSizeLessThan(1_000);
    }

    @Test
    void eachPartOfADottedKeyHasItsOwnOrigin() {
        ConfigTree.Table tree = parse("a . \"b.\\\"c\".'d' = 1\na.e = 2\n[x.y]\nz.w = 3\nz.v = 4\n[[l.m]]\nn.o = 5");

        assertThat(origins(tree, "a")).isEqualTo("1:1 1:1");
        assertThat(origins(tree, "a", "b.\"c")).isEqualTo("1:5 1:5");
        assertThat(origins(tree, "a", "b.\"c", "d")).isEqualTo("1:13 1:19");
        assertThat(origins(tree, "a", "e")).isEqualTo("2:3 2:7");
        assertThat(origins(tree, "x", "y", "z")).isEqualTo("4:1 4:1");
        assertThat(origins(tree, "x", "y", "z", "w")).isEqualTo("4:3 4:7");
        assertThat(origins(tree, "x", "y", "z", "v")).isEqualTo("5:3 5:7");
        assertThat(origins(tree, "l", "m", "0", "n", "o")).isEqualTo("7:3 7:7");
    }

    @Test
    void originOfATableIsItsHeader() {
        ConfigTree.Table tree = parse(
                "[pools.web]\n  [ pools . \"api v2\" . health_check ]\nrise = 2\n[pools]\nn = 1\n");

        assertThat(origins(tree, "pools")).isEqualTo("4:2 4:1");
        assertThat(origins(tree, "pools", "web")).isEqualTo("1:8 1:1");
        assertThat(origins(tree, "pools", "api v2")).as("implied by a header below it").isEqualTo("2:13 2:13");
        assertThat(origins(tree, "pools", "api v2", "health_check")).isEqualTo("2:24 2:3");
        assertThat(origins(tree, "pools", "api v2", "health_check", "rise")).isEqualTo("3:1 3:8");
        assertThat(origins(tree, "pools", "n")).isEqualTo("5:1 5:5");
    }

    @Test
    void originOfAnInlineTableIsItsBrace() {
        ConfigTree.Table tree = parse("a.b = { c = 1, d.e = { f = 2 },\n  g.h = 3,\n}\n");

        assertThat(origins(tree, "a", "b")).isEqualTo("1:3 1:7");
        assertThat(origins(tree, "a", "b", "c")).isEqualTo("1:9 1:13");
        assertThat(origins(tree, "a", "b", "d")).isEqualTo("1:16 1:16");
        assertThat(origins(tree, "a", "b", "d", "e")).isEqualTo("1:18 1:22");
        assertThat(origins(tree, "a", "b", "d", "e", "f")).isEqualTo("1:24 1:28");
        assertThat(origins(tree, "a", "b", "g", "h")).isEqualTo("2:5 2:9");
    }

    @Test
    void eachElementOfAnArrayHasItsOwnOrigin() {
        ConfigTree.Table tree = parse("a = [ 1, # one\r\n  'x', [ 2,\r\n3 ], {b.c = 4}\r\n]\nempty = [ ]\n");

        assertThat(origins(tree, "a")).isEqualTo("1:1 1:5");
        assertThat(origin(tree, "a", "0")).isEqualTo("1:7");
        assertThat(origin(tree, "a", "1")).isEqualTo("2:3");
        assertThat(origin(tree, "a", "2")).isEqualTo("2:8");
        assertThat(origin(tree, "a", "2", "1")).isEqualTo("3:1");
        assertThat(origin(tree, "a", "3")).isEqualTo("3:6");
        assertThat(origins(tree, "a", "3", "b", "c")).isEqualTo("3:9 3:13");
        assertThat(origins(tree, "empty")).isEqualTo("5:1 5:9");
    }

    @Test
    void originOfATableInAnArrayIsItsHeader() {
        ConfigTree.Table tree = parse("[[a.b]]\nc = 1\n [[ a . b ]]\nc = 2\n[a.b.d]\ne = 3\n[[a.b.f]]\ng.h = 4\n");

        assertThat(origins(tree, "a", "b")).isEqualTo("1:5 1:1");
        assertThat(origin(tree, "a", "b", "0")).isEqualTo("1:1");
        assertThat(origin(tree, "a", "b", "1")).isEqualTo("3:2");
        assertThat(origins(tree, "a", "b", "1", "c")).isEqualTo("4:1 4:5");
        assertThat(origins(tree, "a", "b", "1", "d")).isEqualTo("5:6 5:1");
        assertThat(origins(tree, "a", "b", "1", "f")).isEqualTo("7:7 7:1");
        assertThat(origins(tree, "a", "b", "1", "f", "0", "g", "h")).isEqualTo("8:3 8:7");
    }

    @Test
    void allSyntaxErrorsAreReportedInOrder() {
        assertThat(problems("""
                port = 1
                port = 2
                timeout = 5s
                name = web
                path =
                text = "abc
                file = "C:\\apex"
                count = 09
                [pools
                list = [1 2]
                käse = 1
                last = [1,
                """)).containsExactly(
                "config.toml:2:1: port is already defined at line 1, column 1: keep one of them",
                "config.toml:3:12: expected the end of the line, found 's': one value per key, and text in quotes",
                "config.toml:4:8: expected a value, found 'w': put text in quotes",
                "config.toml:5:7: expected a value, found the end of the line",
                "config.toml:6:12: expected a closing '\"', found the end of the line",
                "config.toml:7:11: invalid escape sequence '\\a': write a backslash as \\\\,"
                        + " or put the text in single quotes",
                "config.toml:8:9: leading zeros are not allowed",
                "config.toml:9:7: expected ']', found the end of the line",
                "config.toml:10:11: expected ']', a comma, or the end of the line, found '2': write a comma between"
                        + " values, and text in quotes",
                "config.toml:11:2: expected '.' or '=', found '\\u00e4': write key = value, and a key with other"
                        + " characters than A-Z, a-z, 0-9, '_' and '-' in quotes",
                "config.toml:13:1: expected ']' or a value, found the end of the file;"
                        + " the array opened at line 12, column 8 is unclosed");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "= 1 | 1:1: expected a key or a [table], found '=': write key = value, and a key with other characters"
                + " than A-Z, a-z, 0-9, '_' and '-' in quotes",
        "a : 1 | 1:3: expected '.' or '=', found ':': write key = value, and a key with other characters than"
                + " A-Z, a-z, 0-9, '_' and '-' in quotes",
        "a | 1:2: expected '.' or '=', found the end of the file",
        "[[a] | 1:4: expected ']]' or '.', found ']'",
        "a = [127.0.0.1:9000] | 1:11: expected ']', a comma, or the end of the line, found '.': write a comma"
                + " between values, and text in quotes",
        "a = [app:9000] | 1:6: expected ']', a value, or the end of the line, found 'a': put text in quotes",
        "a = 'b | 1:7: expected a closing \"'\", found the end of the file",
        "a = 99999999999999999999 | 1:5: integer is too large",
        "a = 1979-13-01 | 1:10: invalid month (valid range 01..12)",
        "a = {b = 1, b = 2} | 1:13: b is already defined at line 1, column 6: keep one of them",
        "a = {b = 1 | 1:11: expected '}' or a comma, found the end of the file"})
    void syntaxErrorIsRewritten(String text, String expected) {
        assertThat(problems(text)).containsExactly("config.toml:" + expected);
    }

    @Test
    void keyIsNamedAsWritten() {
        assertThat(problems("Foo = 1\nFoo = 2\n[Foo.Bar]\nBaz = []\n[[Foo.Bar.Baz]]")).contains(
                "config.toml:2:1: Foo is already defined at line 1, column 1: keep one of them",
                "config.toml:3:1: Foo is not a table (previously defined at line 1, column 1)");
    }

    @Test
    void carriageReturnAsLineEndIsNamed() {
        assertThat(problems("a = 1\rb = 2")).containsExactly("config.toml:1:6: expected the end of the line,"
                + " found a carriage return without a line feed: one value per key, and text in quotes");
    }

    @Test
    void tooDeepNestingIsReported() {
        assertThat(problems("a = " + "[".repeat(100_000))).singleElement().asString().contains("nesting is too deep");
    }

    @Test
    void bracketInsteadOfBraceIsReported() {
        // tomlj 2.2.0 throws here and loses all errors found
        String text = "[pools.web]\nload_balancer = { provider = \"round-robin\", ]\n[admin]\nenabled = yes\n";

        assertThat(problems("port = 1\nport = 2\n" + text)).containsExactly(
                "config.toml:2:1: port is already defined at line 1, column 1: keep one of them",
                "config.toml:4:45: expected a key, '}', or the end of the line, found ']'",
                "config.toml:5:1: expected '}' or a newline, found '['");
    }

    private static ConfigTree.Table parse(String text) {
        return TomlTrees.parse("config.toml", text);
    }

    private static List<String> problems(String text) {
        ConfigException thrown = catchThrowableOfType(ConfigException.class, () -> parse(text));
        return thrown.problems().stream().map(ConfigProblem::toString).toList();
    }

    private static List<Object> scalars(ConfigTree.Table table, String... keys) {
        return List.of(keys).stream().map(key -> ((ConfigTree.Scalar) member(table, key).value()).value()).toList();
    }

    /** Returns the positions of a key and of its value. */
    private static String origins(ConfigTree.Table root, String... path) {
        ConfigTree parent = descend(root, List.of(path).subList(0, path.length - 1));
        ConfigTree.Member member = member((ConfigTree.Table) parent, path[path.length - 1]);
        return member.key().line() + ":" + member.key().column() + " " + origin(root, path);
    }

    private static String origin(ConfigTree.Table root, String... path) {
        ConfigTree value = descend(root, List.of(path));
        return value.origin().line() + ":" + value.origin().column();
    }

    private static ConfigTree descend(ConfigTree from, List<String> path) {
        ConfigTree value = from;
        for (String step : path) {
            value = value instanceof ConfigTree.Array array
                    ? array.elements().get(Integer.parseInt(step))
                    : member((ConfigTree.Table) value, step).value();
        }
        return value;
    }

    private static ConfigTree.Member member(ConfigTree.Table table, String key) {
        assertThat(table.members()).containsKey(key);
        return table.members().get(key);
    }
}
