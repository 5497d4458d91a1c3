package io.apexproxy.runtime.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A whole configuration, validated.
 *
 * @param threads event loops, at least 1
 * @param maxConnections client connections at the same time, over all listeners; 0: derived from descriptors and heap
 * @param bufferMemory ceiling for relay buffers, in bytes; empty: derived from the memory of the process
 * @param drainTimeout how long sessions may take to finish on shutdown
 * @param accessLog how the line is written that each connection leaves
 * @param admin the admin endpoint; empty: there is none
 * @param listeners in the order in which they were written; at least one, with distinct names and addresses
 * @param pools in the order in which they were written, with distinct names
 */
public record ProxyConfig(
        int threads,
        int maxConnections,
        OptionalLong bufferMemory,
        Duration drainTimeout,
        AccessLogFormat accessLog,
        Optional<AdminConfig> admin,
        List<ListenerConfig> listeners,
        List<PoolConfig> pools) {

    /**
     * Says what is in force when this configuration comes after another one in the same process.
     *
     * @param before what is in force now
     * @return this configuration, with event loops and buffers as they were made at the start
     */
    public ProxyConfig startedWith(ProxyConfig before) {
        return new ProxyConfig(before.threads(), maxConnections, before.bufferMemory(), drainTimeout, accessLog, admin,
                listeners, pools);
    }
}
