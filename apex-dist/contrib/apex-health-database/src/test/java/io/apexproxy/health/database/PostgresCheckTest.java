package io.apexproxy.health.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.health.HealthCheckProvider;
import io.apexproxy.api.testkit.FakeServer;
import io.apexproxy.api.testkit.HealthCheckContract;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresCheckTest extends HealthCheckContract {

    private static final String TLS_REQUEST = "0000000804d2162f";
    /** Version 3.0, user "u", application name "apex". */
    private static final String STARTUP =
            "00000026" + "00030000" + "7573657200" + "7500" + "6170706c69636174696f6e5f6e616d6500" + "6170657800"
                    + "00";

    /** The authentication of a user without password. */
    private static final String ACCEPTED = "R\0\0\0\u0008\0\0\0\0";

    @Override
    protected HealthCheckProvider provider() {
        return new PostgresProvider();
    }

    @Override
    protected FakeServer.Script healthyServer() {
        return connection -> {
            connection.getInputStream().readNBytes(8);
            FakeServer.write(connection, "N");
            FakeServer.readToEnd(connection);
        };
    }

    /** The dots are NUL. The second error has a length that is shorter than its header. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "S                             | healthy",
        "N                             | healthy",
        "E...+SFATAL.C57P03.Mstarting.. | PostgreSQL: FATAL 57P03: starting",
        "E....                         | expected an answer of PostgreSQL, got \"E",
        "R...!                         | expected an answer of PostgreSQL, got \"R",
        "HTTP/1.1 400                  | expected an answer of PostgreSQL, got \"H",
        "''                            | connection closed by the backend: connected, but no answer of PostgreSQL",
    })
    void answerToTheTlsRequestDecides(String answer, String reason) {
        String bytes = answer.replace('.', '\0').replace("+", Character.toString(27));
        for (int segment : new int[] {1, 2, 1000}) {
            var conversation = Conversation.of(PostgresExchange.ofTlsRequest(), bytes, segment);

            assertThat(conversation.reason()).startsWith(reason);
            assertThat(conversation.sent()).isEqualTo(TLS_REQUEST);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "00000017" + "0000000a" + "534352414d2d5348412d3235360000", // SASL with SCRAM-SHA-256
        "0000000c" + "00000005" + "01020304", // MD5 with its salt
        "00000008" + "00000003", // the password in clear text
    })
    void requestOfAPasswordIsHealthy(String message) {
        var conversation = Conversation.of(PostgresExchange.ofSession("u", Optional.empty()), "R" + text(message), 1);

        assertThat(conversation.reason()).isEqualTo("healthy");
        assertThat(conversation.sent()).isEqualTo(STARTUP);
    }

    @Test
    void readySessionIsTerminated() {
        for (int segment : new int[] {1, 2, 1000}) {
            var conversation = Conversation.of(PostgresExchange.ofSession("u", Optional.empty()), ACCEPTED
                    + "S" + text("00000009") + "a\0b\0\0" + "K" + text("0000000c0000000100000002")
                    + "N" + text("00000005") + "\0" + "Z" + text("00000005") + "I", segment);

            assertThat(conversation.reason()).isEqualTo("healthy");
            assertThat(conversation.sent()).isEqualTo(STARTUP + " 5800000004");
        }
    }

    @Test
    void errorAfterTheAuthenticationIsTheReason() {
        var conversation = Conversation.of(PostgresExchange.ofSession("u", Optional.empty()),
                ACCEPTED + "E" + text("00000012") + "SFATAL\0C28000\0\0", 1);

        assertThat(conversation.reason()).isEqualTo("PostgreSQL: FATAL 28000");
        assertThat(conversation.sent()).isEqualTo(STARTUP);
    }

    @Test
    void messagesInTheWrongOrderAreUnexpected() {
        for (String answer : new String[] {"Z" + text("00000005") + "I", ACCEPTED + ACCEPTED, ACCEPTED + "D"}) {
            assertThat(Conversation.of(PostgresExchange.ofSession("u", Optional.empty()), answer, 1).reason())
                    .startsWith("expected an answer of PostgreSQL, got \"");
        }
    }

    @Test
    void databaseIsPartOfTheRequest() {
        assertThat(Conversation.of(PostgresExchange.ofSession("u", Optional.of("d")), "", 1).sent())
                .contains("75736572007500" + "646174616261736500" + "6400");
    }

    @Test
    void errorIsTheReason() {
        String fields = "SFATAL\0VFATAL\0C53300\0Msorry, too many\nclients already\0Fproc.c\0L359\0\0";

        assertThat(Conversation.of(PostgresExchange.ofSession("u", Optional.empty()),
                "E" + text("000000" + Integer.toHexString(4 + fields.length())) + fields, 3).reason())
                .isEqualTo("PostgreSQL: FATAL 53300: sorry, too many\\u000aclients already");
    }

    @Test
    void tooLongMessageIsNotAwaited() {
        assertThat(Conversation.of(PostgresExchange.ofTlsRequest(), "E" + text("7fffffff"), 1).reason())
                .isEqualTo("expected an answer of PostgreSQL, got \"E\\x7f\\xff\\xff\\xff\"");
    }

    @Test
    void invalidSettingsAreRejected() {
        assertThatThrownBy(() -> check(Map.of("database", "d"))).isInstanceOf(ConfigException.class)
                .hasMessage("test: database: needs user");
        assertThatThrownBy(() -> check(Map.of("user", "a\0b"))).isInstanceOf(ConfigException.class)
                .hasMessage("test: user: expected a name of 1 to 128 characters without NUL, found 3 characters");
        assertThatThrownBy(() -> check(Map.of("user", ""))).isInstanceOf(ConfigException.class);
    }

    /** Returns the bytes of hex digits as characters. */
    private static String text(String hex) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < hex.length(); i += 2) {
            text.append((char) Integer.parseInt(hex.substring(i, i + 2), 16));
        }
        return text.toString();
    }
}
