package io.apexproxy.runtime.pool;

import io.apexproxy.runtime.config.BackendConfig;
import io.apexproxy.runtime.pool.backend.BackendState;

/**
 * Identifies a backend of a pool across changes of the configuration and of the addresses of a name.
 *
 * @param name its name in log and metrics
 * @param address as it is configured, or the socket address that it has
 */
record BackendKey(String name, Object address) {

    static BackendKey of(BackendConfig config) {
        return new BackendKey(config.name(), config.address());
    }

    static BackendKey of(BackendState state) {
        return new BackendKey(state.name(), state.address());
    }
}
