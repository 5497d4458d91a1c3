package io.apexproxy.runtime.plugin.unit;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The open files of a unit, with a count of its users: instances, executors and calls that need its classes.
 *
 * <p>The class loader of a module layer has no {@code close} and keeps its jars open until it is garbage-collected.
 * This class lets the registry close the files when they were removed from the plugins directory and have no user.
 *
 * <p>Thread-safe.
 */
public final class UnitFiles {

    private static final Logger LOG = LoggerFactory.getLogger("apex.plugin");

    @GuardedBy("this")
    private final List<Closeable> open = new ArrayList<>();
    @GuardedBy("this")
    private int users;
    @GuardedBy("this")
    private boolean closed;

    /** Creates an empty set of files without users. */
    public UnitFiles() {
    }

    /** Adds an open file. Closes it and throws if the unit was unloaded. */
    public synchronized void add(Closeable file) throws IOException {
        if (closed) {
            file.close();
            throw new IOException("the plugin was unloaded");
        }
        open.add(file);
    }

    /** Adds a user; returns {@code false} if the unit was unloaded. */
    public synchronized boolean hold() {
        users += closed ? 0 : 1;
        return !closed;
    }

    /** Removes a user. */
    public synchronized void release() {
        users--;
    }

    /** Closes the files unless they are in use; returns whether they are closed. */
    public synchronized boolean closeIfUnused() {
        if (users > 0) {
            return false;
        }
        closed = true;
        for (Closeable file : open) {
            try {
                file.close();
            } catch (IOException e) {
                LOG.debug("{}: not closed", file, e);
            }
        }
        open.clear();
        return true;
    }
}
