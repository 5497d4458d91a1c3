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
    private final BuiltValue<Content, ClientContext> context;

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
        this.context = new BuiltValue<>(
                () -> new Content(certificate.map(WatchedFiles::content), issuers.map(WatchedFiles::content)),
                (content, previous) -> new ClientContext(settings, content.certificate(), content.issuers(), library));
    }

    PoolTls settings() {
        return settings;
    }

    @Override
    public void refresh() {
        context.refresh();
    }

    @Override
    public SSLEngine newEngine(String host, int port) {
        return context.get().newEngine(host, port);
    }
}
