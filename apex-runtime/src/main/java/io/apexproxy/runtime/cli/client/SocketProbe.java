package io.apexproxy.runtime.cli.client;

import io.apexproxy.runtime.control.ControlPath;
import io.apexproxy.runtime.control.SocketOwner;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/**
 * The state of a socket file.
 *
 * @param path its path
 * @param state whether a process listens on it
 */
record SocketProbe(Path path, State state) {

    /** Bounds the search in a directory that another program fills. */
    private static final int MAX_FILES = 1000;

    /** What a trial connection shows. */
    enum State {
        /** A process listens. */
        LIVE,
        /** The process has ended. */
        STALE,
        /** This user has no permission. */
        DENIED,
        /** There is no such file. */
        ABSENT
    }

    static SocketProbe of(Path path) {
        return new SocketProbe(path, probe(path));
    }

    private static State probe(Path path) {
        try {
            Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (AccessDeniedException e) {
            return State.DENIED;
        } catch (IOException e) {
            return State.ABSENT;
        }
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.configureBlocking(false);
            channel.connect(UnixDomainSocketAddress.of(path));
            return State.LIVE;
        } catch (ConnectException e) {
            return State.STALE;
        } catch (IOException e) {
            return String.valueOf(e.getMessage()).contains("ermission") ? State.DENIED
                    : e instanceof NoSuchFileException ? State.ABSENT : State.LIVE; // its queue is full
        }
    }

    /** Returns the message for a denied permission, with the user that owns the socket or its directory. */
    String denial() {
        return path + ": permission denied" + owner(path, path.getParent());
    }

    private static String owner(Path file, Path directory) {
        for (Path each : List.of(file, directory)) {
            try {
                String name = SocketOwner.name(each);
                return ": Apex runs as the user '" + name + "'; run the command as that user: sudo -u " + name
                        + " apex ...";
            } catch (IOException e) {
                // its directory is not accessible either
            }
        }
        return ": run the command as the user of Apex, or as root";
    }

    /** Returns the paths at which processes without a setting have their sockets: of systemd, then of this user. */
    static List<Path> defaultPaths(ControlPath.Context context) {
        List<Path> paths = new ArrayList<>(ControlPath.servicePaths(context));
        ControlPath.ownDirectories(context)
                .forEach(directory -> paths.addAll(files(directory, "*" + ControlPath.SUFFIX)));
        return paths;
    }

    /** Returns hints to the directories of other users next to the directory of this user. */
    static List<String> foreignHints(Path directory) {
        List<String> hints = new ArrayList<>();
        for (Path other : files(directory.getParent(), "apex-[0-9]*")) {
            try {
                if (!other.equals(directory) && Files.isDirectory(other, LinkOption.NOFOLLOW_LINKS)) {
                    String name = SocketOwner.name(other);
                    hints.add("the user '" + name + "' has control sockets in " + other
                            + "; run the command as that user: sudo -u " + name + " apex ...");
                }
            } catch (IOException e) {
                // removed in the meantime
            }
        }
        return hints;
    }

    /** Returns the files of a directory with a pattern of names, in their order; none if it cannot be read. */
    static List<Path> files(Path directory, String pattern) {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory, pattern)) {
            for (Path file : stream) {
                if (files.size() < MAX_FILES) {
                    files.add(file);
                }
            }
        } catch (IOException e) {
            return List.of(); // there is no such directory, or it belongs to another user
        }
        files.sort(null);
        return files;
    }
}
