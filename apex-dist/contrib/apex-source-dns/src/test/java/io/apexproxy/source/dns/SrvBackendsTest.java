package io.apexproxy.source.dns;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.api.source.FoundBackend;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Name;
import org.xbill.DNS.SRVRecord;

class SrvBackendsTest {

    private final Map<Name, List<InetAddress>> addresses = new HashMap<>();

    private SrvBackendsTest target(String name, String... literals) {
        addresses.put(FakeDns.name(name), Arrays.stream(literals).map(SrvBackendsTest::address).toList());
        return this;
    }

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** Returns the backends as {@code ADDRESS weight tier}. Each record is {@code PRIORITY WEIGHT PORT NAME}. */
    private List<String> backends(String... records) {
        List<SRVRecord> all = Arrays.stream(records)
                .map(data -> (SRVRecord) FakeDns.record("_x._tcp.apex.test 60 IN SRV " + data)).toList();
        return SrvBackends.of(all, addresses).stream().map(SrvBackendsTest::text).toList();
    }

    private static String text(FoundBackend backend) {
        return backend.address() + " " + backend.weight() + " " + backend.tier();
    }

    @Test
    void weightsAreKeptAndPrioritiesBecomeTiers() {
        target("a", "10.0.0.1").target("b", "10.0.0.2").target("c", "::1");

        assertThat(backends("20 5 80 c.", "10 1000 81 a.", "10 1 82 b.")).containsExactly("10.0.0.1:81 1000 0",
                "10.0.0.2:82 1 0", "[0:0:0:0:0:0:0:1]:80 5 1");
    }

    @Test
    void weightsThatAreAllZeroAreEqual() {
        target("a", "10.0.0.1").target("b", "10.0.0.2").target("c", "10.0.0.3").target("d", "10.0.0.4");

        assertThat(backends("1 0 80 a.", "1 0 80 b.", "2 0 80 c.", "2 9 80 d.")).containsExactly("10.0.0.1:80 1 0",
                "10.0.0.2:80 1 0", "10.0.0.3:80 0 1", "10.0.0.4:80 9 1");
    }

    @Test
    void severalAddressesShareTheWeightOfTheirTarget() {
        target("a", "10.0.0.1", "10.0.0.2").target("b", "10.0.0.3", "10.0.0.4", "10.0.0.5").target("c", "10.0.0.6");

        assertThat(backends("1 10 80 a.", "1 10 80 b.", "1 10 80 c.")).containsExactly("10.0.0.1:80 30 0",
                "10.0.0.2:80 30 0", "10.0.0.3:80 20 0", "10.0.0.4:80 20 0", "10.0.0.5:80 20 0", "10.0.0.6:80 60 0");
    }

    @Test
    void weightsThatWouldBeTooLargeAreKeptForEachAddress() {
        target("a", "10.0.0.1", "10.0.0.2").target("b", "10.0.0.3");

        assertThat(backends("1 65535 80 a.", "1 65535 80 b.")).containsExactly("10.0.0.1:80 65535 0",
                "10.0.0.2:80 65535 0", "10.0.0.3:80 65535 0");
    }

    @Test
    void targetWithoutAddressesIsNoBackend() {
        target("a", "10.0.0.1").target("b");

        assertThat(backends("1 1 80 a.", "1 1 80 b.", "1 1 80 unknown.")).containsExactly("10.0.0.1:80 1 0");
    }

    @Test
    void nameOfTheTargetIsAnAttribute() {
        target("pod-0.db.apex.test", "10.0.0.1");
        var record = (SRVRecord) FakeDns.record("_x._tcp.apex.test 60 IN SRV 1 1 80 pod-0.db.apex.test.");

        assertThat(SrvBackends.of(List.of(record), addresses).get(0).attributes())
                .isEqualTo(Map.of("target", "pod-0.db.apex.test"));
    }
}
