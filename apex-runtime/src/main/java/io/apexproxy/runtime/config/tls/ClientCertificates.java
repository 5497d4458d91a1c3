package io.apexproxy.runtime.config.tls;

/**
 * The certificates that a listener requests from its clients.
 *
 * @param caFile the certificates of the trusted issuers
 * @param required whether clients without a certificate are refused
 */
public record ClientCertificates(FileSetting caFile, boolean required) {
}
