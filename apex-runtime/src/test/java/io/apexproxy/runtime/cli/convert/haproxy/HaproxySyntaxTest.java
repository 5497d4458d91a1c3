package io.apexproxy.runtime.cli.convert.haproxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.runtime.cli.convert.draft.Directive;
import io.apexproxy.runtime.cli.convert.draft.Word;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HaproxySyntaxTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "a b # c | a,b", "a\\ b c | a b,c", "'a\\b' c | a\\b,c", "\"a b\"c d | a bc,d", "a\\#b | a#b",
        "a\\x41\\\\ | aA\\", "\"\" a | `,a`", "a'b' | ab"})
    void wordsAreSeparated(String line, String words) {
        assertThat(words(line).stream().map(Word::text).collect(Collectors.joining(","))).isEqualTo(words);
    }

    @Test
    void controlCharactersAreUnescaped() {
        assertThat(words("PING\\r\\n").get(0).text()).isEqualTo("PING\r\n");
    }

    @ParameterizedTest
    @CsvSource({"\"${A}\", true", "'${A}', false", "${A}, false", "\"\\$A\", false"})
    void variablesAreInDoubleQuotes(String word, boolean hasVariable) {
        assertThat(words(word).get(0).hasVariable()).isEqualTo(hasVariable);
    }

    @Test
    void sectionsHaveTheirLines() {
        List<Directive> sections =
                HaproxySyntax.parse("f", ".if x\n\nglobal\r\n  maxconn 5\n# end\nlisten a\n\tbind :1");

        assertThat(sections).extracting(Directive::name).containsExactly(".if", "global", "listen");
        assertThat(sections.get(1).children()).extracting(each -> each.texts(0).toString() + each.origin())
                .containsExactly("[maxconn, 5]f:4:3");
        assertThat(sections.get(2).lastLine()).isEqualTo(7);
    }

    private static List<Word> words(String line) {
        return HaproxySyntax.parse("f", "global\n" + line).get(0).children().get(0).words();
    }
}
