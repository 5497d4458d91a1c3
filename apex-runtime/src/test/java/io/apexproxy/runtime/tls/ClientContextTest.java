package io.apexproxy.runtime.tls;

import static io.apexproxy.runtime.tls.TlsFixture.certificate;
import static io.apexproxy.runtime.tls.TlsFixture.issuers;
import static io.apexproxy.runtime.tls.TlsFixture.listener;
import static io.apexproxy.runtime.tls.TlsFixture.pool;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apexproxy.runtime.certificate.ServerCertificate;
import io.apexproxy.runtime.config.tls.ListenerTls;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientContextTest {

    private static final TlsProvider LIBRARY = TlsProvider.ofJdk();
    private static final int PORT = 9443;

    private static SSLEngine server(ListenerTls settings, String certificate) {
        return new ServerContexts(settings, List.of(certificate(certificate)),
                settings.clientCertificates().map(any -> issuers("ca")), LIBRARY, Optional.empty())
                .newEngine(Optional.empty());
    }

    private static ClientContext client(boolean verify, String serverName, String... issuers) {
        return new ClientContext(pool(verify, serverName), Optional.empty(),
                Optional.of(issuers).filter(names -> names.length > 0).map(names -> issuers(names[0])), LIBRARY);
    }

    /** The certificate a-ec has the name a.example and the address 127.0.0.1. */
    @ParameterizedTest
    @CsvSource({
        "a.example,  '',         true",
        "A.EXAMPLE,  '',         true",
        "a.example., '',         true",
        "127.0.0.1,  '',         true",
        "127.0.0.2,  '',         false",
        "::1,        '',         false",
        "b.example,  '',         false",
        "127.0.0.2,  a.example,  true",
        "127.0.0.1,  b.example,  false",
        "'',         a.example,  true",
        "'',         '',         false",
    })
    void nameOrAddressIsVerified(String host, String serverName, boolean isValid) throws SSLException {
        SSLEngine client = client(true, serverName, "ca").newEngine(host, PORT);
        if (isValid) {
            EnginePair.shake(client, server(listener(), "a-ec"));
        } else {
            assertThatThrownBy(() -> EnginePair.shake(client, server(listener(), "a-ec")))
                    .isInstanceOf(SSLException.class);
        }
    }

    @Test
    void certificateOfAnUnknownIssuerIsRefusedUnlessVerifyIsFalse() throws SSLException {
        assertThatThrownBy(() -> EnginePair.shake(client(true, "").newEngine("a.example", PORT),
                server(listener(), "a-ec"))).isInstanceOf(SSLException.class);

        EnginePair.shake(client(false, "").newEngine("other.example", PORT), server(listener(), "a-ec"));
    }

    @ParameterizedTest
    @CsvSource({"app,'',app", "my_app,'',my_app", "A.example.,'',a.example", "10.0.0.1,'',", "::1,'',",
        "10.0.0.1,app.internal,app.internal", "'','',"})
    void nameIsRequested(String host, String serverName, String expected) {
        var names = client(true, serverName).newEngine(host, PORT).getSSLParameters().getServerNames();

        assertThat(names).map(name -> new String(name.getEncoded(), StandardCharsets.US_ASCII))
                .isEqualTo(expected == null ? List.of() : List.of(expected));
    }

    @Test
    void clientCertificateIsSent() throws SSLException {
        ServerCertificate own = certificate("client");
        ClientContext context =
                new ClientContext(pool(true, ""), Optional.of(own), Optional.of(issuers("ca")), LIBRARY);

        EnginePair pair = EnginePair.shake(context.newEngine("a.example", PORT), server(listener(true), "a-ec"));

        assertThat(pair.serverSession().getPeerCertificates()).containsExactly(own.leaf());
    }

    /** The library verifies a requested name only if it can be the name of a host, and else the host of the engine. */
    @Test
    void nameWithUnderscoreIsVerified() {
        assertThatThrownBy(() -> EnginePair.shake(client(true, "", "ca").newEngine("my_app", PORT),
                server(listener(), "a-ec"))).isInstanceOf(SSLException.class);
    }

    @ParameterizedTest
    @CsvSource({"a.example, ''", "127.0.0.1, ''", "10.0.0.1, a.example"})
    void sessionIsResumed(String host, String serverName) throws SSLException {
        ServerContexts server = new ServerContexts(listener(), List.of(certificate("a-ec")), Optional.empty(), LIBRARY,
                Optional.empty());
        ClientContext context = client(true, serverName, "ca");

        EnginePair full = EnginePair.shake(context.newEngine(host, PORT), server.newEngine(Optional.empty()));
        EnginePair resumed = EnginePair.shake(context.newEngine(host, PORT), server.newEngine(Optional.empty()));

        assertThat(resumed.clientSession().getCreationTime()).isEqualTo(full.clientSession().getCreationTime());
    }
}
