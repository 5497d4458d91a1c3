package io.apexproxy.config.toml;

import java.io.IOException;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says when to look at a file again.
 *
 * <p>Used by one thread, except for {@link #close}.
 */
interface PathWatch extends AutoCloseable {

    /** Follows the way to the file as it is now; from here on its changes are noticed. */
    void follow();

    /**
     * Waits.
     *
     * @param timeout how long at most
     * @return {@code true} as soon as something on the way to the file changed, {@code false} when the time is over or
     *     the watch was closed
     */
    boolean await(Duration timeout);

    /** Ends the waiting, at once and for good. */
    @Override
    void close();

    /** Opens a watch service. */
    @FunctionalInterface
    interface Opener {
        WatchService open() throws IOException;
    }

    /** Opens a watch on a file; one that sees nothing if the system grants none. */
    static PathWatch open(TomlFile file, Opener opener, Duration pollInterval) {
        Logger log = LoggerFactory.getLogger("apex.config");
        try {
            return new DirectoryWatch(file, opener.open(), pollInterval);
        } catch (IOException | UnsupportedOperationException e) {
            log.warn("{}: cannot be watched ({}); its content is compared every {} ms instead. On Linux, raise"
                    + " fs.inotify.max_user_instances", file.name(), e.getMessage(), pollInterval.toMillis());
            return new Blind();
        }
    }

    /** A watch that sees nothing: every wait lasts to its end. */
    final class Blind implements PathWatch {

        private final CountDownLatch closed = new CountDownLatch(1);

        @Override
        public void follow() {
            // nothing is noticed here
        }

        @Override
        public boolean await(Duration timeout) {
            try {
                closed.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                // left behind by an observer: whoever wants the end calls close
            }
            return false;
        }

        @Override
        public void close() {
            closed.countDown();
        }
    }
}
