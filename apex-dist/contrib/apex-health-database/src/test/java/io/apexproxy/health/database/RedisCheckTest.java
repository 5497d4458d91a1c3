package io.apexproxy.health.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.api.health.HealthCheckProvider;
import io.apexproxy.api.health.HealthResult;
import io.apexproxy.api.testkit.FakeServer;
import io.apexproxy.api.testkit.HealthCheckContract;
import io.apexproxy.api.testkit.RefusedPort;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedisCheckTest extends HealthCheckContract {

    @Override
    protected HealthCheckProvider provider() {
        return new RedisProvider();
    }

    @Override
    protected FakeServer.Script healthyServer() {
        return connection -> {
            connection.getInputStream().readNBytes("PING\r\n".length());
            FakeServer.write(connection, "+PONG\r\n");
            FakeServer.readToEnd(connection);
        };
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "+PONG;                               | healthy",
        "-NOAUTH Authentication required.;    | healthy",
        "-LOADING Redis is loading the dataset in memory; | Redis: LOADING Redis is loading the dataset in memory",
        "-BUSY Redis is busy running a script.; | Redis: BUSY Redis is busy running a script.",
        "-MASTERDOWN Link with MASTER is down; | Redis: MASTERDOWN Link with MASTER is down",
        "-ERR \u0007\u001b[0m;                | Redis: ERR \\u0007\\u001b[0m",
        "+PONGS;                              | expected an answer of Redis, got \"+PONGS\\r\"",
        "220 mail ready;                      | expected an answer of Redis, got \"2",
        "+PON                                 | expected an answer of Redis, got \"+PON\"",
        "''                                   | connection closed by the backend: connected, but no answer of Redis",
    })
    void answerDecides(String answer, String reason) {
        for (int segment : new int[] {1, 2, 1000}) {
            var conversation = Conversation.of(new RedisExchange(), answer.replace(";", "\r\n"), segment);

            assertThat(conversation.reason()).startsWith(reason);
            assertThat(conversation.sent()).isEqualTo("50494e470d0a");
        }
    }

    @Test
    void longErrorIsCut() {
        assertThat(Conversation.of(new RedisExchange(), "-" + "x".repeat(1000) + "\n", 9).reason())
                .isEqualTo("Redis: " + "x".repeat(150) + "...");
    }

    @Test
    void endlessLineIsUnhealthy() {
        assertThat(Conversation.of(new RedisExchange(), "+" + "x".repeat(10_000), 9).reason())
                .isEqualTo("expected an answer of Redis, got a message of more than 4096 bytes");
    }

    @Test
    void tlsAlertIsRecognized() {
        assertThat(Conversation.of(new RedisExchange(), "\u0015\u0003\u0003\u0000\u0002\u0002\u0016", 99).reason())
                .isEqualTo("expected a response without TLS, got a TLS alert");
    }

    @Test
    void silentServerTimesOut() throws Exception {
        try (var server = FakeServer.running(FakeServer::readToEnd)) {
            assertThat(probe(check(Map.of()), server.backend(), SHORT)).isEqualTo(
                    HealthResult.unhealthy("timed out after 250ms: connected, but no answer of Redis"));
        }
    }

    @Test
    void configuredPortIsProbed() throws Exception {
        try (var refused = new RefusedPort(); var server = FakeServer.running(healthyServer())) {
            assertThat(probe(check(Map.of("port", server.port())), refused.backend(), AMPLE))
                    .isEqualTo(HealthResult.healthy());
        }
    }
}
