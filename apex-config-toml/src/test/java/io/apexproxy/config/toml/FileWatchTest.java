package io.apexproxy.config.toml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.config.ConfigSource;
import io.apexproxy.api.config.ConfigTree;
import io.apexproxy.test.LogCapture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class FileWatchTest {

    private static final Duration POLL_INTERVAL = Duration.ofMillis(100);

    @TempDir
    private Path directory;
    private final Recorder recorder = new Recorder();

    @BeforeEach
    void createFile() {
        write("port = 1");
    }

    /** A network mount with coarse times, or a program that restores times, causes such a write. */
    @Test
    void writeThatKeepsSizeAndTimeIsDetectedByItsContent() throws IOException {
        FileTime past = FileTime.from(Instant.now().minus(Duration.ofDays(1)));
        Files.setLastModifiedTime(file(), past);
        try (FileWatch watch = watch(new Script() {
            @Override
            public boolean await(Duration timeout) {
                super.await(timeout);
                return false;
            }
        })) {
            watch.start();
            write("port = 2");
            Files.setLastModifiedTime(file(), past);

            recorder.awaitLast("port 2");
        }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void fileAlternatingWithDeviceCausesOneWarningAndReportsOnlyContent() {
        Duration never = Duration.ofDays(1);
        Script script = new Script(this::replaceByDevice, this::restore, this::replaceByDevice, this::restore,
                this::replaceByDevice, () -> replaceByContent("port = 2"), this::replaceByDevice,
                () -> replaceByContent("port = 3"), this::replaceByDevice) {
            @Override
            public boolean await(Duration timeout) {
                return timeout.equals(never) && super.await(timeout); // no step while a change settles
            }
        };
        try (LogCapture log = LogCapture.of("apex.config");
                FileWatch watch = new FileWatch("config.toml", loaded(), script, never, recorder)) {
            watch.start();
            recorder.awaitLast("port 3");
            await().until(() -> Files.isSymbolicLink(file()));

            assertThat(recorder.calls()).containsExactly("port 2", "port 3");
            assertThat(log.lines()).containsExactly("WARN config.toml: expected a regular file, found a pipe or"
                    + " device: the file is read again on every change, so save it to disk; the current"
                    + " configuration stays in effect");
        }
    }

    private void restore() {
        replaceByContent("port = 1");
    }

    private void replaceByContent(String text) {
        delete();
        write(text);
    }

    private void replaceByDevice() {
        delete();
        try {
            Files.createSymbolicLink(file(), Path.of("/dev/null"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void delete() {
        try {
            Files.delete(file());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void partlyWrittenFileIsNotReported() {
        Script script = new Script(() -> write("port = "), () -> write("port = 2"));
        try (FileWatch watch = watch(script)) {
            watch.start();
            recorder.awaitLast("port 2");
        }

        assertThat(recorder.calls()).containsExactly("port 2");
    }

    @Test
    void continuousWritesAreReported() {
        AtomicInteger port = new AtomicInteger(1);
        PathWatch continuous = new Script() {
            @Override
            public boolean await(Duration timeout) {
                write("port = " + port.incrementAndGet());
                return true;
            }
        };
        try (FileWatch watch = watch(continuous)) {
            watch.start();
            await().until(() -> recorder.calls().size() >= 2);
        }
    }

    @Test
    void observerThatThrowsReceivesTheNextChange() {
        ConfigSource.Observer broken = new ConfigSource.Observer() {
            @Override
            public void changed(ConfigTree.Table tree) {
                recorder.changed(tree);
                throw new AssertionError("thrown by the test");
            }

            @Override
            public void failed(ConfigException problem) {
                recorder.failed(problem);
                throw new IllegalStateException("thrown by the test");
            }
        };
        try (TomlSource source = source()) {
            source.load();
            source.watch(broken);

            write("port = 2");
            recorder.awaitLast("port 2");
            write("port = ");
            recorder.awaitLast("config.toml:1:8: expected a value, found the end of the file");
            write("port = 3");
            recorder.awaitLast("port 3");
        }
    }

    @Test
    void contentLoadedInTheMeantimeIsNotReported() {
        Script script = new Script();
        LastRead lastRead = loaded();
        write("port = 2");
        lastRead.load();
        try (FileWatch watch = new FileWatch("config.toml", lastRead, script, POLL_INTERVAL, recorder)) {
            watch.start();
            script.awaitIdle();
        }

        assertThat(recorder.calls()).isEmpty();
    }

    @Test
    void closeWaitsForTheObserverAndNoCallFollows() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        TomlSource source = source();
        source.load();
        source.watch(new ConfigSource.Observer() {
            @Override
            public void changed(ConfigTree.Table tree) {
                entered.countDown();
                awaitUninterruptibly(released);
                recorder.changed(tree);
            }

            @Override
            public void failed(ConfigException problem) {
                recorder.failed(problem);
            }
        });
        write("port = 2");
        assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();

        Thread closing = new Thread(source::close);
        closing.start();
        await().until(() -> closing.getState() == Thread.State.WAITING); // for the observer
        write("port = 3");
        released.countDown();
        closing.join(20_000);

        assertThat(closing.isAlive()).isFalse();
        assertThat(recorder.calls()).containsExactly("port 2");
        assertThat(watchThreads()).isZero();
    }

    @Test
    void observerCanClose() {
        TomlSource source = source();
        source.load();
        source.watch(new ConfigSource.Observer() {
            @Override
            public void changed(ConfigTree.Table tree) {
                source.close();
                recorder.changed(tree);
            }

            @Override
            public void failed(ConfigException problem) {
                recorder.failed(problem);
            }
        });

        write("port = 2");

        recorder.awaitLast("port 2");
        await().until(() -> watchThreads() == 0);
    }

    @Test
    void closeEndsAnIdleWatchImmediately() {
        TomlSource source = new TomlSource(tomlFile(), Duration.ofDays(1));
        source.load();
        source.watch(recorder);

        source.close();
        source.close();

        assertThat(watchThreads()).isZero();
    }

    @Test
    void sourceThatWasNeverWatchedCanBeClosed() {
        source().close();
    }

    private Path file() {
        return directory.resolve("config.toml");
    }

    private ConfigFiles tomlFile() {
        return TestFile.at(file());
    }

    private TomlSource source() {
        return new TomlSource(tomlFile(), POLL_INTERVAL);
    }

    private LastRead loaded() {
        LastRead lastRead = new LastRead(tomlFile());
        lastRead.load();
        return lastRead;
    }

    private FileWatch watch(PathWatch watch) {
        return new FileWatch("config.toml", loaded(), watch, POLL_INTERVAL, recorder);
    }

    private void write(String text) {
        try {
            Files.writeString(file(), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long watchThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("apex-config-toml")).count();
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError("the watch thread must not be interrupted", e);
        }
    }

    /** A watch with scripted changes: each wait runs the next step and reports it as a change. */
    private static class Script implements PathWatch {

        private final Runnable[] steps;
        private final CountDownLatch closed = new CountDownLatch(1);
        private final CountDownLatch idle = new CountDownLatch(3);
        private int next;

        Script(Runnable... steps) {
            this.steps = steps;
        }

        @Override
        public boolean isYoung() {
            return false;
        }

        @Override
        public boolean await(Duration timeout) {
            if (next < steps.length) {
                steps[next++].run();
                return true;
            }
            idle.countDown();
            try {
                closed.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                throw new AssertionError("the watch thread must not be interrupted", e);
            }
            return false;
        }

        void awaitIdle() {
            Awaitility.await().until(() -> idle.getCount() == 0);
        }

        @Override
        public void close() {
            closed.countDown();
        }
    }
}
