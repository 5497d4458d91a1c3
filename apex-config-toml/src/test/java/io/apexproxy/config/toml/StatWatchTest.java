package io.apexproxy.config.toml;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatWatchTest {

    private static final Duration SHORT = Duration.ofMillis(10);
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final FileTime PAST = FileTime.from(Instant.parse("2026-01-01T00:00:00Z"));

    @TempDir
    private Path directory;
    private Path file;
    private StatWatch watch;

    @BeforeEach
    void watchOldFile() throws IOException {
        file = Files.writeString(directory.resolve("config.toml"), "port = 1");
        Files.setLastModifiedTime(file, PAST);
        watch = new StatWatch(() -> List.of(file));
    }

    @AfterEach
    void close() {
        watch.close();
    }

    @Test
    void unchangedFileEndsNoWait() {
        assertThat(watch.await(SHORT)).isFalse();
        assertThat(watch.isYoung()).isFalse();
    }

    @Test
    void writeEndsWaitOnce() throws IOException {
        Files.writeString(file, "port = 2");

        assertThat(watch.await(LONG)).isTrue();
        assertThat(watch.isYoung()).isTrue();
        assertThat(watch.await(SHORT)).isFalse();
    }

    @Test
    void otherFileWithSameSizeAndTimeEndsWait() throws IOException {
        Path other = Files.writeString(directory.resolve("other.toml"), "port = 2");
        Files.setLastModifiedTime(other, PAST);
        Files.delete(file);
        Files.createSymbolicLink(file, other);

        assertThat(watch.await(LONG)).isTrue();
    }

    @Test
    void deletionAndRecreationEndOneWaitEach() throws IOException {
        Files.delete(file);
        assertThat(watch.await(LONG)).isTrue();
        assertThat(watch.await(SHORT)).isFalse();
        assertThat(watch.isYoung()).isFalse();

        Files.writeString(file, "port = 1");
        assertThat(watch.await(LONG)).isTrue();
    }

    @Test
    void closedWatchDoesNotWait() throws IOException {
        Files.writeString(file, "port = 2");
        watch.close();

        assertThat(watch.await(LONG)).isFalse();
    }

    @Test
    void interruptEndsWait() {
        Thread.currentThread().interrupt();

        assertThat(watch.await(LONG)).isFalse();
    }
}
