package io.apexproxy.runtime.config.address;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.api.Origin;
import io.apexproxy.api.config.ConfigTree;
import java.net.UnixDomainSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressTextTest {

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:9000,             127.0.0.1,             9000",
        "0.0.0.0:1,                  0.0.0.0,               1",
        "localhost:65535,            localhost,             65535",
        "app_1.internal:9000,        app_1.internal,        9000",
        "app.svc.cluster.local.:80,  app.svc.cluster.local., 80",
        "xn--bcher-kva.example:80,   xn--bcher-kva.example, 80",
        "[::1]:9000,                 ::1,                   9000",
        "[::]:9000,                  ::,                    9000",
        "[2001:db8::a:1]:80,         2001:db8::a:1,         80",
        "[::ffff:10.0.0.1]:80,       ::ffff:10.0.0.1,       80",
        "[fe80::1%eth0]:80,          fe80::1%eth0,          80",
    })
    void hostAndPortAreParsed(String text, String host, int port) {
        assertThat(AddressText.OF_BACKEND.conversion().apply(tree(text))).contains(new HostPort(host, port));
        assertThat(new HostPort(host, port)).hasToString(text);
    }

    @ParameterizedTest
    @CsvSource({
        "[0:0:0:0:0:0:0:1]:9000,     [::1]:9000,             [::1]:9000",
        "[2001:DB8:0::A:1]:80,       [2001:db8::a:1]:80,     [2001:db8::a:1]:80",
        "[::FFFF:a00:1]:80,          [::ffff:10.0.0.1]:80,   10.0.0.1:80",
        "10.0.0.1:80,                10.0.0.1:80,            10.0.0.1:80",
    })
    void ipv6AddressHasOneTextAndOneKeyInAnyNotation(String written, String text, String key) {
        HostPort address = (HostPort) AddressText.OF_BACKEND.conversion().apply(tree(written)).orElseThrow();

        assertThat(address).hasToString(text);
        assertThat(address.key()).isEqualTo(key);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "127.0.0.1             | the port is missing",
        "127.0.0.1:            | the port is missing",
        "localhost             | the port is missing",
        "[::1]                 | the port is missing",
        "[::1]:                | the port is missing",
        "localhost:http        | the port is not a number",
        "localhost:80/path     | the port is not a number",
        "localhost:-1          | the port is not a number",
        "localhost:0           | the port has to be from 1 to 65535",
        "localhost:65536       | the port has to be from 1 to 65535",
        "localhost:99999999999 | the port has to be from 1 to 65535",
        ":9000                 | the host is missing",
        "*:9000                | the host is missing",
        "[]:9000               | the host is missing",
        "::1:9000              | write an IPv6 address in brackets, such as [::1]:9000",
        "2001:db8::1           | write an IPv6 address in brackets, such as [::1]:9000",
        "[::1:9000             | write an IPv6 address in brackets, such as [::1]:9000",
        "[::1]:http            | the port is not a number",
        "[::1]9000             | write a colon between host and port",
        "[:::1]:9000           | the IPv6 address is invalid",
        "[1:2]:9000            | the IPv6 address is invalid",
        "[127.0.0.1]:9000      | the IPv6 address is invalid",
        "[fe80::1%]:9000       | the IPv6 address is invalid",
        "127.0.0.256:9000      | the IPv4 address is invalid",
        "127.1:9000            | the IPv4 address is invalid",
        "9000:9000             | the IPv4 address is invalid",
        "127.0.0.1.:9000       | the IPv4 address is invalid",
        "http://localhost:80   | Apex forwards TCP, write host:port without http://",
        "tcp://127.0.0.1:80    | Apex forwards TCP, write host:port without tcp://",
        "local host:80         | it has blanks",
        "' localhost:80'       | it has blanks",
        "-a:80                 | a host name has letters, digits, '-', '_' and '.' only",
        "a..b:80               | a host name has letters, digits, '-', '_' and '.' only",
        "bücher.example:80     | a host name has letters, digits, '-', '_' and '.' only",
        "[abc:80               | a host name has letters, digits, '-', '_' and '.' only",
        "a]b:80                | a host name has letters, digits, '-', '_' and '.' only",
        "user@host:80          | a host name has letters, digits, '-', '_' and '.' only",
        "''                    | the host is missing",
    })
    void invalidAddressGetsAHint(String text, String hint) {
        assertThat(AddressText.OF_BACKEND.conversion().apply(tree(text))).isEmpty();
        assertThat(AddressText.OF_BACKEND.mistake(tree(text)))
                .isEqualTo("expected an address such as \"127.0.0.1:9000\", found \"" + text + "\"; " + hint);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "unix:/run/app.sock     | unix:/run/app.sock",
        "unix:/run/./app.sock   | unix:/run/app.sock",
        "unix:/run/My App.sock  | unix:/run/My App.sock",
    })
    void unixPathIsParsed(String text, String normal) {
        assertThat(AddressText.OF_BACKEND.conversion().apply(tree(text))).map(Object::toString).contains(normal);
        assertThat(AddressText.OF_LISTENER.conversion().apply(tree(text))).map(Address::key).contains(normal);
    }

    @Test
    void invalidUnixPathGetsAHint() {
        String longest = "unix:/" + "a".repeat(105);
        String hint = "; write the absolute path of a file, such as unix:/run/app.sock";

        assertThat(AddressText.OF_BACKEND.mistake(tree("unix:app.sock"))).endsWith(hint);
        assertThat(AddressText.OF_BACKEND.mistake(tree("unix:"))).endsWith(hint);
        assertThat(AddressText.OF_BACKEND.mistake(tree("unix:/"))).endsWith(hint);
        assertThat(AddressText.OF_BACKEND.mistake(tree("unix://run/app.sock"))).endsWith(hint);
        assertThat(AddressText.OF_BACKEND.mistake(tree("unix:/a\nb"))).endsWith("; it has control characters");
        assertThat(AddressText.OF_BACKEND.conversion().apply(tree(longest))).isPresent();
        assertThat(AddressText.OF_BACKEND.mistake(tree(longest + "a")))
                .endsWith("; the path of a Unix-domain socket has 106 bytes at most");
        assertThat(AddressText.OF_ADMIN.mistake(tree("unix:/run/admin.sock")))
                .endsWith("; the admin endpoint supports TCP only");
    }

    @Test
    void socketAddressHasTheTextOfTheConfiguration() {
        assertThat(Address.text(UnixDomainSocketAddress.of("/run/app.sock"))).isEqualTo("unix:/run/app.sock");
        assertThat(Address.text(UnixDomainSocketAddress.of(""))).isEqualTo("unix:");
    }

    @Test
    void lengthOfLabelsAndNamesIsLimited() {
        String label = "a".repeat(63);
        String name = String.join(".", label, label, label, "a".repeat(61));

        assertThat(AddressText.OF_BACKEND.conversion().apply(tree(name + ":80"))).isPresent();
        assertThat(AddressText.OF_BACKEND.conversion().apply(tree("a" + label + ":80"))).isEmpty();
        assertThat(AddressText.OF_BACKEND.conversion().apply(tree(name + "a:80"))).isEmpty();
    }

    @Test
    void listenerAcceptsPortZeroButRequiresAHost() {
        assertThat(AddressText.OF_LISTENER.conversion().apply(tree("127.0.0.1:0")))
                .contains(new HostPort("127.0.0.1", 0));
        assertThat(AddressText.OF_LISTENER.mistake(tree("127.0.0.1:70000"))).isEqualTo("expected an address such as "
                + "\"127.0.0.1:8081\", found \"127.0.0.1:70000\"; the port has to be from 0 to 65535");
        assertThat(AddressText.OF_LISTENER.mistake(tree("*:8081"))).isEqualTo("expected an address such as "
                + "\"127.0.0.1:8081\", found \"*:8081\"; write 0.0.0.0 as the host to listen on all addresses");
    }

    private static ConfigTree tree(String text) {
        return new ConfigTree.Scalar(text, Origin.of("here"));
    }
}
