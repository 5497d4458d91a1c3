package io.apexproxy.runtime.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExchangeTest {

    private static Exchange.Reply reply(String text) throws IOException {
        return Exchange.reply(text.replace("|", "\r\n").getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void bodyIsReturnedWithItsStatus() throws IOException {
        assertThat(reply("HTTP/1.1 409 Conflict|Content-Length: 3|Date: x||\u00e9.")).isEqualTo(
                new Exchange.Reply(409, "\u00e9."));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            '';                                         the connection was closed without an answer
            SSH-2.0-x|;                                 the answer is not HTTP
            HTTP/1.1 200 OK|Content-Length: 3|;         the answer is not HTTP
            HTTP/1.1 200 OK|Content-Length: 3||ab;      the answer is not complete
            HTTP/1.1 200 OK|Content-Length: 3||abcd;    the answer is not complete
            HTTP/1.1 200 OK||abc;                       the answer is not complete
            """)
    void otherAnswersAreRefused(String text, String message) {
        assertThatThrownBy(() -> reply(text)).isInstanceOf(IOException.class).hasMessage(message);
    }

    @Test
    void serverThatDoesNotAnswerEndsTheExchange() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> Exchange.run(silent.getLocalSocketAddress(), "GET", "/", "user", 100))
                    .isInstanceOf(SocketTimeoutException.class);
        }
    }
}
