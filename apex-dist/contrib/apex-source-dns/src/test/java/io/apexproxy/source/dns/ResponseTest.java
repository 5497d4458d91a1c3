package io.apexproxy.source.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

class ResponseTest {

    private static final String START = "apex.test 300 IN SOA ns.apex.test. admin.apex.test. 1 60 60 60 7";
    private static final Name WEB = FakeDns.name("web.apex.test");

    private final Message message = new Message(1);

    private Response read(String... answers) throws IOException {
        for (String answer : answers) {
            message.addRecord(FakeDns.record(answer), Section.ANSWER);
        }
        return Response.read(message, WEB, Type.A);
    }

    @Test
    void recordsWithTheirSmallestTtl() throws IOException {
        Response response = read("web.apex.test 60 IN A 10.0.0.1", "web.apex.test 20 IN A 10.0.0.2",
                "other.apex.test 1 IN A 10.0.0.3", "web.apex.test 1 IN AAAA ::1");

        assertThat(response.kind()).isEqualTo(Response.Kind.FOUND);
        assertThat(response.records()).hasSize(2);
        assertThat(response.ttlSeconds()).isEqualTo(20);
    }

    @Test
    void aliasesAreFollowedInAnyOrderAndBoundTheTtl() throws IOException {
        Response response = read("b.apex.test 60 IN A 10.0.0.1", "a.apex.test 5 IN CNAME b.apex.test.",
                "WEB.apex.TEST 60 IN CNAME a.apex.test.");

        assertThat(response.kind()).isEqualTo(Response.Kind.FOUND);
        assertThat(response.name()).isEqualTo(FakeDns.name("b.apex.test"));
        assertThat(response.ttlSeconds()).isEqualTo(5);
    }

    @Test
    void aliasOfANameThatTheMessageDoesNotHave() throws IOException {
        Response response = read("web.apex.test 60 IN CNAME elsewhere.test.");

        assertThat(response.kind()).isEqualTo(Response.Kind.ALIAS);
        assertThat(response.name()).isEqualTo(FakeDns.name("elsewhere.test"));
    }

    @Test
    void loopOfAliasesIsAFailure() {
        assertThatThrownBy(() -> read("web.apex.test 60 IN CNAME a.apex.test.",
                "a.apex.test 60 IN CNAME web.apex.test.")).hasMessage("more than 8 aliases");
    }

    @Test
    void noDataHasTheNegativeTtl() throws IOException {
        message.addRecord(FakeDns.record(START), Section.AUTHORITY);

        Response response = read();

        assertThat(response.kind()).isEqualTo(Response.Kind.NO_DATA);
        assertThat(response.ttlSeconds()).isEqualTo(7);
    }

    @Test
    void noNameIsNotAFailure() throws IOException {
        message.getHeader().setRcode(Rcode.NXDOMAIN);

        assertThat(read()).isEqualTo(new Response(Response.Kind.NO_NAME, WEB, List.of(), -1));
    }

    @ParameterizedTest
    @ValueSource(ints = {Rcode.SERVFAIL, Rcode.REFUSED, Rcode.FORMERR, Rcode.NOTIMP})
    void errorOfTheServerIsAFailure(int rcode) {
        message.getHeader().setRcode(rcode);

        assertThatThrownBy(this::read).isInstanceOf(IOException.class).hasMessage(Rcode.string(rcode));
    }
}
