package io.apexproxy.runtime.protocol.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerNamePatternTest {

    @ParameterizedTest
    @CsvSource({"A.Example,a.example", "a.example.,a.example", "a..,a.", "'',''", ".,''",
        "\u00c9\u0130\u212a,\u00c9\u0130\u212a",
        "xn--BCHER-kva,xn--bcher-kva"})
    void nameIsNormalized(String name, String expected) {
        assertThat(ServerNames.normalize(name)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "a.example,   a.example,   true",
        "A.EXAMPLE.,  a.example,   true",
        "a.example,   b.a.example, false",
        "a.example,   example,     false",
        "*.b.example, a.b.example, true",
        "*.B.example., c.a.b.example, true",
        "*.b.example, b.example,   false",
        "*.b.example, ab.example,  false",
        "*.b.example, a.b.example.test, false",
        "*.b.example, example,     false",
        "*.example,   a.example,   true",
        "*,           a,           true",
        "*,           a.b.example, true",
    })
    void patternMatchesNames(String pattern, String name, boolean expected) {
        assertThat(contains(pattern, name)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "a.example,   a.example,     true",
        "a.example,   b.example,     false",
        "a.example,   *.a.example,   false",
        "*.example,   a.example,     true",
        "*.example,   *.example,     true",
        "*.example,   *.b.example,   true",
        "*.example,   example,       false",
        "*.b.example, *.example,     false",
        "*.b.example, b.example,     false",
        "*.b.example, *.ab.example,  false",
        "*,           a.example,     true",
        "*,           *.example,     true",
        "*,           *,             true",
        "*.example,   *,             false",
        "a.example,   *,             false",
    })
    void patternContainsNarrowerPatterns(String pattern, String other, boolean expected) {
        assertThat(contains(pattern, other)).isEqualTo(expected);
    }

    private static boolean contains(String pattern, String other) {
        return ServerNamePattern.containing(other).contains(new ServerNamePattern(pattern).text());
    }

    @Test
    void narrowestPatternIsFirst() {
        assertThat(ServerNamePattern.containing("a.b.example"))
                .containsExactly("a.b.example", "*.b.example", "*.example", "*");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", ".", "*..", "**", "*.*", "*.*.example", "a.*", "a.*.example", "*a.example", "a*.example",
                "*example", ".example", "a..example", "a.example..", "a.example:443", "~^a.*", "/a/", "a b",
                "b\u00fccher.example",
                "\u212aa.example", "https://a.example", "[::1]", "a,b"})
    void otherTextIsRejected(String text) {
        assertThat(ServerNamePattern.parse(text)).isEmpty();
        assertThatIllegalArgumentException().isThrownBy(() -> new ServerNamePattern(text));
    }

    @Test
    void nameThatNoHelloCanContainIsRejected() {
        String longest = "a".repeat(ServerNames.MAX_LENGTH);

        assertThat(ServerNamePattern.parse(longest)).isPresent();
        assertThat(ServerNamePattern.parse(longest + "a")).isEmpty();
    }
}
