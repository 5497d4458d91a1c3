package io.apexproxy.runtime.routing;

import static io.apexproxy.runtime.routing.Claims.admitted;
import static io.apexproxy.runtime.routing.Claims.client;
import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.runtime.config.ClientLimits;
import io.apexproxy.runtime.routing.Claim.Admitted;
import io.apexproxy.runtime.routing.Claim.Refused;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientTableTest {

    private static final long MILLISECOND = 1_000_000;
    private static final long SECOND = 1_000 * MILLISECOND;
    private static final SocketAddress CLIENT = client("192.0.2.1");
    private static final SocketAddress OTHER = client("192.0.2.2");

    @Test
    void clientIsRefusedAboveItsConnections() {
        ClientTable table = table(2, 0);
        Admitted first = admitted(table, CLIENT, 0);
        admitted(table, CLIENT, 0);

        assertThat(table.claim(CLIENT, 0)).isEqualTo(Refused.CLIENT_LIMIT);
        admitted(table, OTHER, 0);
        first.release(0);
        admitted(table, CLIENT, 0);
        assertThat(table.claim(CLIENT, 0)).isEqualTo(Refused.CLIENT_LIMIT);
        assertThat(table.entries()).isEqualTo(2);
    }

    @Test
    void clientIsRefusedAboveItsRate() {
        ClientTable table = table(0, 2);
        admitted(table, CLIENT, 0);
        admitted(table, CLIENT, 0);

        assertThat(table.claim(CLIENT, 0)).isEqualTo(Refused.CLIENT_RATE);
        admitted(table, OTHER, 0);
        assertThat(table.claim(CLIENT, SECOND / 2 - 1)).isEqualTo(Refused.CLIENT_RATE);
        admitted(table, CLIENT, SECOND / 2);
    }

    @Test
    void connectionAboveTheLimitDoesNotCountForTheRate() {
        ClientTable table = table(1, 2);
        Admitted first = admitted(table, CLIENT, 0);
        assertThat(table.claim(CLIENT, 0)).isEqualTo(Refused.CLIENT_LIMIT);
        first.release(0);

        admitted(table, CLIENT, 0).release(0);
        assertThat(table.claim(CLIENT, 0)).isEqualTo(Refused.CLIENT_RATE);
    }

    @Test
    void withoutARateTheLastReleaseRemovesTheEntry() {
        ClientTable table = table(5, 0);
        Admitted first = admitted(table, CLIENT, 10);
        Admitted second = admitted(table, CLIENT, 10);

        second.release(9); // the clock of another thread can be behind
        assertThat(table.entries()).isEqualTo(1);
        first.release(9);
        assertThat(table.entries()).isZero();
    }

    @Test
    void withARateTheEntryRemainsUntilTheStateHasRecovered() {
        ClientTable table = table(0, 10);
        admitted(table, CLIENT, 0).release(0);
        admitted(table, CLIENT, 0).release(0);

        table.expire(200 * MILLISECOND - 1);
        assertThat(table.entries()).isEqualTo(1);
        table.expire(200 * MILLISECOND);
        assertThat(table.entries()).isZero();
    }

    @Test
    void releaseAfterTheRecoveryRemovesTheEntry() {
        ClientTable table = table(0, 10);
        admitted(table, CLIENT, 0).release(SECOND);

        assertThat(table.entries()).isZero();
    }

    @Test
    void entryWithAConnectionDoesNotExpire() {
        ClientTable table = table(0, 10);
        Admitted connection = admitted(table, CLIENT, 0);
        connection.release(0);
        Admitted again = admitted(table, CLIENT, 0);

        table.expire(10 * SECOND);
        assertThat(table.entries()).isEqualTo(1);
        again.release(10 * SECOND);
        assertThat(table.entries()).isZero();
    }

    @Test
    void refusedClientDoesNotKeepItsEntryAlive() {
        ClientTable table = table(0, 1);
        admitted(table, CLIENT, 0).release(0);
        assertThat(table.claim(CLIENT, SECOND - 1)).isEqualTo(Refused.CLIENT_RATE);

        table.expire(SECOND);
        assertThat(table.entries()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1,          192.0.2.1,           64,  true",
        "192.0.2.1,          192.0.2.2,           1,   false",
        "2001:db8::1,        2001:db8::2,         64,  true",
        "2001:db8::1,        2001:db8:0:1::1,     64,  false",
        "2001:db8::1,        2001:db8:0:1::1,     56,  true",
        "2001:db8::1,        2001:db8::2,         128, false",
        "2001:db8::1,        2001:db8::2,         126, true",
        "2001:db8::1,        4000::1,             1,   true",
        "::ffff:192.0.2.1,   192.0.2.1,           64,  true",
        "32.1.13.184,        2001:db8::1,         64,  false",
    })
    void ipv6ClientsAreDistinguishedByTheirPrefix(String first, String second, int prefix, boolean same) {
        ClientTable table = new ClientTable(new ClientLimits(1, 0, prefix, 10));
        admitted(table, client(first), 0);

        assertThat(table.claim(client(second), 0) == Refused.CLIENT_LIMIT).isEqualTo(same);
    }

    @Test
    void unixDomainClientsShareOneEntry() {
        ClientTable table = table(2, 0);
        admitted(table, UnixDomainSocketAddress.of(""), 0);
        admitted(table, UnixDomainSocketAddress.of("/run/client.sock"), 0);

        assertThat(table.claim(UnixDomainSocketAddress.of(""), 0)).isEqualTo(Refused.CLIENT_LIMIT);
        admitted(table, client("0.0.0.0"), 0);
        admitted(table, client("::"), 0);
    }

    @Test
    void changedLimitsApplyAtOnceAndKeepTheCounts() {
        ClientTable table = table(3, 0);
        List<Admitted> open = IntStream.range(0, 3).mapToObj(i -> admitted(table, CLIENT, 0)).toList();

        table.change(new ClientLimits(2, 0, 64, 10));
        assertThat(table.claim(CLIENT, 0)).isEqualTo(Refused.CLIENT_LIMIT);
        open.get(0).release(0);
        assertThat(table.claim(CLIENT, 0)).isEqualTo(Refused.CLIENT_LIMIT);
        table.change(new ClientLimits(0, 1, 64, 10));
        admitted(table, CLIENT, 0).release(0);
        assertThat(table.claim(CLIENT, 0)).isEqualTo(Refused.CLIENT_RATE);
        table.change(new ClientLimits(0, 0, 64, 10));
        admitted(table, CLIENT, 0).release(0);
        open.get(1).release(0);
        open.get(2).release(0);
        assertThat(table.entries()).isZero();
    }

    @Test
    void changedPrefixAppliesToNewConnections() {
        ClientTable table = new ClientTable(new ClientLimits(1, 0, 64, 10));
        Admitted before = admitted(table, client("2001:db8:0:1::1"), 0);

        table.change(new ClientLimits(1, 0, 48, 10));
        Admitted after = admitted(table, client("2001:db8:0:1::1"), 0);
        assertThat(table.claim(client("2001:db8:0:2::1"), 0)).isEqualTo(Refused.CLIENT_LIMIT);
        assertThat(table.entries()).isEqualTo(2);
        before.release(0);
        assertThat(table.claim(client("2001:db8:0:2::1"), 0)).isEqualTo(Refused.CLIENT_LIMIT);
        after.release(0);
        assertThat(table.entries()).isZero();
    }

    @Test
    void clockCanOverflow() {
        ClientTable table = table(0, 2);
        long start = Long.MAX_VALUE - SECOND / 4;
        admitted(table, CLIENT, start).release(start);
        admitted(table, CLIENT, start).release(start);

        assertThat(table.claim(CLIENT, start + SECOND / 2 - 1)).isEqualTo(Refused.CLIENT_RATE);
        admitted(table, CLIENT, start + SECOND / 2).release(start + SECOND / 2);
        table.expire(start + 2 * SECOND);
        assertThat(table.entries()).isZero();
    }

    private static ClientTable table(int maxConnections, int rate) {
        return new ClientTable(new ClientLimits(maxConnections, rate, 64, 100_000));
    }
}
