package io.apexproxy.runtime.relay;

import static io.apexproxy.runtime.relay.Invariants.require;

import io.apexproxy.api.Backend;
import io.apexproxy.api.ConnectionInfo;
import io.apexproxy.api.balance.BackendPicker;
import io.apexproxy.api.balance.LoadBalancer;
import io.apexproxy.runtime.relay.record.SessionRecord;
import java.net.SocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The reports that round-robin pickers receive about connections, and their agreement with the records of sessions. */
final class Reports {

    private static final class Connection {
        private int connected;
        private int failed;
        private int firstBytes;
        private int closed;
        private long fromClient;
        private long fromBackend;
        private boolean inOrder = true;
    }

    private final Map<SocketAddress, Connection> connections = new HashMap<>();

    private Connection of(ConnectionInfo info, long nanos) {
        Connection connection = connections.computeIfAbsent(info.client(), client -> new Connection());
        connection.inOrder &= nanos >= 0 && connection.closed == 0;
        return connection;
    }

    /** Creates a load balancer that picks in turn, and whose pickers record their reports here. */
    LoadBalancer roundRobin() {
        int[] turn = {0};
        return backends -> new Picker(List.copyOf(backends), turn);
    }

    private final class Picker implements BackendPicker {
        private final List<Backend> backends;
        private final int[] turn;

        Picker(List<Backend> backends, int[] turn) {
            this.backends = backends;
            this.turn = turn;
        }

        @Override
        public Backend pick(ConnectionInfo connection) {
            return backends.get(turn[0]++ % backends.size());
        }

        @Override
        public void connected(Backend backend, ConnectionInfo info, long nanos) {
            of(info, nanos).connected++;
        }

        @Override
        public void failed(Backend backend, ConnectionInfo info, long nanos) {
            Connection connection = of(info, nanos);
            connection.inOrder &= connection.connected == 0;
            connection.failed++;
        }

        @Override
        public void firstByte(Backend backend, ConnectionInfo info, long nanos) {
            Connection connection = of(info, nanos);
            connection.inOrder &= connection.connected == 1;
            connection.firstBytes++;
        }

        @Override
        public void closed(Backend backend, ConnectionInfo info, long nanos, long bytesFromClient,
                long bytesFromBackend) {
            Connection connection = of(info, nanos);
            connection.closed++;
            connection.fromClient = bytesFromClient;
            connection.fromBackend = bytesFromBackend;
        }
    }

    /** Checks the reports of an ended session, unless other pickers can have received some. */
    void check(SessionRecord session, String text) {
        Connection connection = connections.getOrDefault(session.client(), new Connection());
        int connects = session.connectedNanos() == 0 ? 0 : 1;
        require(connection.connected == connects, text + ": reported as connected " + connection.connected + " times");
        require(connection.closed == connects, text + ": reported as closed " + connection.closed + " times");
        require(connection.firstBytes == (session.bytesFromBackend() == 0 ? 0 : 1),
                text + ": " + connection.firstBytes + " reports of a first byte");
        require(connection.failed <= session.attempts() - connects, text + ": " + connection.failed + " failures");
        require(connection.inOrder, text + ": reports in a wrong order or with a negative time");
        require(connects == 0 || (connection.fromClient == session.bytesFromClient()
                && connection.fromBackend == session.bytesFromBackend()),
                text + ": reported with " + connection.fromClient + " and " + connection.fromBackend + " bytes");
    }
}
