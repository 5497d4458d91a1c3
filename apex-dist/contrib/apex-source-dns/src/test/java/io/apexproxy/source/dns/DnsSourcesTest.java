package io.apexproxy.source.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.source.BackendSource;
import io.apexproxy.api.source.FoundBackend;
import io.apexproxy.api.testkit.FakeContext;
import io.apexproxy.api.testkit.MapSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;

@Timeout(60) // seconds, for a test that hangs
class DnsSourcesTest {

    private static final String SRV = "_x._tcp.apex.test 60 IN SRV ";

    @AutoClose
    private final FakeContext context = FakeContext.create();
    @AutoClose
    private final FakeDns dns = new FakeDns();
    @AutoClose
    private final FakeDns other = new FakeDns();

    private BackendSource srv(String... servers) {
        return new SrvProvider().create(MapSettings.of(Map.of("name", "_x._tcp.apex.test", "servers",
                List.of(servers), "timeout", Duration.ofMillis(500))), context);
    }

    private BackendSource addresses(Object... more) {
        Map<String, Object> settings = new HashMap<>(Map.of("name", "web.apex.test", "port", 80L, "servers",
                List.of(dns.address())));
        for (int each = 0; each < more.length; each += 2) {
            settings.put((String) more[each], more[each + 1]);
        }
        return new AddressProvider().create(MapSettings.of(settings), context);
    }

    private static List<String> found(BackendSource source) throws Exception {
        return source.find().backends().stream().map(FoundBackend::address).toList();
    }

    private static List<byte[]> fail(Message response, int rcode) {
        response.getHeader().setRcode(rcode);
        return List.of(response.toWire());
    }

    @Test
    void targetsAreLookedUpAndTheSmallestTtlHolds() throws Exception {
        dns.serve(SRV + "1 2 80 a.apex.test.", SRV + "1 3 81 b.apex.test.", "a.apex.test 9 IN A 10.0.0.1",
                "b.apex.test 30 IN CNAME c.apex.test.", "c.apex.test 30 IN AAAA 2001:db8::1");

        var answer = srv(dns.address()).find();

        assertThat(answer.backends()).extracting(FoundBackend::address).containsExactly("10.0.0.1:80",
                "[2001:db8:0:0:0:0:0:1]:81");
        assertThat(answer.validFor()).hasValue(Duration.ofSeconds(9));
    }

    @Test
    void addressesInTheAnswerNeedNoLookUp() throws Exception {
        dns.serve(SRV + "1 2 80 a.apex.test.");
        dns.overUdp = response -> {
            response.addRecord(FakeDns.record("a.apex.test 5 IN A 10.0.0.7"), Section.ADDITIONAL);
            return List.of(response.toWire());
        };

        var answer = srv(dns.address()).find();

        assertThat(answer.backends()).extracting(FoundBackend::address).containsExactly("10.0.0.7:80");
        assertThat(answer.validFor()).hasValue(Duration.ofSeconds(5));
        assertThat(dns.queries).hasSize(1);
    }

    @Test
    void targetIsLookedUpAgainWhenItsOwnTtlEnds() throws Exception {
        dns.serve("_x._tcp.apex.test 1 IN SRV 1 2 80 a.apex.test.", "a.apex.test 60 IN A 10.0.0.1");
        AtomicLong now = new AtomicLong(Long.MAX_VALUE); // a clock of nanoseconds can overflow
        var source = new SrvSource(FakeDns.name("_x._tcp.apex.test"), new Resolver(List.of(dns.client())),
                context.executor(), now::get);
        assertThat(source.find().validFor()).hasValue(Duration.ofSeconds(1));
        assertThat(dns.queries).hasSize(2);
        dns.serve("_x._tcp.apex.test 90 IN SRV 1 2 80 a.apex.test.", "a.apex.test 60 IN A 10.0.0.2");

        now.addAndGet(Duration.ofSeconds(59).toNanos());
        BackendSource.Answer kept = source.find();
        assertThat(dns.queries).hasSize(3);
        now.addAndGet(Duration.ofSeconds(1).toNanos());
        BackendSource.Answer renewed = source.find();

        assertThat(kept.backends()).extracting(FoundBackend::address).containsExactly("10.0.0.1:80");
        assertThat(kept.validFor()).hasValue(Duration.ofSeconds(1));
        assertThat(renewed.backends()).extracting(FoundBackend::address).containsExactly("10.0.0.2:80");
        assertThat(renewed.validFor()).hasValue(Duration.ofSeconds(60));
    }

    @Test
    void serviceThatDoesNotExistHasNoBackends() throws Exception {
        dns.serve(SRV + "0 0 0 .");

        assertThat(found(srv(dns.address()))).isEmpty();
    }

    @Test
    void manyTargetsAreLookedUp() throws Exception {
        dns.serve(IntStream.range(0, 300).boxed().flatMap(each -> Stream.of(SRV + "1 1 80 t" + each + ".apex.test.",
                "t" + each + ".apex.test 60 IN A 10.0." + each / 200 + "." + (1 + each % 200))).toArray(String[]::new));

        assertThat(found(srv(dns.address()))).hasSize(300);
    }

