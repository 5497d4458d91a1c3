package io.apexproxy.runtime.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.stream.Stream;
import javax.security.auth.x500.X500Principal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CommonNameTest {

    /** The first attribute in a text is the most specific one. */
    static Stream<Arguments> subjects() {
        return Stream.of(
                Arguments.of("CN=a.example", "a.example"),
                Arguments.of("CN=a.example, O=test, C=DE", "a.example"),
                Arguments.of("O=test, CN=a.example", "a.example"),
                Arguments.of("CN=first, CN=second", "first"),
                Arguments.of("OU=x+CN=a, O=test", "a"),
                Arguments.of("CN=a+OU=x, O=test", "a"),
                Arguments.of("CN=\"Smith, John\", O=test", "Smith, John"),
                Arguments.of("CN=a\\,b\\+c\\\"d\\\\e\\<f\\>g\\;h", "a,b+c\"d\\e<f>g;h"),
                Arguments.of("CN=\\#0c0161", "#0c0161"),
                Arguments.of("CN=\\ a\\ ", " a "),
                Arguments.of("CN=a=b", "a=b"),
                Arguments.of("CN=Z\u00fcrich \u4e2d \ud83d\ude00", "Z\u00fcrich \u4e2d \ud83d\ude00"),
                Arguments.of("CN=Z\\C3\\BCrich", "Z\u00fcrich"),
                Arguments.of("OU=\"x,CN=b\", CN=a", "a"),
                Arguments.of("O=\"x+CN=b\", CN=a", "a"),
                Arguments.of("O=\"x\\\\,CN=b\", CN=a", "a"));
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void commonNameIsFoundWithoutEscapes(String subject, String name) {
        assertThat(CommonName.of(new X500Principal(subject))).contains(name);
    }

    static Stream<String> subjectsWithoutName() {
        return Stream.of("", "O=test", "CN=", "O=\"x,CN=b\"", "O=\"x+CN=b\"", "O=CN=b", "DC=CN, O=test",
                "CN=#0402abcd"); // an octet string is no text
    }

    @ParameterizedTest
    @MethodSource("subjectsWithoutName")
    void subjectWithoutCommonNameHasNone(String subject) {
        assertThat(CommonName.of(new X500Principal(subject))).isEmpty();
    }

    @Test
    void longNameIsFound() {
        String name = "\u00e9,".repeat(50_000);

        assertThat(CommonName.of(new X500Principal("O=test, CN=\"" + name + "\""))).isEqualTo(Optional.of(name));
    }

    /** A text with a NUL, which some implementations take for its end. */
    @Test
    void nameWithNulIsComplete() {
        byte[] subject = {0x30, 0x0e, 0x31, 0x0c, 0x30, 0x0a, 0x06, 0x03, 0x55, 0x04, 0x03, 0x0c, 0x03, 'a', 0, 'b'};

        assertThat(CommonName.of(new X500Principal(subject))).contains("a\0b");
    }
}
