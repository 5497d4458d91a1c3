package io.apexproxy.runtime.admin;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostCheckTest {

    private final HostCheck onLoopback = new HostCheck("127.0.0.1", false);
    private final HostCheck onName = new HostCheck("Apex.Internal", false);
    private final HostCheck onAllAddresses = new HostCheck("0.0.0.0", true);

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:9901", "127.0.0.1", "127.1.2.3:1", "localhost:9901", "LOCALHOST",
        "localhost.:80", "[::1]:9901", "[::1]"})
    void loopbackIsAlwaysAccepted(String host) {
        assertThat(onLoopback.accepts(host)).isTrue();
        assertThat(onName.accepts(host)).isTrue();
        assertThat(onAllAddresses.accepts(host)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "evil.example:9901", "127.0.0.1.evil.example",
        "localhost.evil.example:9901", "127.0.0.1@evil.example", "evil.example:127.0.0.1", "", ":9901", "[::1",
        "2130706433"})
    void otherNamesAreRejected(String host) {
        assertThat(onLoopback.accepts(host)).isFalse();
        assertThat(onName.accepts(host)).isFalse();
        assertThat(onAllAddresses.accepts(host)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"apex.internal:9901", "apex.internal", "APEX.internal:1"})
    void configuredNameIsAccepted(String host) {
        assertThat(onName.accepts(host)).isTrue();
        assertThat(onLoopback.accepts(host)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.1.2.3:9901", "192.168.0.1", "[2001:db8::1]:9901"})
    void literalAddressIsAcceptedIfAllAreListenedOn(String host) {
        assertThat(onAllAddresses.accepts(host)).isTrue();
        assertThat(onLoopback.accepts(host)).isFalse();
    }
}
