package io.apexproxy.runtime.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.runtime.routing.Claim.Admitted;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** Clients and their claims, for tests of a {@link ClientTable}. */
final class Claims {

    private Claims() {
    }

    static Admitted admitted(ClientTable table, SocketAddress client, long nowNanos) {
        Claim claim = table.claim(client, nowNanos);
        assertThat(claim).isInstanceOf(Admitted.class);
        return (Admitted) claim;
    }

    static SocketAddress client(String literal) {
        return new InetSocketAddress(literal, 1234);
    }

    static SocketAddress client(int number) {
        return client("10." + (number >> 16) + "." + (number >> 8 & 0xff) + "." + (number & 0xff));
    }
}
