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
    private final BuiltValue<Content, ServerContexts> contexts;

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
        this.contexts = new BuiltValue<>(
                () -> new Content(certificates.stream().map(WatchedFiles::content).toList(),
                        issuers.map(WatchedFiles::content)),
                (content, previous) -> new ServerContexts(settings, content.certificates(), content.issuers(), library,
                        previous));
    }

    ListenerTls settings() {
        return settings;
    }

    @Override
    public void refresh() {
        contexts.refresh();
    }

    @Override
    public SSLEngine newEngine(Optional<String> serverName) {
        return contexts.get().newEngine(serverName);
    }
}
