package io.apexproxy.runtime.pool;

import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Looks names up without making the caller wait. */
@FunctionalInterface
public interface NameResolver {

    /**
     * Looks a name up. Called on the control thread, which it must not block.
     *
     * @param host a host name
     * @return its addresses, at least one; completes, on any thread, exceptionally if there are none or the look-up
     *     failed
     */
    CompletionStage<List<InetAddress>> resolve(String host);
}
