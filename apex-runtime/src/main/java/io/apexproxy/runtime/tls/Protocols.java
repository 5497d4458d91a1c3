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

    /**
     * Returns the names of the versions from the lowest one that the library supports, the lowest first.
     *
     * @throws IllegalStateException if the library supports none of them
     */
    static String[] from(TlsVersion lowest, SSLContext context) {
        List<String> supported = Arrays.asList(context.getSupportedSSLParameters().getProtocols());
        String[] usable = Stream.of(TlsVersion.values()).filter(version -> version.compareTo(lowest) >= 0)
                .map(TlsVersion::protocol).filter(supported::contains).toArray(String[]::new);
        if (usable.length == 0) {
            throw new IllegalStateException("the TLS provider " + context.getProvider().getName() + " supports only "
                    + supported + "; lower min_version, or set another tls_provider");
        }
        return usable;
    }
}
