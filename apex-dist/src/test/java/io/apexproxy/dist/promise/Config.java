package io.apexproxy.dist.promise;

import java.util.Arrays;
import java.util.List;

/**
 * A configuration of one listener and one pool, both named {@code web}, and the admin endpoint, on free ports. By
 * default, backends are probed every 200 ms.
 *
 * @param settings settings of the process
 * @param listener settings of the listener
 * @param pool settings of the pool
 * @param health settings of the health check
 * @param backends backends of the pool, each as a TOML value
 * @param more further tables
 */
record Config(String settings, String listener, String pool, String health, List<String> backends, String more) {

    static final String OFTEN = "interval = \"200ms\"";
    /** Probes that backends accept. A connection that is reset before any bytes is usually not accepted. */
    static final String VISIBLE = OFTEN + "\nreset = false";
    /** A single probe during a test, with a long timeout. */
    static final String ONCE = "interval = \"1d\"\nfast_interval = \"1d\"\ntimeout = \"20s\"";

    private static final String FREE_PORT = "listen_addr = \"127.0.0.1:0\"";

    static Config withBackends(String... addresses) {
        return new Config("", FREE_PORT, "", OFTEN, Arrays.stream(addresses).map(Config::quoted).toList(), "");
    }

    Config settings(String toml) {
        return new Config(toml, listener, pool, health, backends, more);
    }

    Config listener(String toml) {
        return new Config(settings, FREE_PORT + '\n' + toml, pool, health, backends, more);
    }

    /** Returns this configuration with a fixed port of the listener. */
    Config port(int port) {
        return new Config(settings, listener.replace(":0\"", ":" + port + '"'), pool, health, backends, more);
    }

    Config pool(String toml) {
        return new Config(settings, listener, toml, health, backends, more);
    }

    Config health(String toml) {
        return new Config(settings, listener, pool, toml, backends, more);
    }

    /** Returns this configuration with further tables at the end. */
    Config and(String tables) {
        return new Config(settings, listener, pool, health, backends, more + tables);
    }

    String toml() {
        return """
                %s
                [admin]
                listen_addr = "127.0.0.1:0"
                [listeners.web]
                %s
                pool = "web"
                [pools.web]
                backends = [%s]
                %s
                [pools.web.health_check]
                %s
                %s
                """.formatted(settings, listener, String.join(", ", backends), pool, health, more);
    }

    static String quoted(String text) {
        return '"' + text + '"';
    }
}
