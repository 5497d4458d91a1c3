package io.apexproxy.runtime.tls;

import io.apexproxy.runtime.config.tls.TlsVersion;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;

/** The versions of TLS that a connection can have. */
final class Protocols {

    private Protocols() {
    }

    /** Returns the names of the versions from the lowest one that the library supports, the lowest first. */
    static String[] from(TlsVersion lowest, SSLContext context) {
        List<String> supported = Arrays.asList(context.getSupportedSSLParameters().getProtocols());
        return Stream.of(TlsVersion.values()).filter(version -> version.compareTo(lowest) >= 0)
                .map(TlsVersion::protocol).filter(supported::contains).toArray(String[]::new);
    }
}
