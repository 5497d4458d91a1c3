package io.apexproxy.runtime.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apexproxy.api.source.FoundBackend;
import io.apexproxy.runtime.config.BackendConfig;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswerReaderTest {

    @Test
    void backendHasAllThatTheSourceReported() throws Exception {
        List<BackendConfig> read = AnswerReader.read(List.of(FoundBackend.of("db.example:5432").withName("db-1")
                .withWeight(300).withTier(2).withMaxConnections(50).withAttributes(Map.of("zone", "a"))));

        assertThat(read).singleElement().satisfies(backend -> {
            assertThat(backend.name()).isEqualTo("db-1");
            assertThat(backend.address()).hasToString("db.example:5432");
            assertThat(backend.weight()).isEqualTo(300);
            assertThat(backend.tier()).isEqualTo(2);
            assertThat(backend.maxConnections()).isEqualTo(50);
            assertThat(backend.attributes()).isEqualTo(Map.of("zone", "a"));
        });
    }

    @Test
    void drainingBackendHasNoWeight() throws Exception {
        assertThat(AnswerReader.read(List.of(FoundBackend.of("[::1]:80").withWeight(9).withDraining(true))))
                .singleElement().extracting(BackendConfig::weight).isEqualTo(0);
    }

    @Test
    void sameAddressAgainIsIgnored() throws Exception {
        assertThat(AnswerReader.read(List.of(FoundBackend.of("[::1]:80").withWeight(2),
                FoundBackend.of("[0:0:0:0:0:0:0:1]:80").withWeight(3)))).singleElement()
                .extracting(BackendConfig::weight).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "a:80        |    | a                 | the port is missing",
        "a:80        |    | http://b:80       | Apex forwards TCP",
        "a:80        |    | b:0               | the port has to be from 1 to 65535",
        "a:80        | x y| b:80              | the answer has an invalid name: expected a name of letters",
        "a:80        |      | b:+0            | only a backend of the configuration can have the port",
        "a:80        | a:80 | b:80            | the answer has an invalid name",
    })
    void answerWithAMistakeIsRefusedAsAWhole(String first, String name, String second, String reason) {
        var answer = List.of(FoundBackend.of(first), FoundBackend.of(second).withName(name == null ? "" : name));

        assertThatThrownBy(() -> AnswerReader.read(answer)).isInstanceOf(InvalidAnswerException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void nameOfTwoBackendsIsRefused() {
        var answer = List.of(FoundBackend.of("a:80").withName("one"), FoundBackend.of("b:80").withName("one"));

        assertThatThrownBy(() -> AnswerReader.read(answer))
                .hasMessage("the answer has the name 'one' twice, for a:80 and b:80");
    }

    @Test
    void textOfTheSourceCannotForgeALogLine() {
        var answer = List.of(FoundBackend.of("a:80\nERROR forged".repeat(1_000)));

        assertThatThrownBy(() -> AnswerReader.read(answer))
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n").hasSizeLessThan(500));
    }

    @Test
    void tooManyBackendsAreRefused() throws Exception {
        List<FoundBackend> most = IntStream.range(0, AnswerReader.MAX_BACKENDS)
                .mapToObj(index -> FoundBackend.of("10.0.0.1:" + (1 + index))).toList();
        assertThat(AnswerReader.read(most)).hasSize(AnswerReader.MAX_BACKENDS);

        List<FoundBackend> more = IntStream.rangeClosed(0, AnswerReader.MAX_BACKENDS)
                .mapToObj(index -> FoundBackend.of("10.0.0.1:" + (1 + index))).toList();
        assertThatThrownBy(() -> AnswerReader.read(more))
                .hasMessage("the answer has 10001 backends, more than 10000");
    }

    @Test
    void attributesAreBounded() throws Exception {
        Map<String, String> many = IntStream.range(0, 100).boxed()
                .collect(Collectors.toMap(index -> "key%02d".formatted(index), index -> "value"));
        var backend = FoundBackend.of("a:80").withAttributes(many);
        var longOne = FoundBackend.of("b:80").withAttributes(Map.of("long", "x".repeat(201), "short", "x"));

        List<BackendConfig> read = AnswerReader.read(List.of(backend, longOne));

        assertThat(read.get(0).attributes()).hasSize(AnswerReader.MAX_ATTRIBUTES).containsKeys("key00", "key31");
        assertThat(read.get(1).attributes()).isEqualTo(Map.of("short", "x"));
    }
}
