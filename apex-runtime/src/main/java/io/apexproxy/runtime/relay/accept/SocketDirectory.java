package io.apexproxy.runtime.relay.accept;

import io.apexproxy.runtime.log.CleanText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The check of a Unix-domain socket's directory. A user with write permission can replace the socket. Such a user can
 * also replace it with a link between the check of the file and the change of its mode.
 */
final class SocketDirectory {

    private static final Logger LOG = LoggerFactory.getLogger("apex.relay");
    /** The sticky bit, as of {@code /tmp}: only the owner of a file can replace it. */
    private static final int STICKY_BIT = 01000;

    private SocketDirectory() {
    }

    /** Logs a warning if users other than the owner of the directory can replace the socket. */
    static void check(Path socket) {
        Path directory = socket.toAbsolutePath().getParent();
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(directory);
            boolean isShared = permissions.contains(PosixFilePermission.GROUP_WRITE)
                    || permissions.contains(PosixFilePermission.OTHERS_WRITE);
            if (isShared && ((int) Files.getAttribute(directory, "unix:mode") & STICKY_BIT) == 0) {
                LOG.warn("{}: group or others can write to the directory ({}) and replace the socket; remove the"
                        + " permission: chmod go-w {}", socket, PosixFilePermissions.toString(permissions),
                        CleanText.shellWord(directory));
            }
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            LOG.debug("failed to read the mode of {}", directory, e); // bind reports a missing directory
        }
    }
}
