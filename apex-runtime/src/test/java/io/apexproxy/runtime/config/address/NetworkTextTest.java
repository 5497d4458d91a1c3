package io.apexproxy.runtime.config.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.apexproxy.api.Origin;
import io.apexproxy.api.config.ConfigTree;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkTextTest {

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8,                10.0.0.0/8",
        "0.0.0.0/0,                 0.0.0.0/0",
        "128.0.0.0/1,               128.0.0.0/1",
        "255.255.255.255,           255.255.255.255",
        "192.0.2.7,                 192.0.2.7",
        "192.0.2.7/32,              192.0.2.7",
        "192.0.2.6/31,              192.0.2.6/31",
        "2001:db8::/32,             2001:db8::/32",
        "2001:DB8:0:0::/32,         2001:db8::/32",
        "2001:db8:0:0:8000::/65,    2001:db8:0:0:8000::/65",
        "::/0,                      ::/0",
        "::1,                       ::1",
        "::1/128,                   ::1",
        "::10.0.0.1,                ::a00:1",
        "::ffff:10.0.0.0/104,       10.0.0.0/8",
        "::ffff:a00:0/104,          10.0.0.0/8",
        "::ffff:192.0.2.7,          192.0.2.7",
        "::ffff:0:0/96,             0.0.0.0/0",
        "unix:,                     unix:",
    })
    void networkIsParsed(String text, String normal) {
        assertThat(Networks.parse(text)).hasToString(normal).isEqualTo(Networks.parse(normal));
        assertThat(NetworkText.TYPE.conversion().apply(tree(text))).contains(Networks.parse(text));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "10.1.0.0/8             | bits after the prefix are set; did you mean \"10.0.0.0/8\"?",
        "10.0.0.1/0             | bits after the prefix are set; did you mean \"0.0.0.0/0\"?",
        "2001:db8::1/64         | bits after the prefix are set; did you mean \"2001:db8::/64\"?",
        "2001:db8:1::/32        | bits after the prefix are set; did you mean \"2001:db8::/32\"?",
        "::ffff:10.1.0.0/104    | bits after the prefix are set; did you mean \"10.0.0.0/8\"?",
        "::ffff:10.0.0.0/8      | the prefix of an IPv4-mapped address has to be from 96 to 128",
        "10.0.0.0/33            | the prefix of an address has to be from 0 to 32",
        "10.0.0.0/              | the prefix of an address has to be from 0 to 32",
        "10.0.0.0/-1            | the prefix of an address has to be from 0 to 32",
        "10.0.0.0/8/8           | the prefix of an address has to be from 0 to 32",
        "10.0.0.0/255.0.0.0     | the prefix of an address has to be from 0 to 32",
        "10.0.0.0/99999999999   | the prefix of an address has to be from 0 to 32",
        "2001:db8::/129         | the prefix of an address has to be from 0 to 128",
        "10.0.0/8               | the IPv4 address is invalid",
        "10.0.0.256             | the IPv4 address is invalid",
        "010.0.0.0/8            | the IPv4 address is invalid",
        "10                     | the IPv4 address is invalid",
        "10.0.0.1:80            | write it without a port",
        "[::1]                  | write an IPv6 address without brackets and port",
        "[::1]:80               | write an IPv6 address without brackets and port",
        ":::1                   | the IPv6 address is invalid",
        "1:2                    | the IPv6 address is invalid",
        "localhost:80           | the IPv6 address is invalid",
        "fe80::1%eth0           | a network has no zone",
        "fe80::%1/64            | a network has no zone",
        "localhost              | names are not resolved, write an address",
        "a.example/24           | names are not resolved, write an address",
        "all                    | names are not resolved, write an address",
        "/8                     | the address is missing",
        "''                     | the address is missing",
        "' 10.0.0.0/8'          | it has blanks",
        "10.0.0.0 /8            | it has blanks",
        "unix:/run/app.sock     | write unix: without a path for all clients on Unix-domain sockets",
    })
    void invalidNetworkGetsAHint(String text, String hint) {
        String message = "expected a network such as \"10.0.0.0/8\" or an address, found \"" + text + "\"; " + hint;

        assertThat(NetworkText.TYPE.conversion().apply(tree(text))).isEmpty();
        assertThat(NetworkText.TYPE.mistake(tree(text))).isEqualTo(message);
        assertThatIllegalArgumentException().isThrownBy(() -> Networks.parse(text)).withMessage(message);
    }

    @Test
    void valueThatIsNotTextIsNoNetwork() {
        ConfigTree number = new ConfigTree.Scalar(10L, Origin.of("here"));

        assertThat(NetworkText.TYPE.conversion().apply(number)).isEmpty();
        assertThat(NetworkText.TYPE.mistake(number))
                .isEqualTo("expected a network such as \"10.0.0.0/8\" or an address, found 10");
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8,     10.0.0.0/8,       true",
        "10.0.0.0/8,     10.255.255.255,   true",
        "10.0.0.0/8,     10.0.0.0/7,       false",
        "10.0.0.0/8,     11.0.0.0/8,       false",
        "0.0.0.0/0,      192.0.2.7,        true",
        "0.0.0.0/0,      ::/0,             false",
        "::/0,           0.0.0.0/0,        false",
        "::/0,           ::1,              true",
        "2001:db8::/32,  2001:db8:1::/48,  true",
        "2001:db8::/65,  2001:db8::/64,    false",
        "2001:db8::/65,  2001:db8::1,      true",
        "unix:,          unix:,            true",
        "::/0,           unix:,            false",
        "unix:,          10.0.0.0/8,       false",
    })
    void networkCoversItsPartsOnly(String network, String other, boolean covers) {
        assertThat(Networks.parse(network).covers(Networks.parse(other))).isEqualTo(covers);
    }

    @Test
    void randomTextIsInvalidOrANetworkWhoseTextIsParsed() {
        Random random = new Random(18);
        String characters = "0123456789abcdef::::....///%[]x ";
        for (int i = 0; i < 200_000; i++) {
            StringBuilder text = new StringBuilder("::ffff:10.1.2.0/120".substring(0, random.nextInt(20)));
            for (int j = random.nextInt(8); j >= 0; j--) {
                int at = random.nextInt(text.length() + 1);
                text.insert(at, characters.charAt(random.nextInt(characters.length())));
            }

            NetworkText.TYPE.conversion().apply(tree(text.toString()))
                    .ifPresent(network -> assertThat(Networks.parse(network.toString())).isEqualTo(network));
        }
    }

    private static ConfigTree tree(String text) {
        return new ConfigTree.Scalar(text, Origin.of("here"));
    }
}
