package io.apexproxy.health.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.api.health.HealthCheckProvider;
import io.apexproxy.api.health.HealthResult;
import io.apexproxy.api.testkit.FakeServer;
import io.apexproxy.api.testkit.HealthCheckContract;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MysqlCheckTest extends HealthCheckContract {

    /** The begin of a greeting of MariaDB 10.11. */
    private static final String GREETING = packet(0, "\n5.5.5-10.11.19-MariaDB-0+deb12u1\0\u0006\0\0\0=]<SnP&h\0");
    private static final String OK = packet(2, "\0\0\0\u0002\0\0\0");
    private static final String SWITCH = packet(2, "\u00fecaching_sha2_password\0salt\0");
    private static final String DENIED =
            packet(2, "\u00ff\u0015\u0004#28000Access denied for user ''@'a.example' (using password: NO)");

    /** Capabilities, maximum packet, character set, 23 times NUL. */
    private static final String LOGIN = "00820800" + "00000001" + "21" + "00".repeat(23);
    private static final String PLUGIN = "6d7973716c5f6e61746976655f70617373776f726400";
    private static final String LOGIN_WITHOUT_NAME = "38000001" + LOGIN + "00" + "00" + PLUGIN;
    private static final String LOGIN_OF_U = "39000001" + LOGIN + "7500" + "00" + PLUGIN;
    private static final String QUIT = " 0100000001";

    @Override
    protected HealthCheckProvider provider() {
        return new MysqlProvider();
    }

    @Override
    protected FakeServer.Script healthyServer() {
        return connection -> {
            connection.getOutputStream().write(GREETING.getBytes(StandardCharsets.ISO_8859_1));
            connection.getInputStream().readNBytes(LOGIN_WITHOUT_NAME.length() / 2);
            connection.getOutputStream().write(DENIED.getBytes(StandardCharsets.ISO_8859_1));
            FakeServer.readToEnd(connection);
        };
    }

    private static String packet(int sequence, String payload) {
        return "" + (char) payload.length() + "\0\0" + (char) sequence + payload;
    }

    private static Conversation conversation(String user, String answers) {
        Conversation inOne = Conversation.of(new MysqlExchange(Optional.ofNullable(user)), answers, 1000);
        for (int segment : new int[] {1, 2, 7}) {
            assertThat(Conversation.of(new MysqlExchange(Optional.ofNullable(user)), answers, segment).result())
                    .isEqualTo(inOne.result());
        }
        return inOne;
    }

    @Test
    void deniedLoginWithoutNameIsHealthy() {
        var conversation = conversation(null, GREETING + DENIED);

        assertThat(conversation.reason()).isEqualTo("healthy");
    }

    @Test
    void requestsFollowTheAnswers() {
        assertThat(Conversation.of(new MysqlExchange(Optional.empty()), GREETING, 1).sent())
                .isEqualTo(LOGIN_WITHOUT_NAME);
        assertThat(Conversation.of(new MysqlExchange(Optional.empty()), GREETING + DENIED, 1).sent())
                .isEqualTo(LOGIN_WITHOUT_NAME);
        assertThat(Conversation.of(new MysqlExchange(Optional.of("u")), GREETING + OK, 1).sent())
                .isEqualTo(LOGIN_OF_U + QUIT);
        assertThat(Conversation.of(new MysqlExchange(Optional.of("u")), GREETING + SWITCH + packet(4, "\0\0\0"), 1)
                .sent()).isEqualTo(LOGIN_OF_U + " 00000003" + QUIT);
    }

    @Test
    void acceptedLoginIsHealthy() {
        assertThat(conversation("u", GREETING + OK).reason()).isEqualTo("healthy");
        assertThat(conversation("u", GREETING + SWITCH + OK).reason()).isEqualTo("healthy");
        assertThat(conversation(null, GREETING + OK).reason()).isEqualTo("healthy");
    }

    @Test
    void deniedLoginOfTheUserIsUnhealthy() {
        assertThat(conversation("u", GREETING + DENIED).reason()).isEqualTo(
                "MySQL error 1045 Access denied for user ''@'a.example' (using password: NO)");
    }

    /** The errors have no state, or it follows the sign #. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "69 04 | Host '192.0.2.1' is blocked because of many connection errors | MySQL error 1129 Host '192.0.2.1' is "
                + "blocked because of many connection errors",
        "10 04 | Too many connections | MySQL error 1040 Too many connections",
        "1d 04 | #08S01Server shutdown in progress | MySQL error 1053 Server shutdown in progress",
        "15 04 | #28000\u001b[1mde\u0000nied | MySQL error 1045 \\u001b[1mde\\u0000nied",
    })
    void errorInsteadOfTheGreetingIsTheReason(String code, String text, String reason) {
        String payload = "\u00ff" + (char) Integer.parseInt(code.substring(0, 2), 16) + "\u0004" + text;

        assertThat(conversation(null, packet(0, payload)).reason()).isEqualTo(reason);
    }

    @Test
    void otherErrorAfterTheGreetingIsTheReason() {
        assertThat(conversation(null, GREETING + packet(2, "\u00ff\u001d\u0004#08S01Server shutdown in progress"))
                .reason()).isEqualTo("MySQL error 1053 Server shutdown in progress");
        assertThat(conversation(null, GREETING + packet(2, "\u00ff")).reason()).isEqualTo("MySQL error 0 ");
    }

    @Test
    void otherProtocolIsUnhealthy() {
        for (String answers : new String[] {"SSH-2.0-OpenSSH_9.2\r\n", OK, GREETING + GREETING,
            GREETING + SWITCH + SWITCH, "\0\0\0\0\n", "\u00ff\u00ff\u00ff\0\n"}) {
            for (int segment : new int[] {1, 3, 1000}) { // the excerpt has the bytes received so far
                assertThat(Conversation.of(new MysqlExchange(Optional.empty()), answers, segment).reason()).as(answers)
                        .startsWith("expected an answer of MariaDB or MySQL, got \"");
            }
        }
        assertThat(conversation(null, GREETING).reason())
                .isEqualTo("connection closed by the backend: connected, but no answer of MariaDB or MySQL");
    }

    @Test
    void silentServerTimesOut() throws Exception {
        try (var server = FakeServer.running(FakeServer::readToEnd)) {
            assertThat(probe(check(Map.of()), server.backend(), SHORT)).isEqualTo(HealthResult.unhealthy(
                    "timed out after 250ms: connected, but no answer of MariaDB or MySQL"));
            assertThat(server.ending()).isEqualTo(FakeServer.REGULAR);
        }
    }
}
