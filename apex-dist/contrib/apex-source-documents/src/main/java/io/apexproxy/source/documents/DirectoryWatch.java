package io.apexproxy.source.documents;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Notices changes of the files of a directory, in two ways. Events of the kernel are immediate, but do not cover the
 * target of a link, a network file system, or a directory that is created or replaced later. So the inode, the size and
 * the time of each file are compared periodically, too.
 */
final class DirectoryWatch implements AutoCloseable {

    /** As config.toml is looked at three times a second. */
    private static final long PERIOD_MILLIS = 300;
    /** A comparison takes at most this part of a processor: with many files, it is made less often. */
    private static final int SHARE = 200;

    private final Path directory;
    private final ScheduledExecutorService executor;
    private final Runnable changed;
    private final Optional<WatchService> events;
    private int lastStamp;
    private volatile boolean closed;

    private DirectoryWatch(Path directory, ScheduledExecutorService executor, Runnable changed) {
        this.directory = directory;
        this.executor = executor;
        this.changed = changed;
        this.events = events(directory);
        this.lastStamp = stamp();
    }

    /** Starts to watch. {@code changed} is called on threads of the executor. */
    static DirectoryWatch started(Path directory, ScheduledExecutorService executor, Runnable changed) {
        DirectoryWatch watch = new DirectoryWatch(directory, executor, changed);
        watch.events.ifPresent(service -> executor.execute(() -> watch.awaitEvents(service)));
        watch.schedule(PERIOD_MILLIS);
        return watch;
    }

    /** Returns the events of a directory; empty if it does not exist or the limit of the kernel is reached. */
    private static Optional<WatchService> events(Path directory) {
        try {
            WatchService service = directory.getFileSystem().newWatchService();
            try {
                directory.register(service, StandardWatchEventKinds.ENTRY_CREATE,
                        StandardWatchEventKinds.ENTRY_DELETE, StandardWatchEventKinds.ENTRY_MODIFY);
                return Optional.of(service);
            } catch (IOException e) {
                service.close();
                return Optional.empty();
            }
        } catch (IOException | UnsupportedOperationException e) { // the periodic comparison is enough
            return Optional.empty();
        }
    }

    private void awaitEvents(WatchService service) {
        try {
            boolean isValid = true;
            while (isValid && !closed) {
                WatchKey key = service.take();
                key.pollEvents();
                changed.run();
                isValid = key.reset(); // invalid after the directory was removed
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ClosedWatchServiceException e) {
            closed = true;
        }
    }

    private void compare() {
        if (closed) {
            return;
        }
        long start = System.nanoTime();
        int stamp = stamp();
        if (stamp != lastStamp) {
            lastStamp = stamp;
            changed.run();
        }
        long cost = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        schedule(Math.max(PERIOD_MILLIS, cost * SHARE));
    }

    private void schedule(long millis) {
        try {
            executor.schedule(this::compare, millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            closed = true; // the executor ends with the source
        }
    }

    /** Returns a hash of the names, inodes, sizes and times of all entries; 0 if the directory cannot be read. */
    private int stamp() {
        int stamp = 0;
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                stamp += Objects.hash(entry.getFileName(), attributes(entry)); // in any order
            }
        } catch (IOException | DirectoryIteratorException e) {
            return 0;
        }
        return stamp;
    }

    private static int attributes(Path entry) {
        try {
            BasicFileAttributes file = Files.readAttributes(entry, BasicFileAttributes.class);
            return Objects.hash(file.fileKey(), file.size(), file.lastModifiedTime());
        } catch (IOException e) { // removed meanwhile, or a link to a file that does not exist
            return 0;
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            if (events.isPresent()) {
                events.get().close();
            }
        } catch (IOException e) {
            throw new IllegalStateException("the events of " + directory + " cannot be closed", e);
        }
    }
}
