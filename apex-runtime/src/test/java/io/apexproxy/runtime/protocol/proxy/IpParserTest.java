package io.apexproxy.runtime.protocol.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.runtime.config.address.Ipv6Text;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Invalid texts are in {@link InvalidProxyHeaderTest}. */
class IpParserTest {

    private static final int INPUTS = 100_000;
    private static final long SEED = 18;
    private static final int IPV6_BYTES = 16;
    private static final int MAX_TOKENS = 18;
    /** The JDK accepts leading zeros in any number. */
    private static final Pattern ONLY_VALID_FOR_JDK = Pattern.compile("[0-9A-Fa-f]{5}|\\b0[0-9]+\\.");
    private static final List<String> TOKENS =
            List.of("0", "1", "ab", "FFFF", ":", ":", ":", ":", ":", "::", "1.2.3.4");

    private final Random random = new Random(SEED);

    @ParameterizedTest
    @CsvSource({
        "::,                        0:0:0:0:0:0:0:0",
        "1::,                       1:0:0:0:0:0:0:0",
        "::8,                       0:0:0:0:0:0:0:8",
        "1:2:3:4:5:6:7::,           1:2:3:4:5:6:7:0",
        "::2:3:4:5:6:7:8,           0:2:3:4:5:6:7:8",
        "1:2:3::5:6:7:8,            1:2:3:0:5:6:7:8",
        "0001:00ab:0:0:0:0:0:FfFf,  1:ab:0:0:0:0:0:ffff",
        "1:2:3:4:5:6:1.2.3.255,     1:2:3:4:5:6:102:3ff",
        "64:ff9b::192.0.2.1,        64:ff9b:0:0:0:0:c000:201",
        "::ffff:192.0.2.1,          192.0.2.1",
        "::ffff:c000:201,           192.0.2.1",
    })
    void allFormsOfIpv6AddressesAreParsed(String text, String jdkText) {
        assertThat(IpParser.ipv6(text).map(InetAddress::getHostAddress)).contains(jdkText);
    }

    @Test
    void jdkAcceptsTheSameIpv6Addresses() {
        int valid = 0;
        for (int i = 0; i < INPUTS; i++) {
            String text = Stream.generate(() -> TOKENS.get(random.nextInt(TOKENS.size())))
                    .limit(1 + random.nextInt(MAX_TOKENS)).collect(Collectors.joining());
            Optional<InetAddress> address = IpParser.ipv6(text);

            assertThat(address).as(text)
                    .isEqualTo(ONLY_VALID_FOR_JDK.matcher(text).find() ? Optional.empty() : ofJdk(text));
            valid += address.isPresent() ? 1 : 0;
        }
        assertThat(valid).isGreaterThan(INPUTS / 100);
    }

    @Test
    void canonicalTextIsParsed() {
        for (int i = 0; i < INPUTS; i++) {
            byte[] bytes = new byte[IPV6_BYTES];
            random.nextBytes(bytes);
            for (int j = 0; j < IPV6_BYTES; j += 2) {
                if (random.nextBoolean()) {
                    bytes[j] = 0;
                    bytes[j + 1] = 0;
                }
            }
            InetAddress address = IpParser.address(bytes);

            assertThat(IpParser.ipv6(Ipv6Text.of(ProxyHeaderEncoder.ipv6(address)))).contains(address);
        }
    }

    private static Optional<InetAddress> ofJdk(String text) {
        try {
            return Optional.of(InetAddress.getByName("[" + text + "]")); // brackets: no lookup
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }
}
