package io.apexproxy.runtime.control;

import io.apexproxy.runtime.config.ControlSetting;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The path of a control socket.
 *
 * @param path the path of the socket
 * @param isOwnDirectory whether its directory is created by Apex, for sockets of this user only
 */
public record ControlPath(Path path, boolean isOwnDirectory) {

    /** The ending of the names of sockets in {@link #ownDirectories}. */
    public static final String SUFFIX = ".sock";

    /** The ending of the names of sockets of processes that drain after a takeover. The names begin with their PID. */
    public static final String DRAINING_SUFFIX = ".draining";

    private static final String NAME = "control" + SUFFIX;
    /** The runtime directory of the systemd unit in {@code contrib}, whose commands do not have its environment. */
    private static final Path SERVICE = Path.of("/run/apex", NAME);

    /**
     * What the default path depends on.
     *
     * @param environment the environment variables
     * @param temporary the directory for temporary files
     * @param user the number of the user
     */
    public record Context(Map<String, String> environment, Path temporary, long user) {

        /** Returns the context of this process. */
        public static Context ofThisProcess() {
            return new Context(System.getenv(), Path.of(System.getProperty("java.io.tmpdir")), SocketOwner.ownId());
        }

        private Optional<Path> directory(String variable) {
            return Optional.ofNullable(environment.get(variable)).map(paths -> paths.split(":", 2)[0])
                    .filter(path -> !path.isEmpty()).map(Path::of).filter(Path::isAbsolute);
        }
    }

    /**
     * Returns the path of the socket of a process.
     *
     * @param setting a setting that is on
     * @param pid the number of the process
     */
    static ControlPath of(ControlSetting setting, Context context, long pid) {
        Optional<Path> given = setting.path()
                .or(() -> context.directory("RUNTIME_DIRECTORY").map(directory -> directory.resolve(NAME)));
        return given.map(path -> new ControlPath(path, false))
                .orElseGet(() -> new ControlPath(ownDirectories(context).get(0).resolve(pid + SUFFIX), true));
    }

    /** Returns the path to which this process renames its socket for its successor. */
    static Path aside(Path path) {
        return path.resolveSibling(ProcessHandle.current().pid() + DRAINING_SUFFIX);
    }

    /** Returns the paths that a process without a setting uses if systemd starts it. */
    public static List<Path> servicePaths(Context context) {
        return Stream.concat(context.directory("RUNTIME_DIRECTORY").map(directory -> directory.resolve(NAME)).stream(),
                Stream.of(SERVICE)).distinct().toList();
    }

    /** Returns the directories in which processes of this user have their sockets, the preferred one first. */
    public static List<Path> ownDirectories(Context context) {
        return Stream.concat(context.directory("XDG_RUNTIME_DIR").stream(), Stream.of(context.temporary()))
                .map(base -> base.resolve("apex-" + context.user())).distinct().toList();
    }
}
