package io.apexproxy.runtime.cli.convert.draft;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressesTest {

    @ParameterizedTest
    @CsvSource(emptyValue = "", value = {":80, true, 0.0.0.0:80", "*:80, true, 0.0.0.0:80",
        "10.0.0.1:80-89, true, 10.0.0.1:80-89", "[::]:80, true, [::]:80", ":::80, true, [::]:80",
        "ipv4@:80, true, 0.0.0.0:80", "unix@/run/a, true, unix:/run/a", "/run/a, true, unix:/run/a",
        "10.0.0.1, false, 10.0.0.1:+0", "app:9000, false, app:9000", "::1:9000, false, [::1]:9000",
        "fd@3, true, ''", "abns@x, false, ''", "10.0.0.1:+1000, false, ''", "*:80, false, ''", "10.0.0.1, true, ''"})
    void haproxy(String text, boolean isListener, String address) {
        assertThat(Addresses.haproxy(text, isListener).orElse("")).isEqualTo(address);
    }

    @ParameterizedTest
    @CsvSource({"80, 0.0.0.0:80", "80-89, 0.0.0.0:80-89", "*:80, 0.0.0.0:80", "[::]:80, [::]:80",
        "unix:/run/a, unix:/run/a", "10.0.0.1:80, 10.0.0.1:80"})
    void nginxListener(String text, String address) {
        assertThat(Addresses.nginxListener(text)).isEqualTo(address);
    }

    @ParameterizedTest
    @CsvSource(emptyValue = "", value = {"app:80, app:80", "10.0.0.1:$server_port, 10.0.0.1:+0", "$name:443, ''"})
    void nginxBackend(String text, String address) {
        assertThat(Addresses.nginxBackend(text).orElse("")).isEqualTo(address);
    }
}
