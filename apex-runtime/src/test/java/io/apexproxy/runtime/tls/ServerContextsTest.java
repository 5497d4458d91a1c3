package io.apexproxy.runtime.tls;

import static io.apexproxy.runtime.tls.TlsFixture.certificate;
import static io.apexproxy.runtime.tls.TlsFixture.issuers;
import static io.apexproxy.runtime.tls.TlsFixture.listener;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apexproxy.runtime.certificate.ServerCertificate;
import io.apexproxy.runtime.certificate.TrustedIssuers;
import io.apexproxy.runtime.config.tls.ListenerTls;
import io.apexproxy.runtime.config.tls.TlsVersion;
import io.apexproxy.runtime.config.tls.UnknownName;
import java.security.AlgorithmConstraints;
import java.security.AlgorithmParameters;
import java.security.CryptoPrimitive;
import java.security.Key;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerContextsTest {

    private static final TlsProvider LIBRARY = TlsProvider.ofJdk();
    private static final String TLS_1_2 = "TLSv1.2";
    private static final String TLS_1_3 = "TLSv1.3";

    private final ServerCertificate ec = certificate("a-ec");
    private final ServerCertificate rsa = certificate("a-rsa");
    private final ServerCertificate other = certificate("b-ec");

    private static ServerContexts contexts(ListenerTls settings, ServerCertificate... certificates) {
        Optional<TrustedIssuers> issuers = settings.clientCertificates().map(any -> issuers("ca"));
        return new ServerContexts(settings, List.of(certificates), issuers, LIBRARY, Optional.empty());
    }

    private static SSLContext clientContext(ServerCertificate... certificates) {
        return LIBRARY.newContext(new CertificateKeys(List.of(certificates)), FixedTrust.ALL);
    }

    private static SSLEngine client(SSLContext context, String name, Consumer<SSLParameters> change) {
        SSLEngine engine = context.createSSLEngine("host", 443);
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setServerNames(name.isEmpty() ? List.of() : List.of(new SNIHostName(name)));
        change.accept(parameters);
        engine.setSSLParameters(parameters);
        return engine;
    }

    private static EnginePair connect(ServerTls server, SSLContext context, String name,
            Consumer<SSLParameters> change) throws SSLException {
        return EnginePair.shake(client(context, name, change),
                server.newEngine(Optional.of(name).filter(text -> !text.isEmpty())));
    }

    private static EnginePair connect(ServerTls server, String name) throws SSLException {
        return connect(server, clientContext(), name, parameters -> {});
    }

    private static X509Certificate certificateOf(EnginePair pair) throws SSLPeerUnverifiedException {
        return (X509Certificate) pair.clientSession().getPeerCertificates()[0];
    }

    @ParameterizedTest
    @CsvSource({"a.example, a-ec", "A.Example, a-ec", "x.b.example, b-ec", "b.example, a-ec", "'', a-ec",
        "unknown.example, a-ec"})
    void certificateIsChosenByName(String name, String expected) throws SSLException {
        ServerContexts server = contexts(listener(), ec, other);

        assertThat(certificateOf(connect(server, name))).isEqualTo(certificate(expected).leaf());
    }

    @ParameterizedTest
    @CsvSource({
        "TLSv1.2, RSA,   EC",
        "TLSv1.2, ECDSA, RSA",
        "TLSv1.3, RSA,   EC",
        "TLSv1.3, ECDSA, RSA",
    })
    void certificateIsChosenByTheKeyTypeOfTheClient(String version, String excluded, String expected)
            throws SSLException {
        ServerContexts server = contexts(listener(), rsa, ec);

        EnginePair pair = connect(server, clientContext(), "a.example", parameters -> {
            parameters.setProtocols(new String[] {version});
            parameters.setAlgorithmConstraints(new WithoutAlgorithm(excluded));
        });

        assertThat(certificateOf(pair).getPublicKey().getAlgorithm()).isEqualTo(expected);
        assertThat(pair.clientSession().getProtocol()).isEqualTo(version);
    }

    /** The algorithms that a client accepts. */
    private record WithoutAlgorithm(String excluded) implements AlgorithmConstraints {
        @Override
        public boolean permits(Set<CryptoPrimitive> primitives, String algorithm, AlgorithmParameters parameters) {
            return !algorithm.contains(excluded);
        }

        @Override
        public boolean permits(Set<CryptoPrimitive> primitives, Key key) {
            return true;
        }

        @Override
        public boolean permits(Set<CryptoPrimitive> primitives, String algorithm, Key key,
                AlgorithmParameters parameters) {
            return permits(primitives, algorithm, parameters);
        }
    }

    @Test
    void unknownNameIsRefused() throws SSLException {
        ServerContexts server = contexts(new ListenerTls(List.of(), TlsVersion.TLS_1_2, List.of(), Optional.empty(),
                UnknownName.REFUSE), ec, other);

        assertThat(certificateOf(connect(server, ""))).isEqualTo(ec.leaf());
        assertThat(certificateOf(connect(server, "X.b.example"))).isEqualTo(other.leaf());
        assertThatThrownBy(() -> connect(server, "b.example")).isInstanceOf(SSLException.class)
                .hasMessageContaining("nrecognized");
    }

    @ParameterizedTest
    @ValueSource(strings = {TLS_1_2, TLS_1_3})
    void clientCertificateCanBeRequired(String version) throws SSLException {
        ServerContexts server = contexts(listener(true), ec);

        EnginePair pair = connect(server, clientContext(certificate("client")), "", protocol(version));

        assertThat(pair.serverSession().getPeerCertificates()).containsExactly(certificate("client").leaf());
        assertThatThrownBy(() -> connect(server, clientContext(), "", protocol(version)))
                .isInstanceOf(SSLException.class);
        assertThatThrownBy(() -> connect(server, clientContext(certificate("client-expired")), "", protocol(version)))
                .isInstanceOf(SSLException.class);
        assertThatThrownBy(() -> connect(server, clientContext(selfSigned()), "", protocol(version)))
                .isInstanceOf(SSLException.class);
    }

    private static Consumer<SSLParameters> protocol(String version) {
        return parameters -> parameters.setProtocols(new String[] {version});
    }

    private static ServerCertificate selfSigned() {
        return certificate("../certificate/ec", "../certificate/ec");
    }

    @Test
    void optionalClientCertificateMustBeValid() throws SSLException {
        ServerContexts server = contexts(listener(false), ec);

        EnginePair without = connect(server, "");

        assertThatThrownBy(() -> without.serverSession().getPeerCertificates())
                .isInstanceOf(SSLPeerUnverifiedException.class);
        assertThat(connect(server, clientContext(certificate("client")), "", any -> {}).serverSession()
                .getPeerCertificates()).hasSize(1);
        assertThatThrownBy(() -> connect(server, clientContext(selfSigned()), "", any -> {}))
                .isInstanceOf(SSLException.class);
    }

    @Test
    void expiredCertificateThatIsListedAsTrustedIsRefused() {
        ServerContexts server = new ServerContexts(listener(true), List.of(ec),
                Optional.of(issuers("client-expired")), LIBRARY, Optional.empty());

        assertThatThrownBy(() -> connect(server, clientContext(certificate("client-expired")), "", any -> {}))
                .isInstanceOf(SSLException.class);
    }

    @Test
    void validCertificateIsPreferredToAnExpiredOne() throws SSLException {
        ServerContexts server = contexts(listener(), certificate("a-expired", "a-ec"), ec);

        assertThat(certificateOf(connect(server, "a.example"))).isEqualTo(ec.leaf());
        assertThat(certificateOf(connect(contexts(listener(), certificate("a-expired", "a-ec")), "a.example")))
                .isEqualTo(certificate("a-expired", "a-ec").leaf());
    }

    @Test
    void versionsBelowTheLowestAreRefused() throws SSLException {
        ServerContexts server = contexts(new ListenerTls(List.of(), TlsVersion.TLS_1_3, List.of(), Optional.empty(),
                UnknownName.FIRST), ec);

        assertThat(connect(server, "").clientSession().getProtocol()).isEqualTo(TLS_1_3);
        assertThatThrownBy(() -> connect(server, clientContext(), "", protocol(TLS_1_2)))
                .isInstanceOf(SSLException.class);
    }

    @Test
    void applicationProtocolIsThatPreferredByTheListener() throws SSLException {
        ServerContexts server = contexts(new ListenerTls(List.of(), TlsVersion.TLS_1_2, List.of("h2", "http/1.1"),
                Optional.empty(), UnknownName.FIRST), ec);

        assertThat(connect(server, clientContext(), "", alpn("http/1.1", "h2")).clientProtocol()).isEqualTo("h2");
        assertThat(connect(server, "").clientProtocol()).isEmpty();
        assertThatThrownBy(() -> connect(server, clientContext(), "", alpn("smtp"))).isInstanceOf(SSLException.class)
                .hasMessageContaining("application");
        assertThat(connect(contexts(listener(), ec), clientContext(), "", alpn("smtp")).clientProtocol()).isEmpty();
    }

    private static Consumer<SSLParameters> alpn(String... protocols) {
        return parameters -> parameters.setApplicationProtocols(protocols);
    }

    @ParameterizedTest
    @ValueSource(strings = {TLS_1_2, TLS_1_3})
    void sessionIsResumedAlsoAfterAnotherCertificateIsReplaced(String version) throws SSLException {
        ServerContexts before = contexts(listener(), ec, other);
        SSLContext client = clientContext();
        long created = connect(before, client, "a.example", protocol(version)).clientSession().getCreationTime();
        assertResumed(connect(before, client, "a.example", protocol(version)), created);

        ServerContexts after = new ServerContexts(listener(), List.of(certificate("a-ec"), certificate("client")),
                Optional.empty(), LIBRARY, Optional.of(before));

        assertResumed(connect(after, client, "a.example", protocol(version)), created);
    }

    /** A resumed session has the time of creation of the first one. */
    private static void assertResumed(EnginePair pair, long created) {
        assertThat(pair.clientSession().getCreationTime()).isEqualTo(created);
    }

    @Test
    void sessionEndsWhenItsCertificateOrTheIssuersOfClientsAreReplaced() throws SSLException {
        ServerContexts before = contexts(listener(), ec);
        SSLContext client = clientContext();
        connect(before, client, "a.example", any -> {});

        ServerContexts replaced = new ServerContexts(listener(), List.of(rsa), Optional.empty(), LIBRARY,
                Optional.of(before));
        EnginePair pair = connect(replaced, client, "a.example", any -> {});
        assertThat(certificateOf(pair)).isEqualTo(rsa.leaf());

        ServerContexts strict = new ServerContexts(listener(true), List.of(ec), Optional.of(issuers("ca")), LIBRARY,
                Optional.of(before));
        assertThatThrownBy(() -> connect(strict, client, "a.example", any -> {})).isInstanceOf(SSLException.class);
    }
}
