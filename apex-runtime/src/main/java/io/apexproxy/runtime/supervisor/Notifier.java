package io.apexproxy.runtime.supervisor;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notifies the supervisor of the state of this process. Without a supervisor that expects messages, all methods return
 * at once. A failure is logged and has no other effect.
 *
 * <p>Any thread but those of event loops. A call blocks for a second at most if the supervisor does not read.
 */
public final class Notifier {

    private static final Logger LOG = LoggerFactory.getLogger("apex");
    /** The name of the socket. {@code bin/apex} sets it, and removes NOTIFY_SOCKET from the environment. */
    private static final String SOCKET = "apex.notify.socket";

    /** The state of the process. It only advances. */
    private enum State {
        STARTING, SERVING, STOPPING, RETIRED
    }

    /** Where the messages are sent. Called by one thread at a time. */
    public interface Channel {

        /**
         * Sends a message. Blocks for a bounded time.
         *
         * @throws IOException if the supervisor does not receive it
         */
        void send(String message) throws IOException;

        /** Returns the time of CLOCK_MONOTONIC in microseconds. */
        long monotonicMicros();
    }

    private final Optional<Channel> channel;
    @GuardedBy("this")
    private State state = State.STARTING;
    /** Reloads that have begun and not ended. */
    @GuardedBy("this")
    private int reloads;
    /** Whether the last message could not be sent. */
    @GuardedBy("this")
    private boolean failed;

    /**
     * Creates the notifier of a process that starts.
     *
     * @param channel empty if no supervisor expects messages
     */
    public Notifier(Optional<Channel> channel) {
        this.channel = channel;
    }

    /** Returns the notifier of this process. Logs why a supervisor that expects messages gets none. */
    static Notifier ofProcess() {
        return new Notifier(Optional.of(System.getProperty(SOCKET, "")).filter(name -> !name.isEmpty())
                .flatMap(NotifySocket::of));
    }

    /** Returns whether a supervisor gets messages. */
    public boolean isActive() {
        return channel.isPresent();
    }

    /** Notifies that the listeners accept, and that this process is the main one of its service. */
    public synchronized void ready(String status) {
        if (state == State.STARTING) {
            state = State.SERVING;
            send(to -> Notification.ready(status, ProcessHandle.current().pid()));
        }
    }

    /**
     * Performs a reload, and notifies of its begin and its end. Several reloads can be in progress.
     *
     * @param change performs the reload; the text of its result becomes the status
     * @return the result of the reload
     */
    public <T> T reload(Supplier<T> change) {
        String status = "Reload failed";
        reloading();
        try {
            T result = change.get();
            status = result.toString();
            return result;
        } finally {
            reloaded(status);
        }
    }

    private synchronized void reloading() {
        reloads++;
        if (state == State.SERVING) {
            send(to -> Notification.reloading(to.monotonicMicros()));
        }
    }

    /** While another reload is in progress, only the status is new. */
    private synchronized void reloaded(String status) {
        reloads--;
        if (state == State.SERVING) {
            boolean isLast = reloads == 0;
            send(to -> isLast ? Notification.ready(status) : Notification.status(status));
        }
    }

    /** Notifies of another status of a process that serves or stops. */
    public synchronized void status(String status) {
        if (state == State.SERVING || state == State.STOPPING) {
            send(to -> Notification.status(status));
        }
    }

    /** Notifies that the process stops. */
    public synchronized void stopping(String status) {
        if (state == State.SERVING) {
            state = State.STOPPING;
            send(to -> Notification.stopping(status));
        }
    }

    /** Ends the messages of this process: another one is the main process of the service now. */
    public synchronized void retire() {
        state = State.RETIRED;
    }

    @GuardedBy("this")
    private void send(Function<Channel, String> message) {
        if (channel.isEmpty()) {
            return;
        }
        try {
            channel.get().send(message.apply(channel.get()));
            failed = false;
        } catch (IOException | RuntimeException e) {
            if (!failed) {
                LOG.warn("NOTIFY_SOCKET: failed to notify the supervisor: {}; further failures are not logged until a"
                        + " message is sent", e.toString());
            }
            failed = true;
        }
    }
}
