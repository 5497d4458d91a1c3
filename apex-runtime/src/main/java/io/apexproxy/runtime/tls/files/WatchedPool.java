package io.apexproxy.runtime.tls.files;

import io.apexproxy.runtime.certificate.ServerCertificate;
import io.apexproxy.runtime.certificate.TrustedIssuers;
import io.apexproxy.runtime.config.tls.PoolTls;
import io.apexproxy.runtime.tls.ClientContext;
import io.apexproxy.runtime.tls.ClientTls;
import io.apexproxy.runtime.tls.TlsProvider;
import java.util.Optional;
import javax.net.ssl.SSLEngine;

/** The TLS of a pool, whose files can change. */
final class WatchedPool implements ClientTls, Refreshable {

    private final PoolTls settings;
    private final Optional<WatchedFiles<ServerCertificate>> certificate;
    private final Optional<WatchedFiles<TrustedIssuers>> issuers;
    private final TlsProvider library;
    private Content built;
    private volatile ClientContext context;

    private record Content(Optional<ServerCertificate> certificate, Optional<TrustedIssuers> issuers) {
    }

    /**
     * Creates the context.
     *
     * @throws IllegalStateException if the library rejects the certificates
     */
    WatchedPool(PoolTls settings, Optional<WatchedFiles<ServerCertificate>> certificate,
            Optional<WatchedFiles<TrustedIssuers>> issuers, TlsProvider library) {
        this.settings = settings;
        this.certificate = certificate;
        this.issuers = issuers;
        this.library = library;
        this.built = content();
        this.context = newContext();
    }

    private Content content() {
        return new Content(certificate.map(WatchedFiles::content), issuers.map(WatchedFiles::content));
    }

    private ClientContext newContext() {
        return new ClientContext(settings, built.certificate(), built.issuers(), library);
    }

    PoolTls settings() {
        return settings;
    }

    @Override
    public void refresh() {
        Content present = content();
        if (!present.equals(built)) {
            built = present; // also if the next line throws, which would only be repeated
            context = newContext();
        }
    }

    @Override
    public SSLEngine newEngine(String host, int port) {
        return context.newEngine(host, port);
    }
}
