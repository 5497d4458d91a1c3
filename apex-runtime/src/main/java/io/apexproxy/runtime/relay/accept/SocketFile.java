package io.apexproxy.runtime.relay.accept;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of a Unix-domain socket that is listened on. The kernel makes it when the socket is bound, and leaves it
 * behind when it is closed, or when the process is killed: then binding fails until somebody removes it.
 */
final class SocketFile {

    private static final Logger LOG = LoggerFactory.getLogger("apex.relay");

    private final Path path;
    /** What tells this file from another that took its place; empty where the system has nothing of the kind. */
    private Optional<Object> identity = Optional.empty();
    private boolean removed = true;

    SocketFile(Path path) {
        this.path = path;
    }

    /**
     * Removes what a process left behind that is gone. Two that start at the same moment could each take the other's
     * file for such; nothing short of a lock file prevents that.
     *
     * @throws BindException if somebody listens there
     * @throws FileAlreadyExistsException if it is no socket
     */
    void makeRoom() throws IOException {
        Optional<BasicFileAttributes> present = attributes();
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

    /** Whatever fails but for being refused, a full queue or a lack of rights, says that somebody is there. */
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

    /** The socket is bound: from now on the file is ours. */
    void bound() throws IOException {
        removed = false;
        identity = attributes().map(BasicFileAttributes::fileKey);
    }

    /** Says who may connect. */
    void permit(Set<PosixFilePermission> mode) throws IOException {
        PosixFileAttributeView view =
                Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (view != null) { // Windows has none
            Files.setPosixFilePermissions(path, mode);
        }
    }

    /** Removes the file, unless somebody else has put theirs in its place. Only the first call does anything. */
    void remove() {
        if (removed) {
            return;
        }
        removed = true;
        try {
            if (attributes().filter(now -> Objects.equals(now.fileKey(), identity.orElse(null))).isPresent()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            LOG.warn("Cannot remove {}: {}", path, e.toString());
        }
    }

    private Optional<BasicFileAttributes> attributes() throws IOException {
        try {
            return Optional.of(Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }
}
