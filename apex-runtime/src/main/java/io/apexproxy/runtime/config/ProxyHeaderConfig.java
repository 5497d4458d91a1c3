package io.apexproxy.runtime.config;

import io.apexproxy.runtime.config.address.NetworkSet;

/**
 * The validated PROXY protocol settings of a listener.
 *
 * @param from the peers whose connections begin with a header
 * @param others handling of other peers
 */
public record ProxyHeaderConfig(NetworkSet from, Others others) {

    /** Handling of a peer from which no header is expected. */
    public enum Others {
        /** Resets the connection. */
        REFUSE,
        /** Serves the connection without a header. */
        DIRECT
    }
}
