package io.apexproxy.runtime.config.address;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Ipv6TextTest {

    /** The examples of RFC 5952, with their sections, and boundary values. */
    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(textBlock = """
            1,     2001:db8:0:0:1:0:0:1,                    2001:db8::1:0:0:1
            1,     2001:0db8:0:0:1:0:0:1,                   2001:db8::1:0:0:1
            1,     2001:db8::1:0:0:1,                       2001:db8::1:0:0:1
            1,     2001:db8::0:1:0:0:1,                     2001:db8::1:0:0:1
            1,     2001:0db8::1:0:0:1,                      2001:db8::1:0:0:1
            1,     2001:db8:0:0:1::1,                       2001:db8::1:0:0:1
            1,     2001:db8:0000:0:1::1,                    2001:db8::1:0:0:1
            1,     2001:DB8:0:0:1::1,                       2001:db8::1:0:0:1
            2.1,   2001:db8:aaaa:bbbb:cccc:dddd:eeee:0001,  2001:db8:aaaa:bbbb:cccc:dddd:eeee:1
            2.2,   2001:db8:aaaa:bbbb:cccc:dddd:0:1,        2001:db8:aaaa:bbbb:cccc:dddd:0:1
            2.2,   2001:db8:0:0:0::1,                       2001:db8::1
            2.2,   2001:db8:0:0::1,                         2001:db8::1
            2.2,   2001:db8:0::1,                           2001:db8::1
            2.2,   2001:db8::1,                             2001:db8::1
            2.2,   2001:db8::aaaa:0:0:1,                    2001:db8::aaaa:0:0:1
            2.2,   2001:db8:0:0:aaaa::1,                    2001:db8::aaaa:0:0:1
            2.3,   2001:db8:aaaa:bbbb:cccc:dddd:eeee:AaAa,  2001:db8:aaaa:bbbb:cccc:dddd:eeee:aaaa
            4.1,   2001:0db8::0001,                         2001:db8::1
            4.2.1, 2001:db8:0:0:0:0:2:1,                    2001:db8::2:1
            4.2.1, 2001:db8::0:1,                           2001:db8::1
            4.2.2, 2001:db8::1:1:1:1:1,                     2001:db8:0:1:1:1:1:1
            4.2.3, 2001:0:0:1:0:0:0:1,                      2001:0:0:1::1
            4.2.3, 2001:db8:0:0:1:0:0:1,                    2001:db8::1:0:0:1
            5,     0:0:0:0:0:ffff:192.0.2.1,                ::ffff:192.0.2.1
            5,     ::ffff:c000:201,                         ::ffff:192.0.2.1
            5,     ::FFFF:0.0.0.0,                          ::ffff:0.0.0.0
            '',    0:0:0:0:0:0:0:0,                         ::
            '',    ::1,                                     ::1
            '',    1::,                                     1::
            '',    1:0:0:0:0:0:0:0,                         1::
            '',    0:1:0:1:0:1:0:1,                         0:1:0:1:0:1:0:1
            '',    ::fffe:c000:201,                         ::fffe:c000:201
            '',    ffff:FFFF:ffff:ffff:ffff:ffff:ffff:ffff, ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff
            '',    FE80:0::0%Eth0,                          fe80::%Eth0
            """)
    void addressHasOneCanonicalText(String section, String literal, String text) {
        assertThat(Ipv6Text.canonical(literal)).contains(text);
        assertThat(Ipv6Text.canonical(text)).contains(text);
    }

    @ParameterizedTest
    @CsvSource({"1:2", ":::1", "127.0.0.1", "''", "::g", "fe80::1%", "1:2:3:4:5:6:7:8:9", "localhost"})
    void textThatIsNoIpv6AddressIsRejected(String text) {
        assertThat(Ipv6Text.canonical(text)).isEmpty();
    }

    @Test
    void socketAddressHasTheCanonicalText() throws UnknownHostException {
        byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, (byte) 192, 0, 2, 1};

        assertThat(Address.text(new InetSocketAddress("::1", 80))).isEqualTo("[::1]:80");
        assertThat(Address.text(new InetSocketAddress("2001:DB8::A:0:0:1", 80))).isEqualTo("[2001:db8::a:0:0:1]:80");
        assertThat(Address.text(new InetSocketAddress("192.0.2.1", 80))).isEqualTo("192.0.2.1:80");
        assertThat(Address.text(InetSocketAddress.createUnresolved("app", 80))).isEqualTo("app:80");
        assertThat(Address.host(Inet6Address.getByAddress("any", mapped, 0))).isEqualTo("::ffff:192.0.2.1%0");
        assertThat(Address.host(Inet6Address.getByAddress(null, InetAddress.getByName("fe80::1").getAddress(), 3)))
                .startsWith("fe80::1%");
    }
}
