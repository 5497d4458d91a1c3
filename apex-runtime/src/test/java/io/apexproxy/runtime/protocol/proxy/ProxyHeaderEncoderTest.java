package io.apexproxy.runtime.protocol.proxy;

import static io.apexproxy.runtime.protocol.proxy.HeaderBytes.SIGNATURE;
import static io.apexproxy.runtime.protocol.proxy.HeaderBytes.WITH_CHECKSUM;
import static io.apexproxy.runtime.protocol.proxy.HeaderBytes.address;
import static io.apexproxy.runtime.protocol.proxy.HeaderBytes.header;
import static io.apexproxy.runtime.protocol.proxy.HeaderBytes.hex;
import static io.apexproxy.runtime.protocol.proxy.HeaderBytes.parse;
import static io.apexproxy.runtime.protocol.proxy.HeaderBytes.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.runtime.protocol.ParseResult;
import io.apexproxy.runtime.protocol.proxy.ParsedProxyHeader.Endpoints;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
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
        byte[] version2 = ProxyHeaderEncoder.version2(source, destination, Optional.of("a.example"), Optional.of("h2"));
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
        byte[] bytes = ProxyHeaderEncoder.version2(IPV4, IPV6, Optional.of("a.example"), Optional.of("h2"));

        assertThat(bytes).hasSize(16 + 36 + 3 + 2 + 3 + 9 + 3 + 4);
        assertThat(bytes[bytes.length - 7]).isEqualTo((byte) 0x03);
    }

    @Test
    void fieldHasAtMost255Bytes() {
        Optional<String> longest = Optional.of("a".repeat(255));
        Optional<String> tooLong = Optional.of("ä".repeat(128));

        ParsedProxyHeader both = header(ProxyHeaderEncoder.version2(IPV6, IPV6, longest, longest));
        ParsedProxyHeader none = header(ProxyHeaderEncoder.version2(IPV6, IPV6, tooLong, tooLong));

        assertThat(both.field(0x01)).contains(text(longest.get()));
        assertThat(both.field(0x02)).contains(text(longest.get()));
        assertThat(none.field(0x01)).isEmpty();
        assertThat(none.field(0x02)).isEmpty();
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
        assertThat(ProxyHeaderEncoder.version2(source, destination, Optional.of("a.example"), Optional.of("h2")))
                .isEqualTo(LOCAL);
    }

    @Test
    void localHeaderHasNothingButChecksum() {
        byte[] bytes = ProxyHeaderEncoder.local();

        assertThat(bytes).isEqualTo(LOCAL);
        assertThat(header(bytes)).isEqualTo(new ParsedProxyHeader(2, Optional.empty(), HeaderFields.NONE));
    }
}
