package io.apexproxy.runtime.admin;

import java.util.Map;

/**
 * Bounds of the JDK's HTTP server, which by default lets every client take as long and be as many as it likes.
 *
 * <p>The server reads them from system properties when it is first used, and they hold for the whole process. So they
 * are set by the process that is Apex, and not by the endpoint, which may run inside another program.
 */
public final class HttpLimits {

    /**
     * Connections at the same time, beyond which new ones are closed: enough for a few browsers and scrapers, and no
     * more descriptors than the relay leaves over.
     */
    static final int CONNECTIONS = 64;

    private static final Map<String, String> PROPERTIES = Map.of(
            "jdk.httpserver.maxConnections", Integer.toString(CONNECTIONS),
            // seconds from the first byte of a request to its last: a client that dribbles occupies a thread meanwhile
            "sun.net.httpserver.maxReqTime", "5",
            // seconds for an answer to be taken: a client that does not read occupies a thread too
            "sun.net.httpserver.maxRspTime", "10",
            // seconds a connection may be silent; a scraper comes back within 60 or connects again
            "sun.net.httpserver.idleInterval", "10",
            // milliseconds between looks for silent connections; every 10 s by default
            "sun.net.httpserver.clockTick", "1000",
            // lines, and bytes with their overhead; a browser sends some 20 lines in some 2 KiB
            "sun.net.httpserver.maxReqHeaders", "64",
            "sun.net.httpserver.maxReqHeaderSize", "16384",
            // bytes of an unwanted request body that are read to keep the connection; all requests here have none
            "sun.net.httpserver.drainAmount", "0");

    private HttpLimits() {
    }

    /** Sets those properties that are not set yet. To be called before the server's classes are first used. */
    public static void set() {
        PROPERTIES.forEach((name, value) -> {
            if (System.getProperty(name) == null) {
                System.setProperty(name, value);
            }
        });
    }
}
