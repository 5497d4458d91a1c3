package io.apexproxy.lb.sourcehash;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class ClientKeyTest {

    private static final int ANY_PORT = 1;

    @Test
    void bitsBeyondThePrefixAreIgnored() throws Exception {
        assertThat(key(32, "192.0.2.255")).isEqualTo("192.0.2.255");
        assertThat(key(25, "192.0.2.255")).isEqualTo("192.0.2.128");
        assertThat(key(24, "192.0.2.255")).isEqualTo("192.0.2.0");
        assertThat(key(23, "192.0.3.255")).isEqualTo("192.0.2.0");
        assertThat(key(1, "192.0.2.255")).isEqualTo("128.0.0.0");
        assertThat(key(64, "2001:db8:1:2:3:4:5:6")).isEqualTo("2001:db8:1:2:0:0:0:0");
        assertThat(key(127, "2001:db8::7")).isEqualTo("2001:db8:0:0:0:0:0:6");
    }

    private static String key(int bits, String address) throws Exception {
        byte[] key = new ClientKey(bits, bits).of(new InetSocketAddress(address, ANY_PORT));
        return InetAddress.getByAddress(key).getHostAddress();
    }
}
