package io.apexproxy.runtime;

import io.apexproxy.api.Backend;
import io.apexproxy.api.ConnectionInfo;
import io.apexproxy.api.PluginContext;
import io.apexproxy.api.Settings;
import io.apexproxy.api.balance.BackendPicker;
import io.apexproxy.api.balance.LoadBalancer;
import io.apexproxy.api.balance.LoadBalancerProvider;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** A load balancer with a script that the test sets. Without a script, it picks the first backend. */
final class ScriptedBalancer implements LoadBalancerProvider {

    private volatile Function<List<Backend>, BackendPicker> script = healthy -> connection -> healthy.get(0);
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger lateCalls = new AtomicInteger();
    private volatile int offered;

    @Override
    public String name() {
        return "scripted";
    }

    @Override
    public LoadBalancer create(Settings settings, PluginContext context) {
        settings.string("variant", "");
        open.incrementAndGet();
        return new LoadBalancer() {
            private volatile boolean closed;

            @Override
            public BackendPicker over(List<Backend> healthy) {
                asked.incrementAndGet();
                offered = healthy.size();
                BackendPicker picker = script.apply(healthy);
                return picker == null ? null : new BackendPicker() {
                    @Override
                    public Backend pick(ConnectionInfo connection) {
                        checkOpen();
                        return picker.pick(connection);
                    }

                    @Override
                    public void connected(Backend backend, ConnectionInfo connection, long nanos) {
                        checkOpen();
                        picker.connected(backend, connection, nanos);
                    }

                    @Override
                    public void failed(Backend backend, ConnectionInfo connection, long nanos) {
                        checkOpen();
                        picker.failed(backend, connection, nanos);
                    }

                    @Override
                    public void firstByte(Backend backend, ConnectionInfo connection, long nanos) {
                        checkOpen();
                        picker.firstByte(backend, connection, nanos);
                    }

                    @Override
                    public void closed(Backend backend, ConnectionInfo connection, long nanos, long bytesFromClient,
                            long bytesFromBackend) {
                        checkOpen();
                        picker.closed(backend, connection, nanos, bytesFromClient, bytesFromBackend);
                    }
                };
            }

            private void checkOpen() {
                if (closed) {
                    lateCalls.incrementAndGet();
                }
            }

            @Override
            public void close() {
                closed = true;
                open.decrementAndGet();
            }
        };
    }

    void over(Function<List<Backend>, BackendPicker> next) {
        script = next;
    }

    int open() {
        return open.get();
    }

    /** Returns the number of calls of {@code over}. */
    int asked() {
        return asked.get();
    }

    /** Returns the number of backends in the last call of {@code over}. */
    int offered() {
        return offered;
    }

    /** Returns the number of calls of a picker after its load balancer was closed. */
    int lateCalls() {
        return lateCalls.get();
    }
}
