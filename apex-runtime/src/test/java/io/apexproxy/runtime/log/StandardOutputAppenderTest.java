package io.apexproxy.runtime.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class StandardOutputAppenderTest {

    private final LoggerContext context = new LoggerContext();
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final long dropped = DroppedLines.count();
    private final long accessDropped = DroppedLines.accessCount();
    private boolean full;

    private final StandardOutputAppender appender = new StandardOutputAppender(new OutputStream() {
        @Override
        public void write(int octet) throws IOException {
            write(new byte[] {(byte) octet}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (full) {
                throw new IOException("No space left on device");
            }
            written.write(bytes, offset, length);
        }
    });

    StandardOutputAppenderTest() {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern("%logger %msg%n");
        encoder.start();
        appender.setContext(context);
        appender.setEncoder(encoder);
        appender.start();
    }

    private void log(String logger, String message) {
        appender.doAppend(new LoggingEvent("", context.getLogger(logger), Level.INFO, message, null, null));
    }

    @Test
    void failedLinesAreCountedByLoggerAndLaterLinesAreWritten() {
        full = true;
        log("apex.health", "lost");
        log("apex.access", "lost");
        log("apex.access.json", "lost");
        full = false;
        log("apex", "written");

        assertThat(DroppedLines.count() - dropped).isEqualTo(1);
        assertThat(DroppedLines.accessCount() - accessDropped).isEqualTo(2);
        assertThat(written.toString(StandardCharsets.UTF_8)).isEqualToNormalizingNewlines("apex written\n");
    }

    @Test
    void appenderWithoutAnEncoderDoesNotStart() {
        StandardOutputAppender incomplete = new StandardOutputAppender();
        incomplete.setContext(context);

        incomplete.start();

        assertThat(incomplete.isStarted()).isFalse();
    }
}
