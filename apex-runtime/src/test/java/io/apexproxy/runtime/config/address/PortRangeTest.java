package io.apexproxy.runtime.config.address;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.api.Origin;
import io.apexproxy.api.config.ConfigTree;
import io.apexproxy.runtime.config.tree.ValueType;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ranges of ports of listeners, and the port {@code +0} of backends. */
class PortRangeTest {

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0:30000-30002, '0.0.0.0:30000, 0.0.0.0:30001, 0.0.0.0:30002'",
        "[::1]:30000-30001, '[::1]:30000, [::1]:30001'",
        "proxy.internal:1-2, 'proxy.internal:1, proxy.internal:2'",
        "127.0.0.1:65535-65535, 127.0.0.1:65535",
        "127.0.0.1:8081, 127.0.0.1:8081",
        "127.0.0.1:0, 127.0.0.1:0",
        "unix:/run/a:1-2, unix:/run/a:1-2"
    })
    void addressesOfAListenerAreRead(String text, String expected) {
        List<Address> addresses = PortRange.OF_LISTENER.conversion().apply(scalar(text)).orElseThrow();

        assertThat(String.join(", ", addresses.stream().map(Address::toString).toList())).isEqualTo(expected);
        assertThat(PortRange.size(scalar(text))).isEqualTo(addresses.size());
    }

    @Test
    void rangeHasUpToAThousandPorts() {
        assertThat(PortRange.OF_LISTENER.conversion().apply(scalar("127.0.0.1:30000-30999")).orElseThrow())
                .hasSize(1000);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            127.0.0.1:30000-31000  | a range has at most 1000 ports: write several in an array
            127.0.0.1:0-10         | the ports of a range are from 1 to 65535, the lower one first
            127.0.0.1:65000-65536  | the ports of a range are from 1 to 65535, the lower one first
            127.0.0.1:30001-30000  | the ports of a range are from 1 to 65535, the lower one first
            127.0.0.1:1-123456     | the port is not a number
            127.0.0.300:1-2        | the IPv4 address is invalid
            ::1:1-2                | write an IPv6 address in brackets, such as [::1]:9000
            :1-2                   | write 0.0.0.0 as the host to listen on all addresses
            127.0.0.1:+0           | the port is not a number
            """)
    void invalidRangeHasAHint(String text, String hint) {
        assertMistake(PortRange.OF_LISTENER, text, hint);
    }

    @ParameterizedTest
    @CsvSource({"10.0.0.1:+0, 10.0.0.1", "[2001:DB8::1]:+0, 2001:db8::1", "App.internal:+0, App.internal"})
    void backendCanHaveThePortOfTheListener(String text, String host) {
        Address address = AddressText.OF_BACKEND.conversion().apply(scalar(text)).orElseThrow();

        assertThat(address).isEqualTo(new HostPort(host, 0, true));
        assertThat(((HostPort) address).withPort(30_000)).hasToString(text.replace("DB8", "db8"))
                .extracting(Address::key).isEqualTo(text.toLowerCase(Locale.ROOT));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            10.0.0.1:+1            | the port is not a number
            10.0.0.1:9000+0        | the port is not a number
            :+0                    | the host is missing
            10.0.0:+0              | the IPv4 address is invalid
            10.0.0.1:30000-30099   | the port is not a number
            """)
    void invalidPortOfABackendHasAHint(String text, String hint) {
        assertMistake(AddressText.OF_BACKEND, text, hint);
    }

    @Test
    void tenConsecutivePortsAreShownAsARange() {
        List<String> nine = IntStream.range(0, 9).mapToObj(i -> "127.0.0.1:" + (8000 + i)).toList();
        List<String> ten = IntStream.range(0, 10).mapToObj(i -> "[::1]:" + (8000 + i)).toList();

        assertThat(PortRange.texts(nine)).isEqualTo(nine);
        assertThat(PortRange.texts(ten)).containsExactly("[::1]:8000-8009");
        assertThat(
                PortRange.texts(Stream.of(nine, ten, List.of("[::1]:8011", "unix:/a")).flatMap(List::stream).toList()))
                .hasSize(12).endsWith("[::1]:8000-8009", "[::1]:8011", "unix:/a");
        assertThat(PortRange.texts(List.of())).isEmpty();
    }

    private static void assertMistake(ValueType<?> type, String text, String hint) {
        assertThat(type.conversion().apply(scalar(text))).isEmpty();
        assertThat(type.hint().apply(scalar(text))).isEqualTo("; " + hint);
    }

    private static ConfigTree scalar(String text) {
        return new ConfigTree.Scalar(text, Origin.of("config.toml"));
    }
}
