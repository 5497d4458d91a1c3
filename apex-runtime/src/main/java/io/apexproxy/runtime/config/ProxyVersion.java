package io.apexproxy.runtime.config;

/** The PROXY protocol header with which connections to a pool begin. */
public enum ProxyVersion {
    /** No header. */
    OFF,
    /** A line of text. */
    V1,
    /** A binary header. */
    V2
}
