package io.apexproxy.runtime;

import io.apexproxy.config.toml.TomlProvider;
import io.apexproxy.health.tcp.TcpProvider;
import io.apexproxy.lb.roundrobin.RoundRobinProvider;
import io.apexproxy.runtime.plugin.ProviderRegistry;
import io.apexproxy.runtime.pool.names.SystemNameResolver;
import io.apexproxy.runtime.snapshot.Snapshot;
import io.apexproxy.runtime.supervisor.Supervisor;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A proxy in a child process with its own resource limits. It answers each line of standard input with its state. It
 * exits at the end of the input, so that it does not outlive its parent.
 */
final class ChildProxy {

    /** Prefix of a state, one line of standard output. */
    static final String STATE = "STATE ";

    private ChildProxy() {
    }

    /** Starts a proxy. The first argument is the configuration file. */
    public static void main(String[] arguments) throws IOException {
        Path file = Path.of(arguments[0]);
        ProviderRegistry registry = ProviderRegistry.of(
                new RoundRobinProvider(), new TcpProvider(), new TomlProvider());
        try (var proxy = new ProxyStart(new ProxyOptions(file, file.resolveSibling("plugins")), registry,
                new SystemNameResolver(), Supervisor::none, Optional.empty()).run();
                var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            while (in.readLine() != null) {
                Snapshot now = proxy.snapshot();
                System.out.println(STATE + ((InetSocketAddress) now.listeners().get(0).addresses().get(0)).getPort()
                        + " " + now.listeners().get(0).acceptErrors()
                        + " " + now.endings().get("local-failure")
                        + " " + now.pools().get(0).backends().get(0).state());
            }
        }
    }
}
