package io.apexproxy.runtime.relay.accept;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
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
 * The file of a Unix-domain socket that is listened on. The kernel makes it when the socket is bound, and leaves it
 * behind when the socket is closed or the process is killed; binding fails until it is removed.
 *
 * <p>A bound socket accepts connections at once, and its file has the mode of the umask. So the socket is bound in a
 * directory of mode 0700 next to its place, gets its mode there, and then its name: no client that the mode keeps out
 * can connect before. Where the path of that directory would be too long for a socket, or where it cannot be made, the
 * socket is bound at its place and gets its mode afterwards.
 *
 * <p>One thread at a time.
 */
final class SocketFile {

    private static final Logger LOG = LoggerFactory.getLogger("apex.relay");
    private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rwx------");
    /** What the JDK allows on Linux, where {@code sun_path} has 108 bytes. */
    private static final int LONGEST_PATH_BYTES = 106;
    /** The directory is {@code .} and six digits to this base: as short as two starts at a time allow. */
    private static final int RADIX = 36;
    private static final long LEAST_NAME = (long) Math.pow(RADIX, 5);
    private static final long NAMES_END = LEAST_NAME * RADIX;
    private static final String TEMPORARY = "s";

    private final Path path;
    /** What tells this file from another at its path; empty before it is bound, or where the system has no such key. */
    private Optional<Object> identity = Optional.empty();
    private Set<PosixFilePermission> mode = Set.of();
    private boolean removed = true;

    SocketFile(Path path) {
        this.path = path;
    }

    /** Binds a socket. */
    @FunctionalInterface
    interface Binding {

        /** Binds the socket to a path at which there is no file. */
        void bind(Path path) throws IOException;
    }

    /**
     * Binds a socket to the file, which replaces one that a dead process has left behind.
     *
     * @param permitted who may connect
     * @throws BindException if a process listens there
     * @throws FileAlreadyExistsException if there is a file that is no socket
     */
    void bind(Set<PosixFilePermission> permitted, Binding binding) throws IOException {
        SocketDirectory.check(path);
        removeStale();
        Optional<Path> directory = privateDirectory();
        if (directory.isEmpty()) {
            binding.bind(path);
            bound(path);
            permit(permitted);
            return;
        }
        Path temporary = directory.get().resolve(TEMPORARY);
        try {
            binding.bind(temporary);
            Object key = key(temporary);
            Files.setPosixFilePermissions(temporary, permitted);
            publish(temporary);
            bound(path);
            mode = permitted;
            if (!identity.equals(Optional.ofNullable(key))) {
                removed = true; // the file is another process's
                throw new BindException("Address already in use");
            }
        } finally {
            Files.deleteIfExists(temporary);
            Files.deleteIfExists(directory.get());
        }
    }

    /**
     * Removes the file of a process that is gone. Two processes that start at the same moment could each take the
     * other's file for such; only a lock file could prevent that.
     */
    private void removeStale() throws IOException {
        Optional<BasicFileAttributes> present = attributes(path);
        if (present.isEmpty()) {
            return;
        }
        if (!present.get().isOther()) {
            throw new FileAlreadyExistsException(path.toString(), null, "there is a file that is no socket");
        }
        if (isAlive()) {
            throw new BindException("Address already in use");
        }
        LOG.info("Removing {}, which a process that is gone has left behind", path);
        Files.deleteIfExists(path);
    }

    /** Only a refused connection shows that no process listens; a full queue or a lack of rights does not. */
    private boolean isAlive() throws IOException {
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.configureBlocking(false);
            probe.connect(UnixDomainSocketAddress.of(path));
            return true;
        } catch (ConnectException e) {
            return false;
        } catch (SocketException e) {
            LOG.debug("{} is not ours to remove", path, e);
            return true;
        }
    }

    /** Makes a directory that no other user can look into; empty where the socket has to be bound at its place. */
    private Optional<Path> privateDirectory() {
        long name = ThreadLocalRandom.current().nextLong(LEAST_NAME, NAMES_END);
        Path directory = path.resolveSibling("." + Long.toString(name, RADIX));
        int bytes = directory.resolve(TEMPORARY).toString().getBytes(StandardCharsets.UTF_8).length;
        if (bytes > LONGEST_PATH_BYTES) {
            return Optional.empty();
        }
        try {
            return Optional.of(Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(PRIVATE)));
        } catch (IOException | UnsupportedOperationException e) { // no rights, which the bind reports; or Windows
            LOG.debug("{} cannot be made; the socket is bound at its place", directory, e);
            return Optional.empty();
        }
    }

    /**
     * A link fails where there is a file by now, whereas a rename would replace it. Some file systems have no links.
     */
    private void publish(Path temporary) throws IOException {
        try {
            Files.createLink(path, temporary);
        } catch (FileAlreadyExistsException e) {
            throw new BindException("Address already in use");
        } catch (FileSystemException | UnsupportedOperationException e) {
            LOG.debug("{} cannot be linked; it is renamed", temporary, e);
            Files.move(temporary, path);
        }
    }

    private void bound(Path file) throws IOException {
        identity = Optional.ofNullable(key(file));
        removed = false;
    }

    /**
     * Changes who may connect, if that is another mode than before. The JDK cannot set the mode of a socket without
     * following links, as it opens the file for that, which a socket refuses (ENXIO). So the file is looked at just
     * before: another process may have put a link in its place. See {@link SocketDirectory}.
     *
     * @throws IOException if the file is missing or another one
     */
    void permit(Set<PosixFilePermission> permitted) throws IOException {
        PosixFileAttributeView view =
                Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (view == null || permitted.equals(mode)) { // Windows has no view
            return;
        }
        if (!hasIdentity()) {
            throw new IOException("the file is no longer the socket of Apex");
        }
        Files.setPosixFilePermissions(path, permitted);
        mode = permitted;
    }

    /** Whether the file was there and is not now. */
    boolean isMissing() {
        try {
            return !removed && attributes(path).isEmpty();
        } catch (IOException e) {
            LOG.debug("{} cannot be looked at", path, e);
            return false;
        }
    }

    /** Returns whether the file is the one that was bound; also true where that cannot be found out. */
    boolean isOurs() {
        try {
            return removed || hasIdentity();
        } catch (IOException e) {
            LOG.debug("{} cannot be looked at", path, e);
            return true;
        }
    }

    private boolean hasIdentity() throws IOException {
        return attributes(path).filter(now -> Objects.equals(now.fileKey(), identity.orElse(null))).isPresent();
    }

    /** Removes the file, unless it is another one by now. Only the first call does anything. */
    void remove() {
        if (removed) {
            return;
        }
        removed = true;
        try {
            if (hasIdentity()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            LOG.warn("Cannot remove {}: {}", path, e.toString());
        }
    }

    private static Object key(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).fileKey();
    }

    private static Optional<BasicFileAttributes> attributes(Path file) throws IOException {
        try {
            return Optional.of(Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }
}
