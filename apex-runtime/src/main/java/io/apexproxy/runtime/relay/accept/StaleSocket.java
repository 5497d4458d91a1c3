package io.apexproxy.runtime.relay.accept;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The files that earlier processes have left on the paths of Unix-domain sockets. */
public final class StaleSocket {

    private static final Logger LOG = LoggerFactory.getLogger("apex.relay");

    /** Bounds the time for a directory that processes which were killed have filled. */
    private static final int MAX_FILES = 1000;

    private StaleSocket() {
    }

    /**
     * Removes the files of processes that have ended from a directory of this user. A file whose process cannot be
     * determined stays.
     *
     * @param pattern the names of the sockets, as of {@link Files#newDirectoryStream(Path, String)}
     */
    public static void removeAll(Path directory, String pattern) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, pattern)) {
            int count = 0;
            for (Path file : files) {
                if (count++ == MAX_FILES) {
                    return;
                }
                if (attributes(file).filter(BasicFileAttributes::isOther).isPresent() && !isInUse(file)) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            LOG.debug("failed to remove old sockets from {}", directory, e);
        }
    }

    /**
     * Removes the file of a process that has ended. Two processes that start concurrently can remove each other's file;
     * only a lock file could prevent that.
     *
     * @throws BindException if a process listens on the path
     */
    static void remove(Path path) throws IOException {
        if (!requireSocket(path)) {
            return;
        }
        if (isInUse(path)) {
            throw new BindException("Address already in use");
        }
        LOG.info("removing {}, the socket of a process that has ended", path);
        Files.deleteIfExists(path);
    }

    /**
     * Returns whether a file exists.
     *
     * @throws FileAlreadyExistsException if it is not a socket
     */
    static boolean requireSocket(Path path) throws IOException {
        Optional<BasicFileAttributes> present = attributes(path);
        if (present.isPresent() && !present.get().isOther()) {
            throw new FileAlreadyExistsException(path.toString(), null, "a file exists that is not a socket");
        }
        return present.isPresent();
    }

    /** Returns false only if a connection is refused. A full queue or a denied permission proves nothing. */
    private static boolean isInUse(Path path) throws IOException {
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.configureBlocking(false);
            probe.connect(UnixDomainSocketAddress.of(path));
            return true;
        } catch (ConnectException e) {
            return false;
        } catch (SocketException e) {
            LOG.debug("failed to connect to {}; assuming that it is in use", path, e);
            return true;
        }
    }

    /** Returns the attributes of a file, without following a link; empty if there is no file. */
    static Optional<BasicFileAttributes> attributes(Path file) throws IOException {
        try {
            return Optional.of(Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }
}
