package io.apexproxy.config.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

    @Test
    void membersOfEachTypeAreRead() throws IOException {
        Json json = parse("""
                {"string": "\\u00e4\\n", "long": "9223372036854775807", "int": 7, "yes": true, "no": false,
                 "object": {"list": [{"a": 1}, {}]}}
                """);

        assertThat(json.string("string")).isEqualTo("ä\n");
        assertThat(json.number("long")).isEqualTo(Long.MAX_VALUE);
        assertThat(json.number("int")).isEqualTo(7);
        assertThat(json.isTrue("yes")).isTrue();
        assertThat(json.isTrue("no")).isFalse();
        assertThat(json.object("object").objects("list")).extracting(element -> element.number("a"))
                .containsExactly(1L, 0L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"a\": null}"})
    void missingMembersAndNullHaveDefaults(String text) throws IOException {
        Json json = parse(text);

        assertThat(json.string("a")).isEmpty();
        assertThat(json.number("a")).isZero();
        assertThat(json.isTrue("a")).isFalse();
        assertThat(json.object("a")).isEqualTo(Json.EMPTY);
        assertThat(json.objects("a")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "\"Q\"", "1", "{", "{\"a\": 1", "{\"a\": Q}", "{\"a\": 'Q'}",
        "{\"a\": \"\\Q\"}", "{\"a\": \"Q\n\"}", "{\"a\": 1,}", "{\"a\": 01}", "{\"a\": NaN}", "{Q: 1}", "{} {}", "{}Q",
        "{\"Q\": 1, \"Q\": 2}", "{\"a\": {\"Q\": null, \"Q\": null}}", "/* Q */ {}", "\0\0\0{\0\0QQ"})
    void invalidTextIsRejectedAndNotQuoted(String text) {
        assertThatThrownBy(() -> parse(text)).isExactlyInstanceOf(IOException.class)
                .hasMessage("expected one valid JSON object, found other text").satisfies(JsonTest::quotesNothing);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\": \"Q\"}", "{\"a\": \"1Q\"}", "{\"a\": 1.5}", "{\"a\": 1e400}",
        "{\"a\": 9223372036854775808}", "{\"a\": \"\"}", "{\"a\": true}", "{\"a\": {\"Q\": 1}}", "{\"a\": [1]}"})
    void otherValuesThanWholeNumbersAreRejected(String text) throws IOException {
        Json json = parse(text);

        assertThatThrownBy(() -> json.number("a")).isExactlyInstanceOf(IOException.class)
                .hasMessage("expected a whole number as a, found another value").satisfies(JsonTest::quotesNothing);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[{}, \"Q\"]", "[null]", "[[]]"})
    void otherValuesThanObjectsAreRejected(String list) throws IOException {
        Json json = parse("{\"a\": " + list + "}");

        assertThatThrownBy(() -> json.objects("a")).isExactlyInstanceOf(IOException.class)
                .hasMessage("expected objects as a, found another value");
    }

    @ParameterizedTest
    @CsvSource({"1000001, 2000000", "20000001, 20000000"})
    void sizeIsLimited(int count, int limit) {
        String text = count < limit ? "[" + "[],".repeat(count) + "[]]" : '"' + "Q".repeat(count) + '"';

        assertTooLarge("{\"a\":" + text + "}", limit);
    }

    @Test
    void depthNamesAndNumbersAreLimited() {
        assertTooLarge("{\"Q\":".repeat(21), 20);
        assertTooLarge("{\"a\":" + "[".repeat(100_000), 20);
        assertTooLarge("{\"" + "Q".repeat(60_000) + "\":1}", 50_000);
        assertTooLarge("{\"a\":" + "7".repeat(1001) + "}", 1000);
    }

    @Test
    void changedTextIsReadOrRejected() {
        Random random = new Random(17);
        for (int change = 0; change < 20_000; change++) {
            byte[] text = ("{\"result\": {\"events\": [{\"kv\": {\"key\": \"YQ\\u003d=\", \"lease\": -1.5e3}}],"
                    + " \"canceled\": null}}").getBytes(StandardCharsets.UTF_8);
            for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
                text[random.nextInt(text.length)] = random.nextBoolean() ? (byte) random.nextInt()
                        : text[random.nextInt(text.length)];
            }
            try {
                Json.parse(new ByteArrayInputStream(text)).object("result").objects("events");
            } catch (IOException e) {
                assertThat(e).hasMessageStartingWith("expected ");
            }
        }
    }

    @Test
    void writtenTextIsReadAgain() throws IOException {
        Map<String, Object> members = Map.of("text", "ä\"\\\n", "number", Long.MIN_VALUE, "truth", true,
                "list", List.of(Map.of("a", "b")));

        Json json = parse(Json.text(members));

        assertThat(json.members()).isEqualTo(members);
    }

    private static Json parse(String text) throws IOException {
        return Json.parse(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static void assertTooLarge(String text, int limit) {
        assertThatThrownBy(() -> parse(text)).isExactlyInstanceOf(IOException.class)
                .hasMessageStartingWith("the JSON object is too large: ").hasMessageContaining("(" + limit + ",")
                .satisfies(JsonTest::quotesNothing);
    }

    /** Checks the messages of a failure and of its causes. The invalid texts contain a letter that no message has. */
    private static void quotesNothing(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        assertThat(text.toString().lines().filter(line -> !line.startsWith("\tat "))).noneMatch(
                line -> line.contains("Q"));
    }
}
