/**
 * Certificates with their private keys, read from files and chosen by the name of the server.
 *
 * <p>{@code PemText} and {@code PrivateKeyReader} parse the formats of key files that the JDK does not read.
 * {@link io.apexproxy.runtime.certificate.CertificateReader} reads a certificate with its key and checks that they fit.
 * {@link io.apexproxy.runtime.certificate.CertificateTable} chooses certificates for a name. No message contains bytes
 * of a file.
 */
package io.apexproxy.runtime.certificate;
