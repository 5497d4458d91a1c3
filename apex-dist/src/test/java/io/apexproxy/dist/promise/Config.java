package io.apexproxy.dist.promise;

import java.util.Arrays;
import java.util.List;

/**
 * A configuration of one listener and one pool, both named {@code web}, and the admin endpoint, all on free ports. It
 * is probed often unless a test says otherwise.
 *
 * @param settings of the process
 * @param listener settings of the listener
 * @param pool settings of the pool
 * @param health settings of its health check
 * @param backends of the pool, each as TOML has it
 * @param more tables
 */
record Config(String settings, String listener, String pool, String health, List<String> backends, String more) {

    static final String OFTEN = "interval = \"200ms\"";
    /** After the first probe, there is none while a test lasts; so the first has all the time that it needs. */
    static final String ONCE = "interval = \"1d\"\nfast_interval = \"1d\"\ntimeout = \"20s\"";

    private static final String FREE_PORT = "listen_addr = \"127.0.0.1:0\"";

    static Config over(String... addresses) {
        return new Config("", FREE_PORT, "", OFTEN, Arrays.stream(addresses).map(Config::quoted).toList(), "");
    }

    Config settings(String toml) {
        return new Config(toml, listener, pool, health, backends, more);
    }

    Config listener(String toml) {
        return new Config(settings, FREE_PORT + '\n' + toml, pool, health, backends, more);
    }

    /** On this port instead of any. */
    Config port(int port) {
        return new Config(settings, listener.replace(":0\"", ":" + port + '"'), pool, health, backends, more);
    }

    Config pool(String toml) {
        return new Config(settings, listener, toml, health, backends, more);
    }

    Config health(String toml) {
        return new Config(settings, listener, pool, toml, backends, more);
    }

    /** Other tables at the end. */
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
