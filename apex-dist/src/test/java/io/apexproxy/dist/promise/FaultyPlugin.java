package io.apexproxy.dist.promise;

import io.apexproxy.dist.harness.PluginJar;
import java.nio.file.Path;
import java.util.Map;

/** A load balancer and a health check, both named {@code faulty}, which fail in the way that their settings say. */
final class FaultyPlugin {

    private static final String MODULE = """
            module com.example.faulty {
                requires io.apexproxy.api;
                provides io.apexproxy.api.balance.LoadBalancerProvider with com.example.faulty.FaultyBalancing;
                provides io.apexproxy.api.health.HealthCheckProvider with com.example.faulty.FaultyChecking;
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
                    return new LoadBalancer() {
                        public BackendPicker over(List<Backend> healthy) {
                            return switch (fault) {
                                case "over-throws" -> throw new IllegalStateException("as the test wants");
                                case "over-returns-null" -> null;
                                case "over-hangs" -> hang();
                                default -> connection -> pick(healthy);
                            };
                        }

                        private Backend pick(List<Backend> healthy) {
                            return switch (fault) {
                                case "pick-throws" -> throw new IllegalStateException("as the test wants");
                                case "pick-runs-into-error" -> throw new StackOverflowError("as the test wants");
                                case "pick-returns-null" -> null;
                                case "pick-returns-another" -> new Stranger();
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
                            continue; // a plugin that takes no hint
                        }
                    }
                }

                static final class Stranger implements Backend {
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
                            case "throws" -> throw new IllegalStateException("as the test wants");
                            case "hangs" -> FaultyBalancing.hang();
                            default -> null;
                        };
                    };
                }
            }
            """;

    private FaultyPlugin() {
    }

    static Path writeTo(Path jar) {
        return PluginJar.of(Map.of("module-info.java", MODULE))
                .source("com.example.faulty", "FaultyBalancing", BALANCING)
                .source("com.example.faulty", "FaultyChecking", CHECKING)
                .writeTo(jar);
    }
}
