package io.apexproxy.runtime.certificate;

import io.apexproxy.runtime.protocol.tls.ServerNamePattern;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.security.auth.x500.X500Principal;

/** The names of servers in a certificate. */
final class CertificateNames {

    /** The type of an alternative name (RFC 5280, section 4.2.1.6): dNSName. */
    private static final int DNS_NAME = 2;
    private static final Pattern COMMON_NAME = Pattern.compile("(?:^|,)CN=([^,+]+)");

    private CertificateNames() {
    }

    /**
     * Returns the alternative names, or the common name if there are none, as nginx and HAProxy do. Names that no
     * ClientHello can have are left out.
     */
    static List<ServerNamePattern> of(X509Certificate certificate) {
        List<String> names = alternativeNames(certificate);
        if (names.isEmpty()) {
            Matcher subject = COMMON_NAME
                    .matcher(certificate.getSubjectX500Principal().getName(X500Principal.RFC2253));
            if (subject.find()) {
                names.add(subject.group(1));
            }
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
