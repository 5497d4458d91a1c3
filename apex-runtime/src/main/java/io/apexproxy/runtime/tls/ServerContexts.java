package io.apexproxy.runtime.tls;

import io.apexproxy.runtime.certificate.CertificateTable;
import io.apexproxy.runtime.certificate.ServerCertificate;
import io.apexproxy.runtime.certificate.TrustedIssuers;
import io.apexproxy.runtime.config.tls.ClientCertificates;
import io.apexproxy.runtime.config.tls.ListenerTls;
import io.apexproxy.runtime.config.tls.UnknownName;
import io.apexproxy.runtime.protocol.tls.ServerNameMap;
import io.apexproxy.runtime.protocol.tls.ServerNamePattern;
import io.apexproxy.runtime.protocol.tls.ServerNames;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;

/**
 * The contexts of a listener's certificates. Immutable; any thread.
 *
 * <p>Each distinct set of certificates has one context, which contains their sessions and the keys of their tickets.
 * The next instance takes over the contexts whose certificates and trusted issuers are the same.
 */
public final class ServerContexts implements ServerTls {

    private final Optional<TrustedIssuers> clientIssuers;
    private final Map<List<ServerCertificate>, SSLContext> contexts = new HashMap<>();
    private final ServerNameMap<SSLContext> byName = new ServerNameMap<>();
    private final SSLContext first;
    private final SSLParameters parameters;

    /**
     * Creates the contexts of a listener. Its settings and the library are those of the previous instance.
     *
     * @param settings the settings
     * @param certificates the certificates in the order of the settings
     * @param clientIssuers the issuers of the certificates of clients; present if the settings request those
     * @param library the TLS library
     * @param previous the contexts before a change of a file; empty for the first ones
     * @throws IllegalStateException if the library rejects the certificates
     */
    public ServerContexts(ListenerTls settings, List<ServerCertificate> certificates,
            Optional<TrustedIssuers> clientIssuers, TlsProvider library, Optional<ServerContexts> previous) {
        this.clientIssuers = clientIssuers;
        TrustManager trust = clientIssuers.isPresent() ? new VerifiedTrust(clientIssuers) : FixedTrust.NONE;
        Map<List<ServerCertificate>, SSLContext> usable = previous
                .filter(before -> before.clientIssuers.equals(clientIssuers))
                .map(before -> before.contexts).orElse(Map.of());
        CertificateTable table = new CertificateTable(certificates);
        this.first = context(table.first(), trust, library, usable);
        Set<ServerNamePattern> added = new HashSet<>();
        certificates.stream().flatMap(certificate -> certificate.names().stream()).filter(added::add)
                .forEach(name -> byName.add(List.of(name), context(table.of(name.text()), trust, library, usable)));
        this.parameters = parameters(settings);
    }

    private SSLContext context(List<ServerCertificate> certificates, TrustManager trust, TlsProvider library,
            Map<List<ServerCertificate>, SSLContext> usable) {
        return contexts.computeIfAbsent(certificates, set -> {
            SSLContext before = usable.get(set);
            return before == null ? library.newContext(new CertificateKeys(set), trust) : before;
        });
    }

    private SSLParameters parameters(ListenerTls settings) {
        SSLParameters all = new SSLParameters();
        all.setProtocols(Protocols.from(settings.minVersion(), first));
        all.setApplicationProtocols(settings.applicationProtocols().toArray(String[]::new));
        all.setUseCipherSuitesOrder(true);
        if (settings.unknownName() == UnknownName.REFUSE) {
            all.setSNIMatchers(List.of(new KnownNames(name -> find(name).isPresent())));
        }
        settings.clientCertificates().map(ClientCertificates::required).ifPresent(required -> {
            if (required) {
                all.setNeedClientAuth(true);
            } else {
                all.setWantClientAuth(true);
            }
        });
        return all;
    }

    private Optional<SSLContext> find(String normalizedName) {
        return byName.find(normalizedName).stream().findFirst().map(found -> found.get(0));
    }

    @Override
    public SSLEngine newEngine(Optional<String> serverName) {
        SSLContext context = serverName.map(ServerNames::normalize).flatMap(this::find).orElse(first);
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(false);
        engine.setSSLParameters(parameters);
        return engine;
    }
}
