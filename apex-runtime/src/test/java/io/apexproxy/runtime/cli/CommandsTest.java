package io.apexproxy.runtime.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.runtime.cli.process.ReloadRequests;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages about arguments and exceptions. Commands that exit the process are tested in integration tests. */
class CommandsTest {

    private static final String HOSTILE = "a\u001b[2J\n2026-01-01 ERROR apex: forged\r\u202egpj.exe\u2028b";
    private static final String CLEAN = "a\\u001B[2J\\n2026-01-01 ERROR apex: forged\\r\\u202Egpj.exe\\u2028b";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @ParameterizedTest
    @ValueSource(strings = {"%s", "--%s", "--verbose=%s", "-x%s", "--config", "check %s", "run --plugins-dir=x %s",
        "--demo=%s"})
    void argumentCannotForgeALineOfAnError(String arguments) {
        String[] words = Stream.of(arguments.split(" "))
                .map(word -> word.replace("%s", HOSTILE)).toArray(String[]::new);

        int status = new Commands(stream(out), stream(err), new ReloadRequests()).run(words);

        assertThat(status).isEqualTo(ExitStatus.USAGE.code());
        assertThat(out.size()).isZero();
        List<String> lines = lines(err);
        assertThat(lines).hasSize(2).last().isEqualTo("See: apex --help");
        if (arguments.contains("%s")) {
            assertThat(lines.get(0)).contains(CLEAN);
        }
        assertThat(err.toString(StandardCharsets.UTF_8)).doesNotContain("\u001b", "\r", "\u202e", "\u2028");
    }

    @Test
    void longArgumentIsShortened() {
        new Commands(stream(out), stream(err), new ReloadRequests()).run("--" + "x".repeat(3_000_000));

        assertThat(err.size()).isBetween(1_000, 10_000);
    }

    @Test
    void exceptionCannotForgeALineOfAStackTrace() {
        Exception cause = new IllegalStateException(HOSTILE);
        Exception failure = new IllegalArgumentException("http://user:hunter2@host\n\tat forged", cause);
        failure.addSuppressed(new Exception("suppressed " + HOSTILE));

        new Console(stream(err)).stackTrace(failure);

        assertThat(lines(err)).first().isEqualTo(
                "java.lang.IllegalArgumentException: http://***@host\\n\\tat forged");
        assertThat(lines(err)).contains("Caused by: java.lang.IllegalStateException: " + CLEAN)
                .anySatisfy(line -> assertThat(line).startsWith("\tat ").contains("CommandsTest"))
                .anySatisfy(line -> assertThat(line).isEqualTo(
                        "\tSuppressed: java.lang.Exception: suppressed " + CLEAN))
                .noneSatisfy(line -> assertThat(line).startsWith("2026"));
    }

    @Test
    void lineOfAFailureIsPrintedAsOneLine() {
        Failure failure = new Failure(ExitStatus.CONFIGURATION, "looked for", "  " + HOSTILE);

        assertThat(failure.lines()).containsExactly("looked for", "  " + HOSTILE);
        new Console(stream(err)).line(failure.lines().get(1));
        assertThat(lines(err)).containsExactly("  " + CLEAN);
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    private static List<String> lines(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
