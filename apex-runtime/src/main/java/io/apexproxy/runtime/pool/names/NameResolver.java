package io.apexproxy.runtime.pool.names;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Looks names up without making the caller wait. */
@FunctionalInterface
public interface NameResolver {

    /** How long a caller waits for a look-up, as a listener may be waiting for the verdict that follows from it. */
    Duration TIMEOUT = Duration.ofSeconds(5);

    /**
     * Looks a name up. Called on the control thread, which it must not block.
     *
     * @param host a host name
     * @return its addresses, at least one; completes, on any thread, exceptionally if there are none or the look-up
     *     failed, and with a {@link java.util.concurrent.TimeoutException} if it takes longer than {@link #TIMEOUT},
     *     counted from its start
     */
    CompletionStage<List<InetAddress>> resolve(String host);
}
