package io.apexproxy.source.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

@Timeout(60) // seconds, for a test that hangs
class DnsServerTest {

    private static final Name NAME = FakeDns.name("web.apex.test");

    @AutoClose
    private final FakeDns dns = new FakeDns().serve("web.apex.test 60 IN A 10.0.0.1");

    private List<String> query() throws IOException {
        return dns.client().query(NAME, Type.A).getSection(Section.ANSWER).stream().map(Record::rdataToString).toList();
    }

    private static byte[] withId(Message response, int id) {
        byte[] bytes = response.toWire();
        bytes[0] = (byte) (id >> 8);
        bytes[1] = (byte) id;
        return bytes;
    }

    private static byte[] truncated(Message response) {
        Message head = new Message(response.getHeader().getID());
        head.getHeader().setFlag(Flags.QR);
        head.getHeader().setFlag(Flags.TC);
        head.addRecord(response.getQuestion(), Section.QUESTION);
        return head.toWire();
    }

    @Test
    void answerIsReadOverUdp() throws IOException {
        assertThat(query()).containsExactly("10.0.0.1");
        assertThat(dns.queries).containsExactly("udp");
    }

    @Test
    void truncatedAnswerIsRepeatedOverTcp() throws IOException {
        dns.overUdp = response -> List.of(truncated(response));

        assertThat(query()).containsExactly("10.0.0.1");
        assertThat(dns.queries).containsExactly("udp", "tcp");
    }

    @Test
    void truncatedAnswerWithoutTcpIsAFailure() throws IOException {
        dns.withoutTcp().overUdp = response -> List.of(truncated(response));

        assertThatThrownBy(this::query).isInstanceOf(IOException.class)
                .hasMessageStartingWith("truncated over UDP, and over TCP: ");
    }

    @Test
    void answersWithAnotherIdOrQuestionAreIgnored() throws IOException {
        dns.overUdp = response -> {
            Message forged = new Message(response.getHeader().getID());
            forged.getHeader().setFlag(Flags.QR);
            forged.addRecord(Record.newRecord(FakeDns.name("evil.test"), Type.A, 1), Section.QUESTION);
            Message query = new Message(response.getHeader().getID());
            query.addRecord(response.getQuestion(), Section.QUESTION);
            return List.of(withId(response, response.getHeader().getID() ^ 1), forged.toWire(), query.toWire(),
                    new byte[] {1}, new byte[0], response.toWire());
        };

        assertThat(query()).containsExactly("10.0.0.1");
    }

    @Test
    void letterCaseOfTheQuestionIsRandomAndHasToBeRepeated() throws IOException {
        List<String> asked = new ArrayList<>();
        dns.overUdp = response -> {
            asked.add(response.getQuestion().getName().toString());
            return List.of(response.toWire());
        };
        for (int each = 0; each < 20; each++) {
            query();
        }
        assertThat(asked.stream().distinct().count()).isGreaterThan(10);
        assertThat(asked).allMatch("web.apex.test."::equalsIgnoreCase);
    }

    @Test
    void malformedAnswerIsAFailure() {
        dns.overUdp = response -> List.of(withId(new Message(1), response.getHeader().getID()).length == 12
                ? malformed(response.getHeader().getID()) : new byte[0]);

        assertThatThrownBy(this::query).isInstanceOf(IOException.class);
    }

    /** Says that it has 255 answers, and ends. */
    private static byte[] malformed(int id) {
        byte[] bytes = withId(new Message(1), id);
        bytes[2] = (byte) 0x80;
        bytes[7] = (byte) 0xff;
        return bytes;
    }

    @Test
    void silentServerIsAFailureAfterTheTimeout() {
        dns.overUdp = response -> List.of();
        var server = new DnsServer(new InetSocketAddress("127.0.0.1", Integer.parseInt(dns.address().substring(10))),
                Duration.ofMillis(200));

        assertThatThrownBy(() -> server.query(NAME, Type.A)).hasMessage("no answer within 200 ms");
    }

    @Test
    void missingServerIsAFailureAtOnce() {
        var server = dns.client();
        dns.close();

        assertThatThrownBy(() -> server.query(NAME, Type.A)).hasMessage("connection refused");
    }

    @Test
    void largeAnswerIsReadOverTcp() throws IOException {
        dns.serve(IntStream.range(0, 300).mapToObj(each -> "web.apex.test 60 IN A 10.0.%d.%d".formatted(each / 200,
                1 + each % 200)).toArray(String[]::new));
        dns.overUdp = response -> List.of(truncated(response));

        assertThat(query()).hasSize(300);
    }
}
