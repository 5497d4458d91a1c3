package io.apexproxy.runtime.pool.names;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** An asynchronous resolver of host names. */
@FunctionalInterface
public interface NameResolver {

    /** The timeout of a look-up. It delays the start of a listener that waits for the first verdicts. */
    Duration TIMEOUT = Duration.ofSeconds(5);

    /**
     * Looks up a name. Called on the control thread, which it must not block.
     *
     * @param host a host name
     * @return the addresses, at least one, completed on any thread; completes exceptionally if there are none or the
     *     look-up fails, and with a {@link java.util.concurrent.TimeoutException} {@link #TIMEOUT} after its start
     */
    CompletionStage<List<InetAddress>> resolve(String host);
}