    @Test
    void nextServerIsAskedAfterAFailureAndKept() throws Exception {
        for (FakeDns each : List.of(dns, other)) {
            each.serve(SRV + "1 1 80 a.apex.test.", "a.apex.test 60 IN A 10.0.0.1");
        }
        dns.overUdp = response -> fail(response, Rcode.SERVFAIL);
        var source = srv(dns.address(), other.address());

        assertThat(found(source)).hasSize(1);
        assertThat(found(source)).hasSize(1);

        assertThat(dns.queries).hasSize(1);
        other.overUdp = response -> List.of();
        dns.overUdp = response -> List.of(response.toWire());
        assertThat(found(source)).hasSize(1);
    }

    @Test
    void failureOfAllServersHasTheirReasons() throws Exception {
        dns.overUdp = response -> fail(response, Rcode.REFUSED);
        other.overUdp = response -> List.of();

        assertThatThrownBy(srv(dns.address(), other.address())::find).isInstanceOf(IOException.class)
                .hasMessage("_x._tcp.apex.test.: " + dns.address() + ": REFUSED; " + other.address()
                        + ": no answer within 500 ms");
    }

    @Test
    void failureOfATargetFailsTheLookUp() {
        dns.serve(SRV + "1 2 80 a.apex.test.", "a.apex.test 9 IN A 10.0.0.1");
        dns.overUdp = response -> response.getQuestion().getName().toString().startsWith("_")
                ? List.of(response.toWire()) : fail(response, Rcode.SERVFAIL);

        assertThatThrownBy(srv(dns.address())::find).isInstanceOf(IOException.class)
                .hasMessage("a.apex.test.: " + dns.address() + ": SERVFAIL");
    }

    @Test
    void missingNameIsEmptyAfterThreeAnswersInARow() throws Exception {
        var source = addresses();
        assertThatThrownBy(source::find)
                .hasMessage("web.apex.test.: no such name (NXDOMAIN), 1 of 3 answers in a row");
        dns.serve("web.apex.test 60 IN A 10.0.0.1");
        assertThat(found(source)).containsExactly("10.0.0.1:80");

        dns.serve();
        assertThatThrownBy(source::find).hasMessageContaining("1 of 3");
        assertThatThrownBy(source::find).hasMessageContaining("2 of 3");
        assertThat(source.find()).isEqualTo(new BackendSource.Answer(List.of(), Optional.of(Duration.ofSeconds(7))));
    }

    @Test
    void nameWithoutAddressesIsEmptyAtOnce() throws Exception {
        dns.serve("web.apex.test 60 IN TXT nothing");

        assertThat(found(addresses())).isEmpty();
    }

    @Test
    void addressesOfIpv6AreUsedIfThereAreNone() throws Exception {
        dns.serve("web.apex.test 60 IN AAAA ::1", "web.apex.test 60 IN AAAA ::2");
        assertThat(found(addresses())).containsExactlyInAnyOrder("[0:0:0:0:0:0:0:1]:80", "[0:0:0:0:0:0:0:2]:80");

        dns.serve("web.apex.test 60 IN AAAA ::1", "web.apex.test 60 IN A 10.0.0.1");
        assertThat(found(addresses("name", "web.apex.test."))).containsExactly("10.0.0.1:80");
    }

    @Test
    void loopOfAliasesOverSeveralAnswersIsAFailure() {
        dns.serve("web.apex.test 60 IN CNAME a.apex.test.", "a.apex.test 60 IN CNAME web.apex.test.");

        assertThatThrownBy(addresses()::find).isInstanceOf(IOException.class).hasMessageContaining("aliases");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "name    | .              | expected a name such as \"db.example.com\"",
        "name    | *.apex.test    | expected a name such as \"db.example.com\"",
        "name    | a..b           | expected a name such as \"db.example.com\"",
        "servers | ns.apex.test   | expected IP addresses such as \"10.0.0.2\"",
        "servers | 10.0.0.2:0     | expected IP addresses",
        "servers | 10.0.0.2:65536 | expected IP addresses",
        "timeout | PT5S           | expected at most \"4s\"",
    })
    void invalidSettingIsReported(String key, String value, String message) {
        Object parsed = switch (key) {
            case "timeout" -> Duration.parse(value);
            case "servers" -> List.of(value);
            default -> value;
        };

        assertThatThrownBy(() -> addresses(key, parsed)).isInstanceOf(ConfigException.class)
                .hasMessageContaining(key).hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource({"10.0.0.2, /10.0.0.2:53", "10.0.0.2:5353, /10.0.0.2:5353", "2001:db8::2, '/[2001:db8:0:0:0:0:0:2]:53'",
        "'[2001:db8::2]:5353', '/[2001:db8:0:0:0:0:0:2]:5353'"})
    void serverIsAnAddressWithOrWithoutAPort(String text, String address) {
        assertThat(DnsSettings.address(text)).hasValueSatisfying(found -> assertThat(found).hasToString(address));
    }
}
