package io.apexproxy.runtime.routing;

import static io.apexproxy.runtime.routing.Claims.admitted;
import static io.apexproxy.runtime.routing.Claims.client;
import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.runtime.config.ClientLimits;
import io.apexproxy.runtime.routing.Claim.Admitted;
import io.apexproxy.runtime.routing.Claim.Refused;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The bound of the number of entries. */
class ClientTableSizeTest {

    private static final long MILLISECOND = 1_000_000;
    private static final long SECOND = 1_000 * MILLISECOND;
    private static final SocketAddress CLIENT = client("192.0.2.1");
    private static final SocketAddress OTHER = client("192.0.2.2");

    @Test
    void laterClaimsRemoveExpiredEntries() {
        ClientTable table = new ClientTable(new ClientLimits(0, 1_000, 64, 100_000));
        long now = 0;
        for (int i = 0; i < 100_000; i++) {
            admitted(table, client(i), now).release(now);
            now += MILLISECOND / 10; // an entry recovers within 10 claims
        }

        assertThat(table.entries()).isLessThan(500);
    }

    @Test
    void fullTableAdmitsUnknownClientsWithoutACount() {
        ClientTable table = new ClientTable(new ClientLimits(1, 0, 64, 2));
        Admitted first = admitted(table, CLIENT, 0);
        admitted(table, OTHER, 0);
        SocketAddress third = client("192.0.2.3");

        Admitted uncounted = admitted(table, third, 0);
        admitted(table, third, 0);
        assertThat(table.overflows()).isEqualTo(2);
        assertThat(table.claim(CLIENT, 0)).isEqualTo(Refused.CLIENT_LIMIT);
        uncounted.release(0);
        assertThat(table.entries()).isEqualTo(2);
        first.release(0);
        admitted(table, third, 0);
        assertThat(table.claim(third, 0)).isEqualTo(Refused.CLIENT_LIMIT);
        assertThat(table.overflows()).isEqualTo(2);
    }

    @Test
    void fullTableRemovesExpiredEntriesFirst() {
        ClientTable table = new ClientTable(new ClientLimits(0, 1, 64, 100));
        IntStream.range(0, 100).forEach(i -> admitted(table, client(i), 0).release(0));
        admitted(table, client(100), SECOND - 1);
        assertThat(table.overflows()).isEqualTo(1);

        IntStream.range(100, 200).forEach(i -> admitted(table, client(i), SECOND));
        assertThat(table.overflows()).isEqualTo(1);
        assertThat(table.entries()).isEqualTo(100);
    }

    @Test
    void tableNeverExceedsItsSize() {
        Random random = new Random(18);
        ClientTable table = new ClientTable(new ClientLimits(3, 5, 64, 50));
        List<Admitted> open = new ArrayList<>();
        for (long now = 0; now < 100 * SECOND; now += MILLISECOND) {
            if (table.claim(client(random.nextInt(1_000)), now) instanceof Admitted connection) {
                open.add(connection);
            }
            while (open.size() > random.nextInt(200)) {
                open.remove(random.nextInt(open.size())).release(now);
            }

            assertThat(table.entries()).isBetween(0, 50);
        }
        assertThat(table.overflows()).isPositive();
        open.forEach(connection -> connection.release(100 * SECOND));
        table.expire(101 * SECOND);
        assertThat(table.entries()).isZero();
    }

    @Test
    void loweredTableSizeKeepsTheEntries() {
        ClientTable table = new ClientTable(new ClientLimits(1, 0, 64, 100_000));
        List<Admitted> open = List.of(admitted(table, CLIENT, 0), admitted(table, OTHER, 0));

        table.change(new ClientLimits(1, 0, 64, 1));
        admitted(table, client("192.0.2.3"), 0);
        assertThat(table.overflows()).isEqualTo(1);
        assertThat(table.claim(OTHER, 0)).isEqualTo(Refused.CLIENT_LIMIT);
        open.forEach(connection -> connection.release(0));
        assertThat(table.entries()).isZero();
    }
}
