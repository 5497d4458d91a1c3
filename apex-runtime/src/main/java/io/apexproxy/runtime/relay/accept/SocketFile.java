package io.apexproxy.runtime.relay.accept;

import java.io.IOException;
import java.net.BindException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of a listening Unix-domain socket. The kernel creates it on bind and does not remove it on close; another
 * bind fails until it is removed. One thread at a time.
 *
 * <p>A bound socket accepts connections immediately, and its file has the mode of the umask. So the socket is bound in
 * a temporary sibling directory of mode 0700, where its mode is set, and is then linked to its path. No client without
 * permission can connect in between. The socket is bound to its path directly, and its mode is set afterwards, if the
 * directory cannot be created or has too long a path.
 */
public final class SocketFile {

    private static final Logger LOG = LoggerFactory.getLogger("apex.relay");
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");
    /** The limit of the JDK on Linux, where {@code sun_path} has 108 bytes. */
    private static final int MAX_PATH_BYTES = 106;
    /** The directory name is {@code .} and six random digits of this radix: short, and collisions are unlikely. */
    private static final int RADIX = 36;
    private static final long MIN_NAME = (long) Math.pow(RADIX, 5);
    private static final long NAME_BOUND = MIN_NAME * RADIX;
    private static final String TEMPORARY_NAME = "s";

    private Path path;
    /** The file key (device and inode) of the bound file; empty before the bind, or if the system has no file keys. */
    private Optional<Object> identity = Optional.empty();
    private Set<PosixFilePermission> mode = Set.of();
    private boolean removed = true;

    /** Creates the file of a socket that is not bound yet. */
    public SocketFile(Path path) {
        this.path = path;
    }

    /** An action that binds a socket. */
    @FunctionalInterface
    public interface Binding {

        /** Binds the socket to a path without a file. */
        void bind(Path path) throws IOException;
    }

    /**
     * Binds a socket to the path. Replaces the socket file of a process that has ended.
     *
     * @param permitted the mode of the file
     * @throws BindException if a process listens on the path
     * @throws FileAlreadyExistsException if a file exists that is not a socket
     */
    public void bind(Set<PosixFilePermission> permitted, Binding binding) throws IOException {
        bind(permitted, binding, false);
    }

    /**
     * Binds a socket to the path, also if a process listens there. At any time the path leads to one of the two
     * sockets, if a sibling directory can be created. Otherwise like {@link #bind}.
     */
    public void replace(Set<PosixFilePermission> permitted, Binding binding) throws IOException {
        bind(permitted, binding, true);
    }

    private void bind(Set<PosixFilePermission> permitted, Binding binding, boolean replaces) throws IOException {
        SocketDirectory.check(path);
        if (replaces) {
            StaleSocket.requireSocket(path);
        } else {
            StaleSocket.remove(path);
        }
        Optional<Path> directory = createPrivateDirectory();
        if (directory.isEmpty()) {
            if (replaces) {
                Files.deleteIfExists(path);
            }
            binding.bind(path);
            recordIdentity(path);
            changeMode(permitted);
            return;
        }
        Path temporary = directory.get().resolve(TEMPORARY_NAME);
        try {
            binding.bind(temporary);
            Object key = key(temporary);
            Files.setPosixFilePermissions(temporary, permitted);
            if (replaces) {
                Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
            } else {
                publish(temporary);
            }
            recordIdentity(path);
            mode = permitted;
            if (!identity.equals(Optional.ofNullable(key))) {
                removed = true; // the file belongs to another process
                throw new BindException("Address already in use");
            }
        } finally {
            Files.deleteIfExists(temporary);
            Files.deleteIfExists(directory.get());
        }
    }

    /** Creates a directory that only the owner can access; empty if the socket must be bound to its path directly. */
    private Optional<Path> createPrivateDirectory() {
        long name = ThreadLocalRandom.current().nextLong(MIN_NAME, NAME_BOUND);
        Path directory = path.resolveSibling("." + Long.toString(name, RADIX));
        int bytes = directory.resolve(TEMPORARY_NAME).toString().getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_PATH_BYTES) {
            return Optional.empty();
        }
        try {
            return Optional.of(Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(OWNER_ONLY)));
        } catch (IOException | UnsupportedOperationException e) { // no permission, which bind reports; or Windows
            LOG.debug("failed to create {}; binding to {} directly", directory, path, e);
            return Optional.empty();
        }
    }

    /**
     * Links the socket to its path. A link fails if a file exists there, while a rename would replace it. On a file
     * system without links, renames the socket.
     */
    private void publish(Path temporary) throws IOException {
        try {
            Files.createLink(path, temporary);
        } catch (FileAlreadyExistsException e) {
            throw new BindException("Address already in use");
        } catch (FileSystemException | UnsupportedOperationException e) {
            LOG.debug("failed to link {}; renaming it", temporary, e);
            Files.move(temporary, path);
        }
    }

    private void recordIdentity(Path file) throws IOException {
        identity = Optional.ofNullable(key(file));
        removed = false;
    }

    /**
     * Sets the mode of the file, if it differs from the current one. The JDK cannot set the mode of a socket without
     * following links: it would open the file, which fails for a socket (ENXIO). So this method first checks that no
     * other process has replaced the file with a link. See {@link SocketDirectory}.
     *
     * @throws IOException if the file is missing or was replaced
     */
    void changeMode(Set<PosixFilePermission> permitted) throws IOException {
        PosixFileAttributeView view =
                Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (view == null || permitted.equals(mode)) { // null on Windows
            return;
        }
        if (!isSameFile()) {
            throw new IOException("the file is no longer the socket of Apex");
        }
        Files.setPosixFilePermissions(path, permitted);
        mode = permitted;
    }

    /** Returns whether the file was bound and no longer exists. */
    boolean isMissing() {
        try {
            return !removed && StaleSocket.attributes(path).isEmpty();
        } catch (IOException e) {
            LOG.debug("failed to read the attributes of {}", path, e);
            return false;
        }
    }

    /** Returns whether the file is the one that was bound; also true if its attributes cannot be read. */
    boolean isIntact() {
        try {
            return removed || isSameFile();
        } catch (IOException e) {
            LOG.debug("failed to read the attributes of {}", path, e);
            return true;
        }
    }

    private boolean isSameFile() throws IOException {
        return StaleSocket.attributes(path).filter(now -> Objects.equals(now.fileKey(), identity.orElse(null)))
                .isPresent();
    }

    /** Renames the file. Does nothing if it was replaced. */
    public void rename(Path next) throws IOException {
        if (!removed && isSameFile()) {
            Files.move(path, next, StandardCopyOption.ATOMIC_MOVE);
            path = next;
        }
    }

    /** Removes the file, unless it was replaced. Idempotent. */
    public void remove() {
        if (removed) {
            return;
        }
        removed = true;
        try {
            if (isSameFile()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            LOG.warn("failed to remove {}: {}", path, e.toString());
        }
    }

    private static Object key(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).fileKey();
    }
}
