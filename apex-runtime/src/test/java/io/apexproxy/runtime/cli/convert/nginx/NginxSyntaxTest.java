package io.apexproxy.runtime.cli.convert.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.runtime.cli.convert.draft.Directive;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NginxSyntaxTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "a b; | a,b", "a 'b c'; | a,b c", "a \"b\\\"c\"; | a,b\"c", "~\\bh2\\b c; | ~\\bh2\\b,c", "a b#c; | a,b#c",
        "a ${b}c; | a,${b}c", "a\tb ; # c | a,b", "a '\\\\'; | a,\\"})
    void wordsAreSeparated(String text, String words) {
        assertThat(String.join(",", NginxSyntax.parse("f", text).get(0).texts(0))).isEqualTo(words);
    }

    @Test
    void blocksAreNested() {
        List<Directive> file = NginxSyntax.parse("f", "# first\nstream {\n  server { listen 80; }\n}\nuser a;");

        assertThat(file).extracting(Directive::name).containsExactly("stream", "user");
        assertThat(file.get(0).lastLine()).isEqualTo(4);
        assertThat(file.get(0).children().get(0).children().get(0).origin()).hasToString("f:3:12");
    }
}
