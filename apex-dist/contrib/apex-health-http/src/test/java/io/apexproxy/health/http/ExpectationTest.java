package io.apexproxy.health.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.api.health.HealthResult;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ExpectationTest {

    private static final Expectation ANY_BODY = new Expectation(200, 299, "");
    private static final Expectation OK_BODY = new Expectation(200, 299, "ok");
    private static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n";

    @Test
    void statusesAtBothEndsOfTheRangeAreExpected() {
        assertThat(judge(ANY_BODY, "HTTP/1.1 200 OK\r\n")).contains(HealthResult.healthy());
        assertThat(judge(ANY_BODY, "HTTP/1.0 299\r\n")).contains(HealthResult.healthy());
        assertThat(judge(ANY_BODY, "HTTP/1.1 300 Multiple Choices\r\n")).contains(
                HealthResult.unhealthy("status 300 Multiple Choices, expected 200-299"));
        assertThat(judge(new Expectation(204, 204, ""), "HTTP/1.1 200 OK\r\n")).contains(
                HealthResult.unhealthy("status 200 OK, expected 204"));
    }

    @Test
    void interimAnswersAreSkipped() {
        assertThat(judge(ANY_BODY, "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")).isEmpty();
        assertThat(judge(ANY_BODY, "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\n"))
                .contains(HealthResult.healthy());
    }

    @Test
    void moreIsAwaitedAsLongAsItMayChangeTheResult() {
        String answer = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n-ok-";

        var prefixes = IntStream.range(0, answer.length() - 1).mapToObj(length -> answer.substring(0, length));
        assertThat(prefixes.map(prefix -> judge(OK_BODY, prefix))).allMatch(Optional::isEmpty);
        assertThat(judge(OK_BODY, answer.substring(0, answer.length() - 1))).contains(HealthResult.healthy());
    }

    @Test
    void aCompleteBodyWithoutTheTextIsUnhealthy() {
        assertThat(judge(OK_BODY, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndown")).contains(
                HealthResult.unhealthy("no \"ok\" in the body: \"down\""));
        assertThat(OK_BODY.judge("HTTP/1.1 200 OK\r\n\r\ndown", true)).contains(
                HealthResult.unhealthy("no \"ok\" in the body: \"down\""));
        assertThat(judge(OK_BODY, CHUNKED + "4\r\ndown\r\n0\r\n")).contains(
                HealthResult.unhealthy("no \"ok\" in the body: \"down\""));
    }

    @Test
    void theTextIsNotLookedForInTheHeader() {
        assertThat(judge(OK_BODY, "HTTP/1.1 200 ok\r\nX: ok\r\nContent-Length: 0\r\n\r\n")).contains(
                HealthResult.unhealthy("no \"ok\" in the body: \"\""));
    }

    @Test
    void chunksAreJoined() {
        assertThat(judge(OK_BODY, CHUNKED + "2;name=value\r\n-o\r\n")).isEmpty();
        assertThat(judge(OK_BODY, CHUNKED + "2;name=value\r\n-o\r\n0A\r\nk")).contains(HealthResult.healthy());
    }

    @Test
    void brokenChunksEndTheBody() {
        assertThat(judge(OK_BODY, CHUNKED + "x\r\nok")).contains(HealthResult.unhealthy("no \"ok\" in the body: \"\""));
    }

    @Test
    void textBeyondAsciiIsFound() {
        var bytes = new String("läuft".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);

        assertThat(judge(new Expectation(200, 200, "läuft"), "HTTP/1.1 200 OK\r\n\r\n" + bytes))
                .contains(HealthResult.healthy());
    }

    @Test
    void whatIsNoHttpIsShownWithoutItsControlCharacters() {
        assertThat(judge(ANY_BODY, "SSH-2.0-\u001b[31m\r\n")).contains(
                HealthResult.unhealthy("no HTTP answer: \"SSH-2.0-?[31m\""));
        assertThat(ANY_BODY.judge("220", true)).contains(HealthResult.unhealthy("no HTTP answer: \"220\""));
    }

    @Test
    void aConnectionThatEndsTooEarlyIsUnhealthy() {
        assertThat(ANY_BODY.judge("", true)).contains(HealthResult.unhealthy("connection closed without an answer"));
        assertThat(OK_BODY.judge("HTTP/1.1 200 OK\r\nContent", true)).contains(
                HealthResult.unhealthy("connection closed within the header"));
    }

    private static Optional<HealthResult> judge(Expectation expectation, String soFar) {
        return expectation.judge(soFar, false);
    }
}
