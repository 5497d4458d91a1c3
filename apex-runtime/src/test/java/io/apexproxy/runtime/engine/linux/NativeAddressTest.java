package io.apexproxy.runtime.engine.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of the structures of socket addresses, in little-endian byte order. */
class NativeAddressTest {
    private final ByteBuffer memory = ByteBuffer.allocate(128).order(ByteOrder.LITTLE_ENDIAN);

    private String write(SocketAddress address, int family) throws SocketException {
        byte[] bytes = new byte[NativeAddress.write(memory, address, family)];
        memory.get(0, bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** The structures of ip(7), ipv6(7) and unix(7). */
    @ParameterizedTest
    @CsvSource({
        "2, 127.0.0.1, 8081, 02001f917f0000010000000000000000",
        "2, 255.254.253.252, 65535, 0200fffffffefdfc0000000000000000",
        "10, ::1, 80, 0a0000500000000000000000000000000000000000000001 00000000",
        "10, 2001:db8::ff, 443, 0a0001bb0000000020010db80000000000000000000000ff 00000000",
        "10, 10.1.2.3, 80, 0a0000500000000000000000000000000000ffff0a010203 00000000",
        "10, 0.0.0.0, 80, 0a0000500000000000000000000000000000000000000000 00000000"})
    void internetAddressHasTheStructureOfItsFamily(int family, String host, int port, String expected)
            throws Exception {
        memory.put(0, new byte[128]).put(5, (byte) 0x55);

        assertThat(write(new InetSocketAddress(InetAddress.getByName(host), port), family))
                .isEqualTo(expected.replace(" ", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "255.255.255.255", "::1", "2001:db8::1", "fe80::1"})
    void addressIsReadAsItWasWritten(String host) throws Exception {
        var address = new InetSocketAddress(InetAddress.getByName(host), 50_000);

        int length = NativeAddress.write(memory, address,
                address.getAddress() instanceof Inet6Address ? NativeAddress.AF_INET6 : NativeAddress.AF_INET);

        assertThat(NativeAddress.read(memory, length)).isEqualTo(address);
    }

    @Test
    void mappedAddressIsReadAsIpv4() throws Exception {
        var address = new InetSocketAddress(InetAddress.getByName("10.1.2.3"), 80);

        int length = NativeAddress.write(memory, address, NativeAddress.AF_INET6);

        assertThat(NativeAddress.read(memory, length)).isEqualTo(address);
    }

    @Test
    void scopeIsPreserved() throws UnknownHostException, SocketException {
        var address = Inet6Address.getByAddress(null, InetAddress.getByName("fe80::1").getAddress(), 3);

        int length = NativeAddress.write(memory, new InetSocketAddress(address, 80), NativeAddress.AF_INET6);

        var read = (InetSocketAddress) NativeAddress.read(memory, length);
        assertThat(((Inet6Address) read.getAddress()).getScopeId()).isEqualTo(3);
    }

    @Test
    void pathHasItsBytesAndAFinalZero() throws SocketException {
        var address = UnixDomainSocketAddress.of("/run/a.sock");

        assertThat(write(address, NativeAddress.AF_UNIX)).isEqualTo("0100" + "2f72756e2f612e736f636b" + "00");
        assertThat(NativeAddress.read(memory, 14)).isEqualTo(address);
        assertThat(NativeAddress.read(memory, 13)).isEqualTo(address);
    }

    @Test
    void socketWithoutANameHasAnEmptyPath() {
        memory.putShort(0, (short) NativeAddress.AF_UNIX).put(2, (byte) 'x');

        assertThat(NativeAddress.read(memory, 2)).isEqualTo(UnixDomainSocketAddress.of(""));
    }

    @Test
    void longestPathFitsAndALongerOneIsRefused() throws SocketException {
        var longest = UnixDomainSocketAddress.of("x".repeat(107));

        assertThat(NativeAddress.write(memory, longest, NativeAddress.AF_UNIX)).isEqualTo(NativeAddress.MOST_BYTES);
        assertThat(NativeAddress.read(memory, 110)).isEqualTo(longest);
        assertThatThrownBy(() -> write(UnixDomainSocketAddress.of("x".repeat(108)), NativeAddress.AF_UNIX))
                .isInstanceOf(SocketException.class).hasMessage("Unix domain path too long");
    }

    @Test
    void unknownFamilyIsAnError() {
        memory.putShort(0, (short) 99);

        assertThatThrownBy(() -> NativeAddress.read(memory, 16)).isInstanceOf(IllegalStateException.class)
                .hasMessage("address family 99");
    }

    /** unix(7): a path ends with a 0; an abstract name begins with one, and its length counts. */
    @ParameterizedTest
    @CsvSource({"/run/a, 01002f72756e2f6100", "@ab, 0100006162", "@/a/b, 0100002f612f62"})
    void nameOfAUnixDomainSocketIsAPathOrAbstract(String name, String expected) throws SocketException {
        memory.put(0, new byte[128]).put(9, (byte) 0x55);

        byte[] bytes = new byte[NativeAddress.writeUnix(memory, name)];
        memory.get(0, bytes);

        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(expected);
    }

    @Test
    void longestNamesFit() throws SocketException {
        assertThat(NativeAddress.writeUnix(memory, "/" + "x".repeat(106))).isEqualTo(NativeAddress.MOST_BYTES);
        assertThat(NativeAddress.writeUnix(memory, "@" + "x".repeat(107))).isEqualTo(NativeAddress.MOST_BYTES);
        assertThatThrownBy(() -> NativeAddress.writeUnix(memory, "/" + "x".repeat(107)))
                .isInstanceOf(SocketException.class);
        assertThatThrownBy(() -> NativeAddress.writeUnix(memory, "@" + "x".repeat(108)))
                .isInstanceOf(SocketException.class);
    }
}
