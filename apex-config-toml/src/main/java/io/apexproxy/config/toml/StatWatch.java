package io.apexproxy.config.toml;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Detects changes of a file by its attributes: resolved path, file key, size and time of modification.
 *
 * <p>Each way of replacing a file changes one of them: a write, a rename over it, a swapped link or directory. Polling
 * needs no event of the system, so that it works on network mounts and takes nothing of inotify's limits.
 */
final class StatWatch implements PathWatch {

    /** Time between two looks. A change is applied within a second, which includes the time that it takes to settle. */
    static final Duration PERIOD = Duration.ofMillis(250);

    /** Linux counts file times in clock ticks of up to 10 ms; other file systems count in steps of 2 s. */
    private static final Duration COARSEST_FILE_TIME = Duration.ofSeconds(2);

    private final Path path;
    private final CountDownLatch closed = new CountDownLatch(1);
    private Stamp mark;

    /** The attributes of a file that exists; without them, the reason why they cannot be read. */
    private record Stamp(String realPath, String key, long size, FileTime modified) {

        static Stamp of(Path path) {
            try {
                Path real = path.toRealPath();
                BasicFileAttributes attributes = Files.readAttributes(real, BasicFileAttributes.class);
                return new Stamp(real.toString(), String.valueOf(attributes.fileKey()), attributes.size(),
                        attributes.lastModifiedTime());
            } catch (IOException e) {
                return new Stamp(e.toString(), "", 0, FileTime.fromMillis(0));
            }
        }
    }

    StatWatch(Path path) {
        this.path = path;
        this.mark = Stamp.of(path);
    }

    @Override
    public void mark() {
        mark = Stamp.of(path);
    }

    @Override
    public boolean await(Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        long rest = timeout.toNanos();
        while (rest > 0 && !awaitClose(Math.min(rest, PERIOD.toNanos()))) {
            Stamp now = Stamp.of(path);
            if (!now.equals(mark)) {
                mark = now;
                return true;
            }
            rest = deadline - System.nanoTime();
        }
        return false;
    }

    private boolean awaitClose(long nanos) {
        try {
            return closed.await(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            return true; // an observer left the interrupt behind; the end of the watch is close()
        }
    }

    @Override
    public boolean isYoung() {
        return Instant.now().minus(COARSEST_FILE_TIME).isBefore(mark.modified().toInstant());
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
