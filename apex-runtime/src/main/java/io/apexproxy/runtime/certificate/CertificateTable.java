package io.apexproxy.runtime.certificate;

import io.apexproxy.runtime.protocol.tls.ServerNamePattern;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The certificates of a listener by the names in them. Immutable.
 *
 * <p>Several certificates can have the same name and keys of different types, of which the TLS library chooses one that
 * the client accepts. The JDK's own choice by name does not work across key types, so names are compared here, as for
 * routes.
 */
public final class CertificateTable {

    private final List<ServerCertificate> certificates;
    /** By the text of a pattern, in the order of the configuration. */
    private final Map<String, List<ServerCertificate>> byName = new HashMap<>();

    /** Creates a table of at least one certificate, in the order of the configuration. */
    public CertificateTable(List<ServerCertificate> certificates) {
        if (certificates.isEmpty()) {
            throw new IllegalArgumentException("no certificates");
        }
        this.certificates = List.copyOf(certificates);
        certificates.forEach(certificate -> certificate.names().forEach(
                name -> byName.computeIfAbsent(name.text(), any -> new ArrayList<>()).add(certificate)));
    }

    /**
     * Returns the certificates of a name: those with the name itself, else those with the longest suffix of it.
     *
     * @param normalizedName the name of a ClientHello
     * @return the certificates in the order of the configuration; empty if there are none
     */
    public List<ServerCertificate> of(String normalizedName) {
        for (String pattern : ServerNamePattern.containing(normalizedName)) {
            List<ServerCertificate> found = byName.get(pattern);
            if (found != null) {
                return List.copyOf(found);
            }
        }
        return List.of();
    }

    /** Returns the first certificate, and the others with its first name, for clients without a known name. */
    public List<ServerCertificate> first() {
        ServerCertificate first = certificates.get(0);
        Optional<ServerNamePattern> name = first.names().stream().findFirst();
        return name.isPresent() ? List.copyOf(byName.get(name.get().text())) : List.of(first);
    }
}
