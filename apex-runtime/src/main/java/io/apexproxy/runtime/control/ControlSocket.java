package io.apexproxy.runtime.control;

import io.apexproxy.runtime.admin.http.HttpServer;
import io.apexproxy.runtime.admin.http.Renderer;
import io.apexproxy.runtime.config.ControlSetting;
import io.apexproxy.runtime.log.CleanText;
import io.apexproxy.runtime.relay.accept.SocketFile;
import io.apexproxy.runtime.relay.accept.StaleSocket;
import java.io.IOException;
import java.net.BindException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An HTTP server on a Unix-domain socket that only the user of the process and root can open. It has a thread for its
 * connections, and starts up to two threads for requests.
 */
public final class ControlSocket implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("apex");
    private static final String NAME = "control socket";
    private static final Set<PosixFilePermission> MODE = PosixFilePermissions.fromString("rw-------");
    /** The limit of the JDK on Linux, where {@code sun_path} has 108 bytes. */
    private static final int MAX_PATH_BYTES = 106;
    /** An operator, a supervisor and a few watches. */
    private static final int MAX_CONNECTIONS = 8;
    private static final int BACKLOG = 64;
    private static final int MAX_QUEUED_REQUESTS = 8;
    /** A reload or a list of connections takes seconds; meanwhile the other thread answers requests for the status. */
    private static final int THREADS = 2;

    private final SocketFile file;
    private final Path aside;
    private final HttpServer server;

    private ControlSocket(SocketFile file, Path aside, ServerSocketChannel channel, ControlActions actions)
            throws IOException {
        this.file = file;
        this.aside = aside;
        ControlRoutes routes = new ControlRoutes(actions);
        this.server = HttpServer.start(NAME, "apex-control-socket", channel, MAX_CONNECTIONS, routes,
                Renderer.onDemand(routes, MAX_QUEUED_REQUESTS, THREADS, "apex-control-request"));
    }

    /**
     * Opens the control socket. Logs a warning if this is not possible.
     *
     * @param setting the setting of the configuration
     * @param actions the actions on the proxy
     * @return empty if the setting is off, or the socket cannot be opened
     */
    public static Optional<ControlSocket> open(ControlSetting setting, ControlActions actions) {
        if (!setting.isOn()) {
            return Optional.empty();
        }
        ControlPath.Context context = ControlPath.Context.ofThisProcess();
        ControlPath path = ControlPath.of(setting, context, ProcessHandle.current().pid());
        try {
            ControlSocket socket = open(path, context.user(), actions);
            LOG.info("Control socket: {}", path.path());
            return Optional.of(socket);
        } catch (IOException | RuntimeException | OutOfMemoryError e) { // the last one: no thread can be created
            LOG.warn("control socket {} is not available: {}; the proxy runs, and commands such as apex reload cannot"
                    + " reach it; set control_socket to another path, or to \"off\"", path.path(), reason(e));
            LOG.debug("control socket", e);
            return Optional.empty();
        }
    }

    static ControlSocket open(ControlPath path, long user, ControlActions actions) throws IOException {
        int bytes = path.path().toString().getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_PATH_BYTES) {
            throw new IOException("the path has " + bytes + " bytes, and a socket permits " + MAX_PATH_BYTES);
        }
        Path directory = path.path().getParent();
        if (path.isOwnDirectory()) {
            SocketOwner.createPrivate(directory, user);
            StaleSocket.removeAll(directory, "*{" + ControlPath.SUFFIX + ',' + ControlPath.DRAINING_SUFFIX + '}');
        } else {
            SocketOwner.check(directory, user);
        }
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        SocketFile file = new SocketFile(path.path());
        try {
            file.bind(MODE, free -> server.bind(UnixDomainSocketAddress.of(free), BACKLOG));
            return new ControlSocket(file, ControlPath.aside(path.path()), server, actions);
        } catch (Throwable e) { // also if no thread can be created
            file.remove();
            server.close();
            throw e;
        }
    }

    /** Renames the file, so that the successor of this process can use its path. The socket still answers. */
    public void moveAside() {
        try {
            file.rename(aside);
            LOG.info("Control socket: {}", aside);
        } catch (IOException e) {
            LOG.warn("control socket: cannot be renamed to {}: {}; the new process has none", aside, CleanText.of(e));
        }
    }

    private static String reason(Throwable failure) {
        return failure instanceof BindException ? "it is in use by another process" : CleanText.of(failure);
    }

    /** Removes the file, stops listening and closes the connections. */
    @Override
    public void close() {
        file.remove();
        server.close();
    }
}
