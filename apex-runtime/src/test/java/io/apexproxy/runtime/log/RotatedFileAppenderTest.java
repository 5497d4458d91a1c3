package io.apexproxy.runtime.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.rolling.SizeAndTimeBasedRollingPolicy;
import ch.qos.logback.core.util.FileSize;
import java.io.File;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RotatedFileAppenderTest {

    private final LoggerContext context = new LoggerContext();
    private final long dropped = DroppedLines.count();
    private final long accessDropped = DroppedLines.accessCount();
    private final AtomicBoolean full = new AtomicBoolean();
    private final RotatedFileAppender appender = new RotatedFileAppender(this::open);
    @TempDir
    Path directory;

    @AfterEach
    void stop() {
        appender.stop();
    }

    private void start(Path file) {
        context.setMDCAdapter(new LogbackMDCAdapter()); // as the start of Logback does
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern("%logger %msg%n");
        encoder.start();
        appender.setContext(context);
        appender.setFile(file.toString());
        SizeAndTimeBasedRollingPolicy<ILoggingEvent> policy = new SizeAndTimeBasedRollingPolicy<>();
        policy.setContext(context);
        policy.setParent(appender);
        policy.setFileNamePattern(directory + "/rotated.%d{yyyy-MM-dd}.%i.log");
        policy.setMaxFileSize(FileSize.valueOf("1MB"));
        policy.start();
        appender.setRollingPolicy(policy);
        appender.setEncoder(encoder);
        appender.start();
    }

    /** A file on a disk that may be full. Not /dev/full: Logback copies what it finds there when it rotates. */
    private OutputStream open(File file, boolean append) throws IOException {
        return new FilterOutputStream(new FileOutputStream(file, append)) {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                if (full.get()) {
                    throw new IOException("No space left on device");
                }
                out.write(bytes, offset, length);
            }
        };
    }

    private void log(String logger, String message) {
        appender.doAppend(new LoggingEvent("", context.getLogger(logger), Level.INFO, message, null, null));
    }

    @Test
    void linesAreAppendedToTheFile() throws IOException {
        Path file = directory.resolve("new/apex.log");
        start(file);

        log("apex", "first");
        log("apex.access", "second");

        assertThat(Files.readAllLines(file)).isEqualTo(List.of("apex first", "apex.access second"));
        assertThat(DroppedLines.count()).isEqualTo(dropped);
        assertThat(DroppedLines.accessCount()).isEqualTo(accessDropped);
    }

    @Test
    void linesThatFullDiskRefusesAreCountedByKindAndLaterOnesWritten() throws IOException {
        Path file = directory.resolve("apex.log");
        start(file);
        full.set(true);

        log("apex.health", "lost");
        log("apex.access", "lost");
        log("apex.access.json", "lost");
        full.set(false);
        log("apex", "written");

        assertThat(Files.readAllLines(file)).isEqualTo(List.of("apex written"));
        assertThat(DroppedLines.count() - dropped).isEqualTo(1);
        assertThat(DroppedLines.accessCount() - accessDropped).isEqualTo(2);
    }

    @Test
    void linesOfAFileThatCannotBeOpenedAreCounted() {
        start(directory); // which is no file

        log("apex", "lost");

        assertThat(DroppedLines.count() - dropped).isEqualTo(1);
    }
}
