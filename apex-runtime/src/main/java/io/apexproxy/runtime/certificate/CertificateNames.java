package io.apexproxy.runtime.certificate;

import io.apexproxy.runtime.protocol.tls.ServerNamePattern;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;

/** The names of servers in a certificate. */
final class CertificateNames {

    /** The type of an alternative name (RFC 5280, section 4.2.1.6): dNSName. */
    private static final int DNS_NAME = 2;

    private CertificateNames() {
    }

    /**
     * Returns the alternative names, or the common name if there are none, as nginx and HAProxy do. Names that no
     * ClientHello can have are left out.
     */
    static List<ServerNamePattern> of(X509Certificate certificate) {
        List<String> names = alternativeNames(certificate);
        if (names.isEmpty()) {
            CommonName.of(certificate.getSubjectX500Principal()).ifPresent(names::add);
        }
        return names.stream().flatMap(name -> ServerNamePattern.parse(name).stream()).distinct().toList();
    }

    private static List<String> alternativeNames(X509Certificate certificate) {
        List<String> names = new ArrayList<>();
        try {
            Collection<List<?>> all = Objects.requireNonNullElse(certificate.getSubjectAlternativeNames(), List.of());
            for (List<?> name : all) {
                if (name.get(0).equals(DNS_NAME)) {
                    names.add((String) name.get(1));
                }
            }
        } catch (CertificateParsingException e) { // no alternative names that a client could read
            return names;
        }
        return names;
    }
}
