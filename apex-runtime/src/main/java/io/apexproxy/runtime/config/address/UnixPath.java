package io.apexproxy.runtime.config.address;

import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * The address of a Unix-domain socket.
 *
 * @param path absolute and normalized
 */
public record UnixPath(Path path) implements Address {

    /** The default file mode of a listener: the user and the group of the Apex process can connect. */
    public static final Set<PosixFilePermission> DEFAULT_MODE =
            Set.copyOf(PosixFilePermissions.fromString("rw-rw----"));

    static final String PREFIX = "unix:";

    @Override
    public String key() {
        return toString();
    }

    /** Returns the form of the configuration: {@code unix:/run/apex.sock}. */
    @Override
    public String toString() {
        return PREFIX + path;
    }
}
