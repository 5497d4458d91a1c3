package io.apexproxy.config.toml;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class DirectoryWatchTest {

    /** Enough for a swap between the check for a link and the read of its target. */
    private static final int REFRESHES = 10_000;

    @TempDir
    private Path directory;
    private volatile boolean done;

    @Test
    void linkThatBecomesAFileDuringRefreshCausesNoWarning() throws Exception {
        // given an entry that alternates between a link and a file
        Path target = Files.writeString(directory.resolve("target.toml"), "port = 1");
        Path file = Files.copy(target, directory.resolve("config.toml"));
        Thread swapping = new Thread(() -> {
            while (!done) {
                swap(file, target);
            }
        });
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger("apex.config");
        log.start();
        logger.addAppender(log);

        // when the watch is refreshed continuously
        swapping.start();
        try (var watch = new DirectoryWatch(TestFile.at(file), file.getFileSystem().newWatchService(),
                Duration.ofDays(1))) {
            for (int i = 0; i < REFRESHES; i++) {
                watch.refresh();
            }
        } finally {
            done = true;
            swapping.join();
            logger.detachAppender(log);
        }

        // then there is no warning about permissions
        assertThat(log.list).isEmpty();
    }

    private static void swap(Path file, Path target) {
        Path draft = file.resolveSibling("draft");
        try {
            Files.move(Files.createSymbolicLink(draft, target), file, ATOMIC_MOVE);
            Files.move(Files.createLink(draft, target), file, ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
