package io.apexproxy.runtime.cli.client;

import io.apexproxy.runtime.control.ControlPath;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The processes that drain after a takeover. Their control sockets are next to that of their successor. */
final class DrainingProcesses {

    /** For each process, and for all. */
    private static final long TIMEOUT_MILLIS = 2_000;

    private DrainingProcesses() {
    }

    /** Returns a line for each process with a socket next to this one. Blocks up to 4 s. */
    static List<String> lines(Path control) {
        List<String> lines = new ArrayList<>();
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MILLIS);
        for (Path socket : SocketProbe.files(control.getParent(), "*" + ControlPath.DRAINING_SUFFIX)) {
            if (!socket.equals(control) && System.nanoTime() < deadline
                    && SocketProbe.of(socket).state() == SocketProbe.State.LIVE) {
                line(socket, lines);
            }
        }
        return lines;
    }

    private static void line(Path socket, List<String> lines) {
        try {
            Node status = Node.parse(ControlClient.send(UnixDomainSocketAddress.of(socket), "GET", "/status",
                    TIMEOUT_MILLIS));
            String name = socket.getFileName().toString();
            lines.add("process " + name.substring(0, name.length() - ControlPath.DRAINING_SUFFIX.length()) + ", "
                    + status.text("reason").orElse("draining") + "; --control " + socket);
        } catch (ClientException | IOException e) {
            // the process has ended in the meantime
        }
    }
}
