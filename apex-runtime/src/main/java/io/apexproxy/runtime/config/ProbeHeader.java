package io.apexproxy.runtime.config;

/** The PROXY protocol header with which health probes begin. */
public enum ProbeHeader {
    /** That of the pool. */
    AS_POOL,
    /** No header. */
    OFF,
    /** A line of text, with the addresses of the probe. */
    V1,
    /** A binary header that says that the connection is a probe ({@code LOCAL}). */
    V2;

    /** Returns the header of probes to a pool with this header. */
    public ProxyVersion version(ProxyVersion pool) {
        return switch (this) {
            case AS_POOL -> pool;
            case OFF -> ProxyVersion.OFF;
            case V1 -> ProxyVersion.V1;
            case V2 -> ProxyVersion.V2;
        };
    }
}
