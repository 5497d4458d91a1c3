package io.apexproxy.runtime.overrides;

import io.apexproxy.api.ConfigException;
import io.apexproxy.runtime.config.Overrides;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of overrides on disk. An edit replaces it as a whole: a reader sees the text before or after the edit.
 *
 * <p>A lock file next to it serializes edits. The owner, the group and the mode of the file stay, and a symbolic link
 * still leads to it. Blocks.
 */
public final class OverridesFile {

    private static final Logger LOG = LoggerFactory.getLogger("apex.config");
    /** An edit takes some milliseconds, so a longer wait means that another program holds the lock. */
    private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(10);
    private static final long LOCK_RETRY_MILLIS = 20;

    private final Path path;
    private final Function<Path, Overrides> reader;

    /**
     * Creates the access to a file, which need not exist.
     *
     * @param path the file
     * @param reader parses a file as a running proxy does; throws an exception with all mistakes
     */
    public OverridesFile(Path path, Function<Path, Overrides> reader) {
        this.path = path;
        this.reader = reader;
    }

    /** Returns the path of the file. */
    public Path path() {
        return path;
    }

    /** Returns the overrides in the file. */
    public Overrides read() {
        return reader.apply(path);
    }

    /**
     * Changes the entry of one backend. If the file has a mistake, nothing changes.
     *
     * @param edit the change
     * @return whether the file was changed
     * @throws IOException if the file cannot be replaced; the message has the reason
     */
    public boolean edit(OverridesEdit edit) throws IOException, InterruptedException {
        Path target = Files.exists(path) ? path.toRealPath() : path;
        Path lockFile = target.resolveSibling("." + target.getFileName() + ".lock");
        try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = lock(channel, lockFile)) {
            return lock.isValid() && replace(target, edit);
        } catch (AccessDeniedException e) {
            throw new IOException(e.getFile() + ": permission denied: run the command as root, or as the owner of the"
                    + " file and its directory", e);
        } catch (FileSystemException e) {
            throw new IOException(e.getFile() + ": "
                    + Optional.ofNullable(e.getReason()).orElse(e.getClass().getSimpleName()), e);
        }
    }

    private static FileLock lock(FileChannel channel, Path lockFile) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + LOCK_TIMEOUT.toNanos();
        while (System.nanoTime() < deadline) {
            FileLock lock = tryLock(channel);
            if (lock != null) {
                return lock;
            }
            TimeUnit.MILLISECONDS.sleep(LOCK_RETRY_MILLIS);
        }
        throw new IOException(lockFile + ": another program has held the lock for " + LOCK_TIMEOUT.toSeconds() + " s");
    }

    /** Returns null if the lock is held by another process, or by another thread of this one. */
    private static FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private boolean replace(Path target, OverridesEdit edit) throws IOException {
        boolean exists = Files.exists(target);
        String before = exists ? Files.readString(target) : "";
        Overrides current = reader.apply(target);
        String after = OverridesText.edit(before, edit,
                Instant.now().truncatedTo(ChronoUnit.SECONDS) + " " + System.getProperty("user.name"));
        if (after.equals(before)) {
            return false;
        }
        Path next = Files.createTempFile(target.toAbsolutePath().getParent(), "." + target.getFileName(), ".tmp");
        try {
            write(next, after);
            copyAttributes(exists ? target : target.toAbsolutePath().getParent(), next, exists);
            if (!isAsIntended(next, current.with(edit.pool(), edit.backend(), edit.state(), edit.weight(),
                    edit.clear()))) {
                throw new IOException(target + ": the entry of " + edit.pool() + "/" + edit.backend()
                        + " is written in a form that this command does not change; write it below a header "
                        + HeaderLine.of(List.of("pools", edit.pool(), "backends", edit.backend())));
            }
            Files.move(next, target, StandardCopyOption.ATOMIC_MOVE);
            return true;
        } finally {
            Files.deleteIfExists(next);
        }
    }

    /** Returns whether a file has these overrides, and no mistake such as an entry that occurs twice. */
    private boolean isAsIntended(Path file, Overrides intended) {
        try {
            return reader.apply(file).equals(intended);
        } catch (ConfigException e) {
            LOG.debug("the changed file is not valid", e);
            return false;
        }
    }

    private static void write(Path file, String text) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    /** Gives a file the owner and the group of another, and its mode; a new file can be read by all. */
    private static void copyAttributes(Path from, Path to, boolean withMode) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(to, PosixFileAttributeView.class);
        if (view == null) { // not a Unix file system
            return;
        }
        PosixFileAttributes wanted = Files.readAttributes(from, PosixFileAttributes.class);
        PosixFileAttributes present = view.readAttributes();
        if (!present.owner().equals(wanted.owner())) {
            view.setOwner(wanted.owner());
        }
        if (!present.group().equals(wanted.group())) {
            view.setGroup(wanted.group());
        }
        view.setPermissions(withMode ? wanted.permissions()
                : PosixFilePermissions.fromString("rw-r--r--"));
    }
}
