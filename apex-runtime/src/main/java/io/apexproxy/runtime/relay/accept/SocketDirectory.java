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
 * Looks at the directory of a Unix-domain socket. A user who may write to it can replace the socket, and can put a link
 * in its place in the moment between the look at the file and the change of its mode.
 */
final class SocketDirectory {

    private static final Logger LOG = LoggerFactory.getLogger("apex.relay");
    /** In such a directory, as in {@code /tmp}, only the owner of a file may replace it. */
    private static final int STICKY = 01000;

    private SocketDirectory() {
    }

    /** Logs a warning if users other than the owner of the directory can replace the socket. */
    static void check(Path socket) {
        Path directory = socket.toAbsolutePath().getParent();
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(directory);
            boolean isShared = permissions.contains(PosixFilePermission.GROUP_WRITE)
                    || permissions.contains(PosixFilePermission.OTHERS_WRITE);
            if (isShared && ((int) Files.getAttribute(directory, "unix:mode") & STICKY) == 0) {
                LOG.warn("{}: its group or others may write to the directory ({}), and so replace the socket; take this"
                        + " permission away: chmod go-w {}", socket, PosixFilePermissions.toString(permissions),
                        CleanText.shellWord(directory));
            }
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            LOG.debug("{} cannot be looked at", directory, e); // what is wrong with it, the bind reports
        }
    }
}
