package io.apexproxy.runtime.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.apexproxy.runtime.protocol.tls.ServerNamePattern;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class CertificateTableTest {

    private final ServerCertificate first = certificate("a.example", "*.b.example");
    private final ServerCertificate sameName = certificate("a.example");
    private final ServerCertificate wide = certificate("*.example");
    private final ServerCertificate narrow = certificate("*.c.b.example");
    private final CertificateTable table = new CertificateTable(List.of(first, sameName, wide, narrow));

    private static ServerCertificate certificate(String... names) {
        return new ServerCertificate(null, List.of(), Arrays.stream(names).map(ServerNamePattern::new).toList());
    }

    @Test
    void nameItselfIsPreferredToASuffix() {
        assertThat(table.of("a.example")).containsExactly(first, sameName);
    }

    @Test
    void longestSuffixIsPreferred() {
        assertThat(table.of("x.c.b.example")).containsExactly(narrow);
        assertThat(table.of("x.b.example")).containsExactly(first);
        assertThat(table.of("x.example")).containsExactly(wide);
    }

    @Test
    void unknownNameHasNoCertificate() {
        assertThat(table.of("a.test")).isEmpty();
        assertThat(table.of("example")).isEmpty();
    }

    @Test
    void clientWithoutNameGetsTheFirstCertificateAndThoseWithItsName() {
        assertThat(table.first()).containsExactly(first, sameName);
        ServerCertificate nameless = certificate();
        assertThat(new CertificateTable(List.of(nameless, wide)).first()).containsExactly(nameless);
    }

    @Test
    void tableNeedsACertificate() {
        assertThatIllegalArgumentException().isThrownBy(() -> new CertificateTable(List.of()));
    }
}
