package io.apexproxy.runtime.config.tls;

/** Whether health probes use the TLS settings of their pool. */
public enum ProbeTls {
    /** As connections to the pool. */
    AS_POOL,
    /** Without TLS. */
    OFF
}
