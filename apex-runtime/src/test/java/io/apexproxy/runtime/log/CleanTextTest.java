package io.apexproxy.runtime.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CleanTextTest {

    @Test
    void harmlessTextIsReturnedUnchanged() {
        String text = "säule \"é\" \\ 日本 \uD83D\uDE00 – ~";

        assertThat(CleanText.piece(text)).isSameAs(text);
    }

    @ParameterizedTest
    @ValueSource(chars = {0, 7, 8, 0x0b, 0x1b, 0x7f, 0x80, 0x85, 0x9b, 0x9f, 0x061c, 0x200e, 0x200f, 0x2028, 0x2029,
        0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069, 0xd83d, 0xde00})
    void controlAndFormattingCharactersAreEscaped(char character) {
        assertThat(CleanText.piece("a" + character + "b")).isEqualTo(String.format("a\\u%04Xb", (int) character));
    }

    @Test
    void commonControlCharactersHaveShortEscapes() {
        assertThat(CleanText.piece("x\r\n2026-01-01 ERROR apex: forged\t!"))
                .isEqualTo("x\\r\\n2026-01-01 ERROR apex: forged\\t!");
    }

    @Test
    void unpairedSurrogatesAreEscaped() {
        assertThat(CleanText.piece("\uDE00\uD83D")).isEqualTo("\\uDE00\\uD83D");
        assertThat(CleanText.piece("\uD83D\uD83D\uDE00")).isEqualTo("\\uD83D\uD83D\uDE00");
    }

    @Test
    void longTextIsShortenedAndItsLengthIsAppended() {
        assertThat(CleanText.piece("x".repeat(200))).isEqualTo("x".repeat(200));
        assertThat(CleanText.piece("x".repeat(3_900_000)))
                .isEqualTo("x".repeat(200) + "… (3900000 characters)");
        assertThat(CleanText.message("y".repeat(1_001))).isEqualTo("y".repeat(1_000) + "… (1001 characters)");
    }

    @Test
    void surrogatePairIsNotSplit() {
        String faces = "x" + "\uD83D\uDE00".repeat(200);

        assertThat(CleanText.piece(faces)).isEqualTo("x" + "\uD83D\uDE00".repeat(99) + "… (401 characters)");
    }

    @Test
    void cleaningIsIdempotent() {
        String once = CleanText.piece("a\nb\u001b http://u:p@h/");

        assertThat(CleanText.piece(once)).isEqualTo(once);
    }

    @Test
    void usersAndPasswordsOfUrlsAreHidden() {
        assertThat(CleanText.piece("connect to http://root:hunter2@etcd:2379/ failed"))
                .isEqualTo("connect to http://***@etcd:2379/ failed");
        assertThat(CleanText.piece("https://root:p@ss/w:rd@etcd http://b and c@d.example"))
                .isEqualTo("https://***@etcd http://b and c@d.example");
        assertThat(CleanText.piece("http://u:" + "s".repeat(500) + "@h")).isEqualTo("http://***@h");
        assertThat(CleanText.piece("://")).isEqualTo("://");
        assertThat(CleanText.piece("no@url http://@")).isEqualTo("no@url http://***@");
    }

    /** With quadratic time, this would take minutes. */
    @Test
    void manyUrlsTakeLinearTime() {
        assertThat(CleanText.piece("://".repeat(1_000_000))).endsWith("… (3000000 characters)");
        assertThat(CleanText.piece(":// ".repeat(1_000_000))).endsWith("… (4000000 characters)");
    }

    @Test
    void exceptionWithAFailingMethodIsDescribedByItsClass() {
        assertThat(CleanText.of(new IllegalStateException("a\nb")))
                .isEqualTo("java.lang.IllegalStateException: a\\nb");
        assertThat(CleanText.of(new Failing())).isEqualTo(Failing.class.getName());
    }

    @Test
    void listIsShortenedAfterTenElements() {
        List<String> ten = IntStream.range(0, 10).mapToObj(i -> "n" + i).toList();

        assertThat(CleanText.list(List.of())).isEmpty();
        assertThat(CleanText.list(List.of("a", "b\nc"))).isEqualTo("a, b\\nc");
        assertThat(CleanText.list(ten)).isEqualTo("n0, n1, n2, n3, n4, n5, n6, n7, n8, n9");
        assertThat(CleanText.list(Collections.nCopies(5_000, "x")))
                .isEqualTo("x, x, x, x, x, x, x, x, x, x, and 4990 more");
        assertThat(CleanText.named(Collections.nCopies(11, "x"))).hasSize(11).endsWith("and 1 more");
    }

    @Test
    void pathInASuggestedCommandIsOneWord() {
        assertThat(CleanText.shellWord(Path.of("/opt/apex/a-1.0.jar"))).isEqualTo("/opt/apex/a-1.0.jar");
        assertThat(CleanText.shellWord(Path.of("plugins/x; rm -r $HOME"))).isEqualTo("'plugins/x; rm -r $HOME'");
        assertThat(CleanText.shellWord(Path.of("it's `id`"))).isEqualTo("'it'\\''s `id`'");
        assertThat(CleanText.shellWord(Path.of("a\nb"))).isEqualTo("PATH");
        assertThat(CleanText.shellWord(Path.of("ä".repeat(201)))).isEqualTo("PATH");
    }

    private static final class Failing extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        @SuppressWarnings("OverrideThrowableToString") // the log converts failures with it
        public String toString() {
            throw new IllegalStateException("not even that");
        }
    }
}
