package io.apexproxy.runtime.tls;

import io.apexproxy.runtime.certificate.ServerCertificate;
import io.apexproxy.runtime.certificate.TrustedIssuers;
import io.apexproxy.runtime.config.address.HostPort;
import io.apexproxy.runtime.config.tls.PoolTls;
import io.apexproxy.runtime.protocol.tls.ServerNames;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.StandardConstants;

/** The context of a pool, with the sessions of its backends. Any thread. */
public final class ClientContext implements ClientTls {

    private static final String VERIFY_HOST = "HTTPS";

    private final PoolTls settings;
    private final SSLContext context;
    private final String[] protocols;
    private final String[] applicationProtocols;

    /**
     * Creates the context of a pool.
     *
     * @param settings the settings
     * @param certificate the client certificate; empty: none
     * @param issuers the trusted issuers; empty: those of the JDK
     * @param library the TLS library
     * @throws IllegalStateException if the library rejects the certificates
     */
    public ClientContext(PoolTls settings, Optional<ServerCertificate> certificate, Optional<TrustedIssuers> issuers,
            TlsProvider library) {
        this.settings = settings;
        this.context = library.newContext(new CertificateKeys(certificate.stream().toList()),
                settings.verify() ? new VerifiedTrust(issuers) : FixedTrust.ALL);
        this.protocols = Protocols.from(settings.minVersion(), context);
        this.applicationProtocols = settings.applicationProtocols().toArray(String[]::new);
    }

    /**
     * The library verifies the host that it knows: {@code server_name} where it is set. Sessions have the host and the
     * port as their key, so that a number of the real address replaces the port.
     */
    @Override
    public SSLEngine newEngine(String host, int port) {
        String name = ServerNames.normalize(settings.serverName().orElse(host));
        SSLEngine engine = context.createSSLEngine(name, settings.serverName().isPresent()
                ? Objects.hash(host, port) & Integer.MAX_VALUE : port);
        engine.setUseClientMode(true);
        SSLParameters parameters = new SSLParameters();
        parameters.setProtocols(protocols);
        parameters.setApplicationProtocols(applicationProtocols);
        parameters.setServerNames(requestedName(name));
        if (settings.verify()) {
            parameters.setEndpointIdentificationAlgorithm(VERIFY_HOST);
        }
        engine.setSSLParameters(parameters);
        return engine;
    }

    /** Returns no name for a literal address, which the extension cannot have (RFC 6066, section 3). */
    private static List<SNIServerName> requestedName(String name) {
        if (name.isEmpty() || new HostPort(name, 0).isLiteral()) {
            return List.of();
        }
        try {
            return List.of(new SNIHostName(name)); // other providers accept only this class
        } catch (IllegalArgumentException e) {
            return List.of(new RequestedName(name));
        }
    }

    /** A name that can have underscores, as names of containers do. {@code SNIHostName} rejects them. */
    private static final class RequestedName extends SNIServerName {
        private RequestedName(String name) {
            super(StandardConstants.SNI_HOST_NAME, name.getBytes(StandardCharsets.US_ASCII));
        }
    }
}
