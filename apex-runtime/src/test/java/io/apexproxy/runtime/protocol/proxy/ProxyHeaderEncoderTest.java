package io.apexproxy.runtime.protocol.proxy;

import static io.apexproxy.runtime.protocol.proxy.HeaderBytes.SIGNATURE;
import static io.apexproxy.runtime.protocol.proxy.HeaderBytes.WITH_CHECKSUM;
import static io.apexproxy.runtime.protocol.proxy.HeaderBytes.address;
import static io.apexproxy.runtime.protocol.proxy.HeaderBytes.header;
import static io.apexproxy.runtime.protocol.proxy.HeaderBytes.hex;
import static io.apexproxy.runtime.protocol.proxy.HeaderBytes.parse;
import static io.apexproxy.runtime.protocol.proxy.HeaderBytes.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.api.TlsSession;
import io.apexproxy.api.testkit.FakeTlsSession;
import io.apexproxy.runtime.protocol.ParseResult;
import io.apexproxy.runtime.protocol.proxy.ParsedProxyHeader.Endpoints;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ProxyHeaderEncoderTest {

    private static final InetSocketAddress IPV4 = address("192.0.2.1", 56324);
    private static final InetSocketAddress IPV6 = address("2001:db8::2", 443);
    private static final String SUITE = "TLS_AES_256_GCM_SHA384";
    private static final String CERTIFICATE = "/io/apexproxy/runtime/certificate/ec.pem";
    private static final byte[] LOCAL = hex(SIGNATURE + "2000 0007 03 0004 a9b87e8f");

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1,   192.0.2.2,        TCP4 192.0.2.1 192.0.2.2",
        "192.0.2.1,   2001:db8::2,      TCP6 ::ffff:192.0.2.1 2001:db8::2",
        "2001:db8::1, 192.0.2.2,        TCP6 2001:db8::1 ::ffff:192.0.2.2",
        "2001:db8::1, 2001:db8::2,      TCP6 2001:db8::1 2001:db8::2",
        "fe80::1%1,   ::,               TCP6 fe80::1 ::",
        "::1,         2001:DB8:0:1:0:0:0:1, TCP6 ::1 2001:db8:0:1::1",
        "1:0:2:3:4:5:6:7, 1:0:0:2:3:0:0:4, TCP6 1:0:2:3:4:5:6:7 1::2:3:0:0:4",
        "1::,         ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, TCP6 1:: ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    })
    void version1HasCanonicalAddressesOfOneFamily(String source, String destination, String line) {
        byte[] bytes = ProxyHeaderEncoder.version1(address(source, 65535), address(destination, 0));

        assertThat(bytes).isEqualTo(text("PROXY " + line + " 65535 0\r\n"));
    }

    @Test
    void version2HasChecksum() {
        byte[] bytes = ProxyHeaderEncoder.version2(IPV4, address("192.0.2.2", 443), Optional.empty(), Optional.empty());

        assertThat(bytes).isEqualTo(hex(WITH_CHECKSUM));
    }

    static Stream<Arguments> families() {
        InetSocketAddress other4 = address("203.0.113.255", 0);
        InetSocketAddress other6 = address("::1", 65535);
        return Stream.of(IPV4, IPV6, other4, other6).flatMap(
                source -> Stream.of(IPV4, IPV6, other4, other6).map(destination -> Arguments.of(source, destination)));
    }

    @ParameterizedTest
    @MethodSource("families")
    void parsedAddressesAreTheEncodedOnes(InetSocketAddress source, InetSocketAddress destination) {
        byte[] version1 = ProxyHeaderEncoder.version1(source, destination);
        byte[] version2 = ProxyHeaderEncoder.version2(source, destination, Optional.of("a.example"), withAlpn("h2"));
        Optional<Endpoints> endpoints = Optional.of(new Endpoints(source, destination));

        assertThat(parse(version1)).isEqualTo(new ParseResult.Complete<>(
                new ParsedProxyHeader(1, endpoints, HeaderFields.NONE), version1.length));
        assertThat(parse(version2)).isEqualTo(new ParseResult.Complete<>(header(version2), version2.length));
        assertThat(header(version2).endpoints()).isEqualTo(endpoints);
        assertThat(header(version2).field(0x01)).contains(text("h2"));
        assertThat(header(version2).field(0x02)).contains(text("a.example"));
    }

    @Test
    void checksumIsTheLastField() {
        byte[] bytes = ProxyHeaderEncoder.version2(IPV4, IPV6, Optional.of("a.example"), withAlpn("h2"));

        assertThat(bytes).hasSize(16 + 36 + 3 + 2 + 3 + 9 + 3 + 5 + 3 + 7 + 3 + 22 + 3 + 4);
        assertThat(bytes[bytes.length - 7]).isEqualTo((byte) 0x03);
    }

    @Test
    void fieldHasAtMost255Bytes() {
        String longest = "a".repeat(255);
        String tooLong = "ä".repeat(128);

        ParsedProxyHeader all = withTexts(longest);
        ParsedProxyHeader none = withTexts(tooLong);

        assertThat(all.field(0x01)).contains(text(longest));
        assertThat(all.field(0x02)).contains(text(longest));
        assertThat(all.field(0x20)).contains(text("\1\0\0\0\1\41\0\377" + longest + "\43\0\377" + longest));
        assertThat(none.field(0x01)).isEmpty();
        assertThat(none.field(0x02)).isEmpty();
        assertThat(none.field(0x20)).contains(hex("01 00000001"));
    }

    private static ParsedProxyHeader withTexts(String value) {
        Optional<TlsSession> session =
                Optional.of(new FakeTlsSession(value, value, Optional.of(value), List.of()));
        return header(ProxyHeaderEncoder.version2(IPV6, IPV6, Optional.of(value), session));
    }

    private static Optional<TlsSession> withAlpn(String name) {
        return Optional.of(new FakeTlsSession("TLSv1.3", SUITE, Optional.of(name), List.of()));
    }

    /** The common name of the certificate is a.example. */
    private static X509Certificate certificate() {
        try (InputStream pem = ProxyHeaderEncoderTest.class.getResourceAsStream(CERTIFICATE)) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(pem);
        } catch (IOException | CertificateException e) {
            throw new IllegalStateException(e);
        }
    }

    static Stream<Arguments> sessions() {
        String addresses = "c0000201 c0000202 dc04 01bb";
        FakeTlsSession withCertificate =
                new FakeTlsSession("TLSv1.3", SUITE, Optional.of("h2"), List.of(certificate()));
        FakeTlsSession withoutCertificate = new FakeTlsSession("TLSv1.2", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
                Optional.empty(), List.of());
        return Stream.of(
                Arguments.of(withCertificate, Optional.of("a.example"),
                        SIGNATURE + "2111 005b" + addresses + "01 0002 6832" + "02 0009 612e6578616d706c65"
                                + "20 0034 07 00000000" + "21 0007 544c5376312e33"
                                + "23 0016 544c535f4145535f3235365f47434d5f534841333834"
                                + "22 0009 612e6578616d706c65" + "03 0004 6c8637f8"),
                Arguments.of(withoutCertificate, Optional.empty(),
                        SIGNATURE + "2111 004d" + addresses + "20 0037 01 00000001" + "21 0007 544c5376312e32"
                                + "23 0025 544c535f45434448455f5253415f574954485f"
                                + "4145535f3132385f47434d5f534841323536" + "03 0004 6a779f2c"));
    }

    /** The checksums come from another implementation of CRC32C. */
    @ParameterizedTest
    @MethodSource("sessions")
    void terminatedTlsIsAField(TlsSession session, Optional<String> authority, String expected) {
        byte[] bytes =
                ProxyHeaderEncoder.version2(IPV4, address("192.0.2.2", 443), authority, Optional.of(session));

        assertThat(bytes).isEqualTo(hex(expected));
        assertThat(header(bytes).field(0x01).map(HeaderBytes::text)).isEqualTo(session.applicationProtocol());
        assertThat(header(bytes).field(0x02).map(HeaderBytes::text)).isEqualTo(authority);
        assertThat(header(bytes).field(0x20)).isPresent();
    }

    static Stream<Arguments> addressesThatAreNotIp() {
        SocketAddress unix = UnixDomainSocketAddress.of("/run/apex.sock");
        SocketAddress unresolved = InetSocketAddress.createUnresolved("a.example", 80);
        return Stream.of(Arguments.of(unix, IPV4), Arguments.of(IPV6, unix), Arguments.of(unix, unix),
                Arguments.of(unresolved, IPV4), Arguments.of(IPV6, unresolved));
    }

    @ParameterizedTest
    @MethodSource("addressesThatAreNotIp")
    void headerHasNoAddressesIfOneIsNotIp(SocketAddress source, SocketAddress destination) {
        assertThat(ProxyHeaderEncoder.version1(source, destination)).isEqualTo(text("PROXY UNKNOWN\r\n"));
        assertThat(ProxyHeaderEncoder.version2(source, destination, Optional.of("a.example"), withAlpn("h2")))
                .isEqualTo(LOCAL);
    }

    @Test
    void localHeaderHasNothingButChecksum() {
        byte[] bytes = ProxyHeaderEncoder.local();

        assertThat(bytes).isEqualTo(LOCAL);
        assertThat(header(bytes)).isEqualTo(new ParsedProxyHeader(2, Optional.empty(), HeaderFields.NONE));
    }
}
