package io.apexproxy.runtime.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsProviderTest {

    @TempDir
    private Path directory;

    @Test
    void installedProviderIsFound() {
        assertThat(TlsProvider.named("SunJSSE", Optional.empty())).hasToString("TLS provider SunJSSE");
    }

    @Test
    void unknownProviderIsReportedWithTheOthers() {
        assertThatThrownBy(() -> TlsProvider.named("Conscript", Optional.of(directory)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no JSSE provider 'Conscript' in the JDK or in " + directory + "; available: SunJSSE");
    }

    @Test
    void nameOfAClassThatIsNoProviderIsReported() {
        assertThatThrownBy(() -> TlsProvider.named("java.lang.String", Optional.of(directory)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("; failed to load: java.lang.ClassCastException");
    }

    @Test
    void providerWithoutTlsIsUnknown() {
        assertThatThrownBy(() -> TlsProvider.named("SUN", Optional.of(directory.resolve("missing"))))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("available: SunJSSE");
    }

    @Test
    void renegotiationByClientsIsOff() {
        TlsProvider.ofJdk();

        assertThat(System.getProperty("jdk.tls.rejectClientInitiatedRenegotiation")).isEqualTo("true");
        assertThat(Integer.getInteger("jdk.tls.maxHandshakeMessageSize")).isGreaterThan(32_768);
    }
}
