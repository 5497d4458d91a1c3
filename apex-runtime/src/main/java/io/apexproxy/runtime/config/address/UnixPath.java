package io.apexproxy.runtime.config.address;

import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * The file of a Unix-domain socket.
 *
 * @param path absolute and normalized
 */
public record UnixPath(Path path) implements Address {

    /** Who may connect to a listener that says nothing of it: the user and the group that Apex runs as. */
    public static final Set<PosixFilePermission> DEFAULT_MODE =
            Set.copyOf(PosixFilePermissions.fromString("rw-rw----"));

    static final String PREFIX = "unix:";

    @Override
    public String key() {
        return toString();
    }

    /** {@code unix:/run/apex.sock}. */
    @Override
    public String toString() {
        return PREFIX + path;
    }
}
