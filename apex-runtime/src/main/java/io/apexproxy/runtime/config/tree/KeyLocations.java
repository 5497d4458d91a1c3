package io.apexproxy.runtime.config.tree;

import java.util.Set;

/** The tables that keys belong in, for hints about a key in a wrong table. */
final class KeyLocations {

    private static final Set<String> TOP = Set.of("access_log", "backend_addrs", "buffer_memory", "config_source",
            "control_socket", "drain_delay", "drain_timeout", "engine", "include", "overrides", "threads",
            "tls_handshakes", "tls_provider");
    private static final Set<String> LISTENER = Set.of("half_closed_timeout", "idle_timeout", "unix_mode");
    private static final Set<String> POOL = Set.of("backends", "connect_attempts", "connect_timeout",
            "max_connection_age", "on_backend_down", "on_backend_removed", "rebalance", "resolve", "resolve_interval",
            "slow_start", "early_close", "when_all_down");
    private static final Set<String> HEALTH_CHECK = Set.of("fall", "fast_interval", "rise");

    private static final Set<String> LISTENER_TLS =
            Set.of("certificates", "client_auth", "client_ca_file", "unknown_name");
    private static final Set<String> CERTIFICATE =
            Set.of("cert_file", "key_file", "key_password_file", "password_file", "store_file");

    private KeyLocations() {
    }

    /**
     * Returns the hint for an unknown key of the table with a path: text that begins with "; ". Empty if no table or
     * several tables have this key.
     */
    static String hint(String path, String key) {
        if (TOP.contains(key) && !path.isEmpty()) {
            return "; it belongs at the top level: move it above the first [table]";
        }
        if (key.equals("tls") && path.isEmpty()) {
            return "; it belongs in [listeners.NAME] or [pools.NAME]";
        }
        if (LISTENER.contains(key)) {
            return hintUnlessInside(path, "listeners.", "[listeners.NAME]");
        }
        if (POOL.contains(key)) {
            return hintUnlessInside(path, "pools.", "[pools.NAME]");
        }
        if (path.matches("(listeners|pools)\\..*")) {
            boolean isListenerTls = path.matches("listeners\\..+\\.tls");
            if (LISTENER_TLS.contains(key) && !isListenerTls) {
                return "; it belongs in [listeners.NAME.tls]";
            }
            if (CERTIFICATE.contains(key) && isListenerTls) {
                return "; it belongs in an element of certificates";
            }
        }
        return HEALTH_CHECK.contains(key) ? "; it belongs in [pools.NAME.health_check]" : "";
    }

    /** In a table inside the right one, the key can be a misspelt key of a plugin. */
    private static String hintUnlessInside(String path, String prefix, String table) {
        return path.startsWith(prefix) ? "" : "; it belongs in " + table;
    }
}
