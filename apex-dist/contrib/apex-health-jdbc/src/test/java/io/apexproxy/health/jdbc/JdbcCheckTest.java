package io.apexproxy.health.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.api.health.HealthCheck;
import io.apexproxy.api.health.HealthResult;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests of probes with drivers that answer and fail. */
class JdbcCheckTest extends CheckFixture {

    private String reason(FakeDriver driver) {
        return ((HealthResult.Unhealthy) probe(check(driver, Map.of("expect", true)), backend, AMPLE)).reason();
    }

    static Stream<Arguments> results() {
        return Stream.of(
                Arguments.of(true, true, "healthy"),
                Arguments.of(true, 1L, "healthy"),
                Arguments.of(true, false, "unhealthy: expected true, got false"),
                Arguments.of(true, 2, "unhealthy: expected true, got 2"),
                Arguments.of(true, null, "unhealthy: expected true, got null"),
                Arguments.of(true, Double.NaN, "unhealthy: expected true, got NaN"),
                Arguments.of(false, (short) 0, "healthy"),
                Arguments.of(3, 3.00, "healthy"),
                Arguments.of(3, 4, "unhealthy: expected 3, got 4"),
                Arguments.of("3.50", 3.5f, "healthy"),
                Arguments.of("PRIMARY", "PRIMARY", "healthy"),
                Arguments.of("PRIMARY", Path.of("PRIMARY"), "healthy"),
                Arguments.of("PRIMARY", "STANDBY\n\u001b[2J",
                        "unhealthy: expected PRIMARY, got STANDBY\\u000a\\u001b[2J"),
                Arguments.of("PRIMARY", 1, "unhealthy: expected PRIMARY, got 1"),
                Arguments.of("PRIMARY", "x".repeat(100),
                        "unhealthy: expected PRIMARY, got " + "x".repeat(60) + "..."));
    }

    @ParameterizedTest
    @MethodSource("results")
    void firstColumnOfTheFirstRowDecides(Object expected, Object found, String result) {
        FakeDriver driver = FakeDriver.answering(sql -> Optional.of(Arrays.asList(found, "another row")));

        assertThat(probe(check(driver, Map.of("expect", expected)), backend, AMPLE)).hasToString(result);
    }

    @Test
    void expectedResultNeedsARow() {
        assertThat(reason(FakeDriver.answering(sql -> Optional.of(List.of())))).isEqualTo("expected true, got no row");
        assertThat(reason(FakeDriver.answering(sql -> Optional.empty()))).isEqualTo("expected true, got no rows");
    }

    @Test
    void withoutExpectationTheQueryHasToSucceed() {
        BlockingQueue<String> statements = new LinkedBlockingQueue<>();
        FakeConnection connection = new FakeConnection(sql -> {
            statements.add(sql);
            return Optional.empty();
        });
        HealthCheck check = check(new FakeDriver((url, properties) -> connection.open()), Map.of("query", "do it"));

        assertThat(probe(check, backend, AMPLE)).isEqualTo(HealthResult.healthy());

        assertThat(statements).containsExactly("do it");
        assertThat(connection.closed).hasValue(1);
    }

    @Test
    void errorIsTheReasonInOneShortLine() {
        assertThat(reason(FakeDriver.answering(sql -> {
            throw new SQLException("ERROR: \u001b[31mno\nsuch table " + "x".repeat(1000), "42P01");
        }))).isEqualTo("ERROR: \\u001b[31mno\\u000asuch table " + "x".repeat(124) + "... (SQLSTATE 42P01)");
    }

    @Test
    void defectsOfADriverAreTheReason() {
        assertThat(reason(FakeDriver.answering(sql -> {
            throw new IllegalStateException("1");
        }))).isEqualTo("IllegalStateException: 1");
        assertThat(reason(new FakeDriver((url, properties) -> {
            throw new NoClassDefFoundError("com/sun/jna/Library");
        }))).isEqualTo("NoClassDefFoundError: com/sun/jna/Library");
        assertThat(reason(new FakeDriver((url, properties) -> {
            throw new SQLException((String) null);
        }))).isEqualTo("SQLException");
        assertThat(reason(new FakeDriver((url, properties) -> null))).isEqualTo("the driver does not accept the url");
    }

    /** The runtime then knows whether this machine is the cause. */
    @Test
    void failedConnectionIsTheExceptionOfTheProbe() {
        assertThat(failure(new ConnectException("Connection refused"))).isExactlyInstanceOf(IOException.class)
                .hasMessage("connection refused").hasNoCause();
        assertThat(failure(new SocketException("Too many open files"))).hasMessage("too many open files");
        assertThat(failure(new BindException("Cannot assign"))).isExactlyInstanceOf(BindException.class);
        assertThat(failure(new OutOfMemoryError("Java heap space"))).isInstanceOf(OutOfMemoryError.class);
        assertThat(failure(new IOException("the password is secret"))).hasMessageContaining("not shown");
    }

    private Throwable failure(Throwable cause) {
        HealthCheck check = check(new FakeDriver((url, properties) -> {
            throw new SQLException("The connection attempt failed: secret", "08001", new SQLException(cause));
        }), Map.of("properties", Map.of("sslpassword", "secret")));
        return check.probe(backend, AMPLE).toCompletableFuture().handle((result, failure) -> failure).join();
    }

    @Test
    void passwordIsReadForEachProbeAndNeverShown() throws Exception {
        Path file = Files.writeString(directory.resolve("password"), "first secret\r\n# the rest is ignored\n");
        HealthCheck check = check(new FakeDriver((url, properties) -> {
            throw new SQLException(url + " " + properties.getProperty("user") + " "
                    + (properties.getProperty("password").equals("second") ? "changed"
                            : properties.getProperty("password")));
        }), Map.of("user", "apex", "password_file", "password"));

        assertThat(probe(check, backend, AMPLE))
                .isEqualTo(HealthResult.unhealthy("a text that contains a secret, not shown"));
        Files.writeString(file, "second");
        assertThat(probe(check, backend, AMPLE)).hasToString("unhealthy: jdbc:fake://127.0.0.1:9000/ apex changed");
        Files.delete(file);
        assertThat(probe(check, backend, AMPLE))
                .isEqualTo(HealthResult.inconclusive("password_file: there is no such file"));
    }
}
