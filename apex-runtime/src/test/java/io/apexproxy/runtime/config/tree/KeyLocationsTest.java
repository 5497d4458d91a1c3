package io.apexproxy.runtime.config.tree;

import io.apexproxy.runtime.config.read.Mistakes;
import org.junit.jupiter.api.Test;

class KeyLocationsTest {

    private static final String REST = """

            [listeners.web]
            listen_addr = "127.0.0.1:8081"
            pool = "web"
            [pools.web]
            backends = ["127.0.0.1:9000"]
            """;

    @Test
    void topLevelKeyInATableGetsAHint() {
        Mistakes.assertReported("""
                [admin]
                listen_addr = "127.0.0.1:9901"
                backend_addrs = ["127.0.0.1:9000"]
                include = ["conf.d/*.toml"]
                """ + REST,
                "config.toml:3:1: admin: unknown key 'backend_addrs'; it belongs at the top level: move it above the"
                        + " first [table]",
                "config.toml:4:1: admin: unknown key 'include'; it belongs at the top level: move it above the first"
                        + " [table]");
    }

    @Test
    void keyOfATableAtTheTopLevelGetsAHint() {
        Mistakes.assertReported("idle_timeout = \"10m\"\nconnect_timeout = \"1s\"\nrise = 2\n" + REST,
                "config.toml:1:1: unknown key 'idle_timeout'; it belongs in [listeners.NAME]",
                "config.toml:2:1: unknown key 'connect_timeout'; it belongs in [pools.NAME]",
                "config.toml:3:1: unknown key 'rise'; it belongs in [pools.NAME.health_check]");
    }

    @Test
    void keyInAWrongTableGetsAHint() {
        Mistakes.assertReported("""
                [listeners.web]
                listen_addr = "127.0.0.1:8081"
                pool = "web"
                when_all_down = "refuse"
                [pools.web]
                backends = ["127.0.0.1:9000"]
                unix_mode = "660"
                """,
                "config.toml:4:1: listeners.web: unknown key 'when_all_down'; it belongs in [pools.NAME]",
                "config.toml:7:1: pools.web: unknown key 'unix_mode'; it belongs in [listeners.NAME]");
    }
}
