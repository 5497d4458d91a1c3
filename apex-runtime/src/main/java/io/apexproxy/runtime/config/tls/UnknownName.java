package io.apexproxy.runtime.config.tls;

/** The handling of a client that requests the name of a server for which there is no certificate. */
public enum UnknownName {
    /** It gets the first certificate. */
    FIRST,
    /** It gets the alert {@code unrecognized_name}. */
    REFUSE
}
