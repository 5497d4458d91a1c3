package io.apexproxy.runtime.tls.files;

import io.apexproxy.runtime.certificate.ServerCertificate;
import io.apexproxy.runtime.certificate.TrustedIssuers;
import io.apexproxy.runtime.config.tls.ListenerTls;
import io.apexproxy.runtime.tls.ServerContexts;
import io.apexproxy.runtime.tls.ServerTls;
import io.apexproxy.runtime.tls.TlsProvider;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLEngine;

/** The TLS of a listener, whose files can change. */
final class WatchedListener implements ServerTls, Refreshable {

    private final ListenerTls settings;
    private final List<WatchedFiles<ServerCertificate>> certificates;
    private final Optional<WatchedFiles<TrustedIssuers>> issuers;
    private final TlsProvider library;
    private Content built;
    private volatile ServerContexts contexts;

    private record Content(List<ServerCertificate> certificates, Optional<TrustedIssuers> issuers) {
    }

    /**
     * Creates the contexts.
     *
     * @throws IllegalStateException if the library rejects the certificates
     */
    WatchedListener(ListenerTls settings, List<WatchedFiles<ServerCertificate>> certificates,
            Optional<WatchedFiles<TrustedIssuers>> issuers, TlsProvider library) {
        this.settings = settings;
        this.certificates = List.copyOf(certificates);
        this.issuers = issuers;
        this.library = library;
        this.built = content();
        this.contexts = contexts(Optional.empty());
    }

    private Content content() {
        return new Content(certificates.stream().map(WatchedFiles::content).toList(),
                issuers.map(WatchedFiles::content));
    }

    private ServerContexts contexts(Optional<ServerContexts> previous) {
        return new ServerContexts(settings, built.certificates(), built.issuers(), library, previous);
    }

    ListenerTls settings() {
        return settings;
    }

    @Override
    public void refresh() {
        Content present = content();
        if (!present.equals(built)) {
            built = present; // also if the next line throws, which would only be repeated
            contexts = contexts(Optional.of(contexts));
        }
    }

    @Override
    public SSLEngine newEngine(Optional<String> serverName) {
        return contexts.newEngine(serverName);
    }
}
