package io.apexproxy.dist.promise;

import io.apexproxy.test.PluginJar;
import java.nio.file.Path;

/**
 * A load balancer, a health check and a configuration source, all named {@code faulty}. Their settings select the
 * failure.
 */
final class FaultyPlugin {

    private static final String MODULE = """
            module com.example.faulty {
                requires io.apexproxy.api;
                provides io.apexproxy.api.balance.LoadBalancerProvider with com.example.faulty.FaultyBalancing;
                provides io.apexproxy.api.health.HealthCheckProvider with com.example.faulty.FaultyChecking;
                provides io.apexproxy.api.config.ConfigSourceProvider with com.example.faulty.FaultyDelivery;
            }
            """;

    private static final String BALANCING = """
            import io.apexproxy.api.*;
            import io.apexproxy.api.balance.*;
            import java.net.*;
            import java.util.List;
            import java.util.concurrent.CountDownLatch;

            public final class FaultyBalancing implements LoadBalancerProvider {
                public String name() { return "faulty"; }

                public LoadBalancer create(Settings settings, PluginContext context) {
                    String fault = settings.string("fault");
                    if (fault.equals("create-hangs")) {
                        hang();
                    } else if (fault.equals("create-throws")) {
                        throw new IllegalStateException("thrown by the test");
                    }
                    return new LoadBalancer() {
                        public BackendPicker over(List<Backend> healthy) {
                            return switch (fault) {
                                case "over-throws" -> throw new IllegalStateException("thrown by the test");
                                case "over-returns-null" -> null;
                                case "over-hangs" -> hang();
                                default -> connection -> pick(healthy);
                            };
                        }

                        private Backend pick(List<Backend> healthy) {
                            return switch (fault) {
                                case "pick-throws" -> throw new IllegalStateException("thrown by the test");
                                case "pick-runs-into-error" -> throw new StackOverflowError("thrown by the test");
                                case "pick-returns-null" -> null;
                                case "pick-returns-another" -> new UnknownBackend();
                                default -> healthy.get(0);
                            };
                        }

                        public void close() {
                            if (fault.equals("close-hangs")) {
                                hang();
                            }
                        }
                    };
                }

                static <T> T hang() {
                    while (true) {
                        try {
                            new CountDownLatch(1).await();
                        } catch (InterruptedException e) {
                            continue; // ignores interrupts
                        }
                    }
                }

                static final class UnknownBackend implements Backend {
                    public String name() { return "a stranger"; }
                    public SocketAddress address() { return new InetSocketAddress("127.0.0.1", 9); }
                    public int weight() { return 1; }
                    public int activeConnections() { return 0; }
                    public String toString() { return name(); }
                }
            }
            """;

    private static final String CHECKING = """
            import io.apexproxy.api.*;
            import io.apexproxy.api.health.*;
            import java.util.concurrent.CompletableFuture;

            public final class FaultyChecking implements HealthCheckProvider {
                public String name() { return "faulty"; }

                public HealthCheck create(Settings settings, PluginContext context) {
                    String fault = settings.string("fault");
                    String victim = settings.string("for");
                    return (backend, timeout) -> {
                        if (!backend.name().equals(victim)) {
                            return CompletableFuture.completedFuture(HealthResult.healthy());
                        }
                        return switch (fault) {
                            case "throws" -> throw new IllegalStateException("thrown by the test");
                            case "hangs" -> FaultyBalancing.hang();
                            case "answers-null" -> CompletableFuture.completedFuture(null);
                            case "never-answers" -> new CompletableFuture<>();
                            default -> null;
                        };
                    };
                }
            }
            """;

    private static final String DELIVERY = """
            import io.apexproxy.api.*;
            import io.apexproxy.api.config.*;
            import java.util.*;
            import java.util.concurrent.atomic.AtomicBoolean;

            public final class FaultyDelivery implements ConfigSourceProvider {
                public String name() { return "faulty"; }

                public ConfigSource create(Settings settings, PluginContext context) {
                    String fault = settings.string("fault");
                    String backend = settings.string("backend");
                    var delivered = new AtomicBoolean();
                    return new ConfigSource() {
                        public ConfigTree.Table load() {
                            if (delivered.compareAndSet(false, true)) {
                                return shortForm(backend);
                            }
                            return switch (fault) {
                                case "throws" -> throw new IllegalStateException("thrown by the test");
                                case "hangs" -> FaultyBalancing.hang();
                                default -> null;
                            };
                        }

                        public void watch(Observer observer) { }

                        public void close() { }
                    };
                }

                private static ConfigTree.Table shortForm(String backend) {
                    Origin origin = Origin.of("faulty");
                    var backends = new ConfigTree.Array(List.of(new ConfigTree.Scalar(backend, origin)), origin);
                    var address = new ConfigTree.Scalar("127.0.0.1:0", origin);
                    return new ConfigTree.Table(Map.of(
                            "listen_addr", new ConfigTree.Member(origin, address),
                            "backend_addrs", new ConfigTree.Member(origin, backends)), origin);
                }
            }
            """;

    private FaultyPlugin() {
    }

    static Path writeTo(Path jar) {
        return PluginJar.empty("com.example.faulty").source("module-info", MODULE)
                .source("FaultyBalancing", BALANCING)
                .source("FaultyChecking", CHECKING)
                .source("FaultyDelivery", DELIVERY)
                .writeTo(jar);
    }
}
