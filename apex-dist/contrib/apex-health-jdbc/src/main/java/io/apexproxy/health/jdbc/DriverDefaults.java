package io.apexproxy.health.jdbc;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Properties that make well-known drivers give up by themselves after the timeout of the probe. With other drivers, a
 * connect that does not react to an interrupt can keep its thread for longer.
 *
 * <p>{@link java.sql.DriverManager#setLoginTimeout} would be the portable way, but it is one value for the whole
 * process.
 */
final class DriverDefaults {

    private static final long MILLIS_PER_SECOND = 1000;

    private DriverDefaults() {
    }

    /** Returns the properties for a URL, without those that the URL has itself. */
    static Map<String, String> of(String url, Duration timeout) {
        String millis = Long.toString(timeout.toMillis());
        String seconds = Long.toString((timeout.toMillis() + MILLIS_PER_SECOND - 1) / MILLIS_PER_SECOND);
        Map<String, String> defaults = new LinkedHashMap<>();
        if (url.startsWith("jdbc:postgresql:")) {
            defaults.put("connectTimeout", seconds);
            defaults.put("socketTimeout", seconds);
            defaults.put("maxResultBuffer", "1M"); // against a server with an endless answer
        } else if (url.startsWith("jdbc:mysql:") || url.startsWith("jdbc:mariadb:")) {
            defaults.put("connectTimeout", millis);
            defaults.put("socketTimeout", millis);
        } else if (url.startsWith("jdbc:sqlserver:")) {
            defaults.put("loginTimeout", seconds);
            defaults.put("socketTimeout", millis);
        } else if (url.startsWith("jdbc:oracle:")) {
            defaults.put("oracle.net.CONNECT_TIMEOUT", millis);
            defaults.put("oracle.jdbc.ReadTimeout", millis);
        }
        defaults.keySet().removeIf(name -> url.contains(name + "="));
        return defaults;
    }
}
