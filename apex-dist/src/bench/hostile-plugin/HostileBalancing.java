package io.apexproxy.bench.hostile;

import io.apexproxy.api.Backend;
import io.apexproxy.api.ConnectionInfo;
import io.apexproxy.api.PluginContext;
import io.apexproxy.api.Settings;
import io.apexproxy.api.balance.BackendPicker;
import io.apexproxy.api.balance.LoadBalancer;
import io.apexproxy.api.balance.LoadBalancerProvider;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;

/** A load balancer that throws, returns nothing, or returns a backend of its own. */
public final class HostileBalancing implements LoadBalancerProvider {

    @Override
    public String name() {
        return "hostile";
    }

    @Override
    public LoadBalancer create(Settings settings, PluginContext context) {
        return new LoadBalancer() {
            @Override
            public BackendPicker over(List<Backend> healthy) {
                return switch (Misdeeds.any(6)) {
                    case 0 -> Misdeeds.fail();
                    case 1 -> null;
                    case 2 -> Misdeeds.hang();
                    default -> new Picker(healthy);
                };
            }

            @Override
            public void close() {
                Misdeeds.hang();
            }
        };
    }

    /** Its calls are on an event loop, so it does not block. */
    private record Picker(List<Backend> healthy) implements BackendPicker {

        @Override
        public Backend pick(ConnectionInfo connection) {
            return switch (Misdeeds.any(5)) {
                case 0 -> Misdeeds.fail();
                case 1 -> null;
                case 2 -> new Stranger();
                case 3 -> throw new StackOverflowError("depth " + Misdeeds.overflow(0));
                default -> healthy.get(0);
            };
        }

        @Override
        public void connected(Backend backend, ConnectionInfo connection, long nanos) {
            Misdeeds.fail();
        }

        @Override
        public void failed(Backend backend, ConnectionInfo connection, long nanos) {
            Misdeeds.fail();
        }

        @Override
        public void closed(Backend backend, ConnectionInfo connection, long nanos, long bytesFromClient,
                long bytesFromBackend) {
            Misdeeds.fail();
        }
    }

    private record Stranger() implements Backend {

        @Override
        public String name() {
            return Misdeeds.text();
        }

        @Override
        public SocketAddress address() {
            return new InetSocketAddress("127.0.0.1", 9);
        }

        @Override
        public int weight() {
            return Misdeeds.fail();
        }

        @Override
        public int activeConnections() {
            return Misdeeds.fail();
        }
    }
}
