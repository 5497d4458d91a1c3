package io.apexproxy.config.toml;

import java.io.IOException;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notification of changes on the path of a file.
 *
 * <p>Only {@link #close} is thread-safe.
 */
interface PathWatch extends AutoCloseable {

    /** Registers for changes of the current path of the file. Later changes are detected. */
    void refresh();

    /**
     * Waits for a change.
     *
     * @param timeout the maximum time to wait
     * @return {@code true} if an entry on the path changed, {@code false} if the timeout is over or the watch is closed
     */
    boolean await(Duration timeout);

    /** Ends current and later waits immediately. */
    @Override
    void close();

    /** A factory of watch services. */
    @FunctionalInterface
    interface Opener {
        WatchService open() throws IOException;
    }

    /** Opens a watch on a file, or a watch without events if the system provides none. */
    static PathWatch open(TomlFile file, Opener opener, Duration pollInterval) {
        Logger log = LoggerFactory.getLogger("apex.config");
        try {
            return new DirectoryWatch(file, opener.open(), pollInterval);
        } catch (IOException | UnsupportedOperationException e) {
            log.warn("{}: cannot watch the file ({}); comparing the content every {} ms instead. On Linux, raise"
                    + " fs.inotify.max_user_instances", file.name(), e.getMessage(), pollInterval.toMillis());
            return new NoEvents();
        }
    }

    /** A watch without events: every wait lasts until its timeout. */
    final class NoEvents implements PathWatch {

        private final CountDownLatch closed = new CountDownLatch(1);

        @Override
        public void refresh() {
            // no events
        }

        @Override
        public boolean await(Duration timeout) {
            try {
                closed.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                // an interrupt by the observer; only close() ends the watch
            }
            return false;
        }

        @Override
        public void close() {
            closed.countDown();
        }
    }
}
