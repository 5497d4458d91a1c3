package io.apexproxy.runtime.control;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.apexproxy.runtime.config.ControlSetting;
import java.util.Optional;

/** The control socket of a proxy, which opens at its start and moves aside for its successor. Thread-safe. */
public final class ControlEndpoint implements AutoCloseable {

    private final ControlSetting setting;
    private final ControlActions actions;
    @GuardedBy("this")
    private Optional<ControlSocket> socket = Optional.empty();
    @GuardedBy("this")
    private boolean closed;

    /** Creates an endpoint without a socket. */
    public ControlEndpoint(ControlSetting setting, ControlActions actions) {
        this.setting = setting;
        this.actions = actions;
    }

    /** Opens the socket, if the setting is on. Logs a warning if this is not possible. */
    public synchronized void open() {
        if (!closed) {
            socket = ControlSocket.open(setting, actions);
        }
    }

    /** Renames the socket, so that the successor of this process can use its path. It still answers. */
    public synchronized void moveAside() {
        socket.ifPresent(ControlSocket::moveAside);
    }

    @Override
    public synchronized void close() {
        closed = true;
        socket.ifPresent(ControlSocket::close);
    }
}
