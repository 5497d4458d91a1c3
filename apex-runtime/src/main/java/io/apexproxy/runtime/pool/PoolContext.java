package io.apexproxy.runtime.pool;

import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;

/**
 * What all pools share.
 *
 * @param control the thread on which pools change
 * @param resolver looks up the names of backends
 * @param retirement closes the plugins that pools no longer need
 * @param lanes how many event loops count
 * @param onDown is told, on the control thread, of a backend that went down and whose connections are to be closed
 */
public record PoolContext(ScheduledExecutorService control, NameResolver resolver, Retirement retirement, int lanes,
        Consumer<BackendState> onDown) {
}
