package io.apexproxy.runtime.takeover;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The successor of this process. At most one process at a time takes over. Thread-safe.
 */
public final class Succession {

    private static final Logger LOG = LoggerFactory.getLogger("apex");

    private final Supplier<Handover> handover;
    private final Runnable stopListening;
    private volatile Optional<ProcessHandle> successor = Optional.empty();
    @GuardedBy("this")
    private Optional<Runnable> onRetire = Optional.empty();
    private volatile boolean retired;

    /**
     * Creates a succession that is not possible before {@link #onRetire}.
     *
     * @param handover returns what this process hands over, or throws {@link TakeoverException}
     * @param stopListening closes the listeners and the admin endpoint; blocks
     */
    public Succession(Supplier<Handover> handover, Runnable stopListening) {
        this.handover = handover;
        this.stopListening = stopListening;
    }

    /** Sets an action that runs once, after the listeners are closed for a successor, and ends the process. */
    public synchronized void onRetire(Runnable action) {
        onRetire = Optional.of(action);
    }

    /**
     * Accepts a successor.
     *
     * @param pid its process number
     * @return what this process hands over
     * @throws TakeoverException if another process takes over, or this process cannot retire now
     */
    public synchronized Handover announce(long pid) {
        ProcessHandle process = require(pid);
        Handover content = handover.get();
        successor = Optional.of(process);
        LOG.info("Process {} prepares to take over; this process serves until it is ready", pid);
        return content;
    }

    /**
     * Stops listening for the successor. When this method returns, the listeners are closed, and the process drains.
     *
     * @param pid the process number of the successor
     * @throws TakeoverException if it is not the successor, or this process cannot retire now
     */
    public synchronized void retire(long pid) {
        require(pid);
        retired = true;
        LOG.info("Process {} has taken over; this process stops listening and drains", pid);
        stopListening.run();
        onRetire.ifPresent(Runnable::run);
    }

    /**
     * Returns whether a successor prepares to take over, and is alive, or has taken over. Its socket files
     * replace those of this process. Does not block.
     */
    public boolean isInProgress() {
        return retired || successor.filter(ProcessHandle::isAlive).isPresent();
    }

    @GuardedBy("this")
    private ProcessHandle require(long pid) {
        if (retired) {
            throw new TakeoverException("this process has been taken over already, and drains");
        }
        if (onRetire.isEmpty()) {
            throw new TakeoverException("this process starts, stops, or is a program with a proxy that it does not end;"
                    + " it cannot be taken over");
        }
        successor.filter(present -> present.isAlive() && present.pid() != pid).ifPresent(present -> {
            throw new TakeoverException("process " + present.pid() + " takes over already; if it does not get ready,"
                    + " end it and try again");
        });
        return ProcessHandle.of(pid).orElseThrow(() -> new TakeoverException("there is no process " + pid
                + ": both processes must run in the same container"));
    }
}
