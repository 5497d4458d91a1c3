package io.apexproxy.runtime.control;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The checks that the directory of a control socket belongs to the user of the process. */
public final class SocketOwner {

    private static final Path STATUS = Path.of("/proc/self/status");
    /** The line has the real and the effective user. The owner of /proc/self can be root instead. */
    private static final Pattern USER = Pattern.compile("(?m)^Uid:\\s+\\d+\\s+(\\d+)");
    private static final String USER_ID = "unix:uid";
    private static final long ROOT = 0;
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");

    private SocketOwner() {
    }

    /** Returns the number of the effective user of this process; -1 if the system has no such numbers. */
    public static long ownId() {
        try {
            if (Files.exists(STATUS)) {
                Matcher matcher = USER.matcher(Files.readString(STATUS));
                if (matcher.find()) {
                    return Long.parseLong(matcher.group(1));
                }
            }
            return id(Path.of(System.getProperty("user.home")));
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            log().debug("the number of the user cannot be determined", e);
            return -1;
        }
    }

    /**
     * Creates a directory with the mode 0700, or checks that it has this mode and belongs to this user.
     *
     * @throws IOException if another user can access it or could have created it
     */
    static void createPrivate(Path directory, long user) throws IOException {
        try {
            Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        } catch (FileAlreadyExistsException e) {
            log().trace("{} exists", directory, e);
        }
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException(directory + " is not a directory; remove it");
        }
        if (id(directory) != user) {
            throw new IOException(directory + " belongs to the user '" + name(directory) + "'; remove it");
        }
        Set<PosixFilePermission> mode = Files.getPosixFilePermissions(directory, LinkOption.NOFOLLOW_LINKS);
        if (!mode.equals(OWNER_ONLY)) {
            throw new IOException(directory + " has the mode " + PosixFilePermissions.toString(mode)
                    + "; change it: chmod 700 " + directory);
        }
    }

    /**
     * Checks that a directory belongs to this user or to root.
     *
     * @throws IOException if it does not exist, or belongs to another user
     */
    static void check(Path directory, long user) throws IOException {
        long owner;
        try {
            owner = (int) Files.getAttribute(directory, USER_ID);
        } catch (NoSuchFileException e) {
            throw new IOException("there is no directory " + directory, e);
        }
        if (owner != user && owner != ROOT) {
            throw new IOException(directory + " belongs to the user '" + Files.getOwner(directory).getName() + "'");
        }
    }

    private static long id(Path file) throws IOException {
        return (int) Files.getAttribute(file, USER_ID, LinkOption.NOFOLLOW_LINKS);
    }

    /** Returns the name of the owner of a file. */
    public static String name(Path file) throws IOException {
        return Files.getOwner(file, LinkOption.NOFOLLOW_LINKS).getName();
    }

    /** Not a constant: commands use this class and do not log. */
    private static Logger log() {
        return LoggerFactory.getLogger("apex");
    }
}
