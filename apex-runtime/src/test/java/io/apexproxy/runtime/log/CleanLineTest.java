package io.apexproxy.runtime.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

/** The converters of conf/logback.xml with text of unknown origin. */
class CleanLineTest {

    private static final String FORGED = "x\r\n2026-01-01T00:00:00.000Z ERROR apex: forged\u001b[31m\u202e";
    private static final String ESCAPED = "x\\r\\n2026-01-01T00:00:00.000Z ERROR apex: forged\\u001B[31m\\u202E";

    private final LoggerContext context = new LoggerContext();
    private final PatternLayout layout = new PatternLayout();

    @BeforeEach
    void start() {
        context.setMDCAdapter(new LogbackMDCAdapter());
        layout.setContext(context);
        layout.getInstanceConverterMap().putAll(Map.of("msg", CleanMessageConverter::new,
                "kvp", CleanKeyValueConverter::new, "ex", CleanThrowableConverter::new));
        layout.setPattern("%level: %msg %kvp{NONE}%n%ex");
        layout.start();
    }

    @Test
    void messageIsOneLine() {
        assertThat(line("{} there", null, FORGED)).isEqualTo("WARN: " + ESCAPED + " there \n");
    }

    @Test
    void messageOfMegabytesIsShortened() {
        assertThat(line("{}", null, "y".repeat(3_000_000))).hasSizeLessThan(5_000).contains("(3000000 characters)");
    }

    @Test
    void keyValuesAreOneLine() {
        LoggingEvent event = event("m", null);
        event.setKeyValuePairs(List.of(new KeyValuePair("k", FORGED)));

        assertThat(layout.doLayout(event)).isEqualTo("WARN: m k=" + ESCAPED + "\n");
    }

    @Test
    void framesCannotForgeALineOfAStackTrace() {
        Exception failure = new IllegalStateException("m");
        failure.setStackTrace(new StackTraceElement[] {new StackTraceElement(FORGED, FORGED, FORGED, 1),
            new StackTraceElement("com.example.Picker", "pick", null, -1)});

        assertThat(CleanThrowableConverter.text(failure).lines()).containsExactly(
                "java.lang.IllegalStateException: m",
                "\tat " + ESCAPED + "." + ESCAPED + "(" + ESCAPED + ":1)",
                "\tat com.example.Picker.pick(Unknown Source)");
    }

    @Test
    void messagesCannotForgeALineOfAStackTrace() {
        Exception failure = new IllegalStateException(FORGED, new IllegalArgumentException(FORGED));
        failure.addSuppressed(new Overriding());

        String text = line("m", failure);

        assertThat(text.lines()).allSatisfy(line -> assertThat(line)
                .matches("WARN: m |java.lang.IllegalStateException: x.*|Caused by: .*|\\t.*"));
        assertThat(text).contains("java.lang.IllegalStateException: " + ESCAPED,
                "Caused by: java.lang.IllegalArgumentException: " + ESCAPED, "\tSuppressed: ",
                "\tat " + CleanLineTest.class.getName());
    }

    @Test
    void messageOfAnExceptionIsShortened() {
        assertThat(line("m", new IllegalStateException("z".repeat(3_000_000)))).contains("z… (3000000 characters)")
                .hasSizeLessThan(20_000);
    }

    @Test
    void middleOfALongStackTraceIsOmitted() {
        StackTraceElement frame = new StackTraceElement("com.example.Picker", "recurse", null, 1);
        StackTraceElement[] frames = Collections.nCopies(1024, frame).toArray(StackTraceElement[]::new);
        frames[1023] = new StackTraceElement("com.example.Picker", "pick", null, 2);
        Error failure = new StackOverflowError("m");
        failure.setStackTrace(frames);

        assertThat(CleanThrowableConverter.text(failure).lines()).hasSize(201)
                .startsWith("java.lang.StackOverflowError: m", "\tat com.example.Picker.recurse(Unknown Source)")
                .contains("\t... 825 lines omitted").endsWith("\tat com.example.Picker.pick(Unknown Source)");
    }

    @Test
    void manySuppressedExceptionsAreOmitted() {
        Exception failure = new IllegalStateException("m");
        IntStream.range(0, 10_000).forEach(i -> failure.addSuppressed(new IllegalStateException("s" + i)));

        assertThat(CleanThrowableConverter.text(failure).lines()).hasSize(201);
    }

    private String line(String message, Throwable thrown, Object... arguments) {
        return layout.doLayout(event(message, thrown, arguments));
    }

    private LoggingEvent event(String message, Throwable thrown, Object... arguments) {
        return new LoggingEvent("", context.getLogger("apex"), Level.WARN, message, thrown, arguments);
    }

    /** An exception with its own text, which Logback prints instead of class and message. */
    private static final class Overriding extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        @SuppressWarnings("OverrideThrowableToString") // Logback prints it
        public String toString() {
            return FORGED;
        }
    }
}
