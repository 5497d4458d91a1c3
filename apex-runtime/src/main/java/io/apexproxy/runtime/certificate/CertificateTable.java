package io.apexproxy.runtime.certificate;

import io.apexproxy.runtime.protocol.tls.ServerNameMap;
import java.util.List;

/**
 * The certificates of a listener by the names in them. Immutable.
 *
 * <p>Several certificates can have the same name and keys of different types, of which the TLS library chooses one that
 * the client accepts. The JDK's own choice by name does not work across key types, so names are compared here, as for
 * routes.
 */
public final class CertificateTable {

    private final List<ServerCertificate> certificates;
    private final ServerNameMap<ServerCertificate> byName = new ServerNameMap<>();

    /** Creates a table of at least one certificate, in the order of the configuration. */
    public CertificateTable(List<ServerCertificate> certificates) {
        if (certificates.isEmpty()) {
            throw new IllegalArgumentException("no certificates");
        }
        this.certificates = List.copyOf(certificates);
        certificates.forEach(certificate -> byName.add(certificate.names(), certificate));
    }

    /**
     * Returns the certificates of a name: those with the name itself, else those with the longest suffix of it.
     *
     * @param normalizedName the name of a ClientHello
     * @return the certificates in the order of the configuration; empty if there are none
     */
    public List<ServerCertificate> of(String normalizedName) {
        return byName.find(normalizedName).stream().findFirst().map(List::copyOf).orElse(List.of());
    }

    /** Returns the first certificate, and the others with its first name, for clients without a known name. */
    public List<ServerCertificate> first() {
        ServerCertificate first = certificates.get(0);
        return first.names().stream().findFirst().map(name -> of(name.text())).orElse(List.of(first));
    }
}
