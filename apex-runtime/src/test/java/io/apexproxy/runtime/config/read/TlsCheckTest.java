package io.apexproxy.runtime.config.read;

import static io.apexproxy.runtime.config.read.Mistakes.assertReported;

import org.junit.jupiter.api.Test;

/** Listeners and pools whose settings of TLS do not fit. */
class TlsCheckTest {

    private static final String LISTENER = """
            [listeners.web]
            listen_addr = "127.0.0.1:8081"
            """;
    private static final String TLS = """
            [listeners.web.tls]
            certificates = [{ cert_file = "a.pem", key_file = "a.key" }]
            """;
    private static final String POOLS = """
            [pools.plain]
            backends = ["127.0.0.1:9000"]
            [pools.tls]
            backends = ["127.0.0.1:9001"]
            tls = {}
            [pools.postgres]
            backends = ["127.0.0.1:9002"]
            tls = { starttls = "postgres" }
            proxy_protocol = "v2"
            """;

    @Test
    void routeWithoutTlsOfAListenerWithTlsIsReported() {
        assertReported(LISTENER + "pool = \"plain\"\nroutes = [{ tls = false, pool = \"tls\" }]\n" + TLS + POOLS,
                "config.toml:4:19: listeners.web.routes[0].tls: never matches, because a listener with"
                        + " [listeners.web.tls] refuses clients without TLS; remove the route");
    }

    @Test
    void routeWithTlsOfAListenerWithTlsMatchesAllConnections() {
        assertReported(LISTENER + "routes = [{ tls = true, pool = \"tls\" }, { pool = \"plain\" }]\n" + TLS + POOLS,
                "config.toml:3:41: listeners.web.routes[1]: never matches, because routes[0] matches all of its"
                        + " connections; remove it, or write it before them");
    }

    @Test
    void clientsWithTlsCannotBeEncryptedAgain() {
        assertReported(LISTENER + "pool = \"tls\"\nroutes = [{ server_names = [\"a\"], pool = \"tls\" }, "
                + "{ alpn = [\"h2\"], refuse = true }, { tls = true, pool = \"postgres\" }]\n" + POOLS,
                "config.toml:4:42: listeners.web.routes[0].pool: [pools.tls.tls] would encrypt the TLS of the clients"
                        + " again; add [listeners.web.tls], or remove [pools.tls.tls]",
                "config.toml:4:106: listeners.web.routes[2].pool: [pools.postgres.tls] would encrypt the TLS of the"
                        + " clients again; add [listeners.web.tls], or remove [pools.postgres.tls]");
    }

    @Test
    void clientsWithoutTlsCanBeEncrypted() {
        assertReported(LISTENER + "pool = \"tls\"\n" + POOLS);
        assertReported(LISTENER + "routes = [{ tls = false, pool = \"tls\" }, { server_names = [\"a\"], pool ="
                + " \"plain\" }]\n" + POOLS);
        assertReported(LISTENER + "pool = \"tls\"\nroutes = [{ server_names = [\"a\"], pool = \"postgres\" }]\n" + TLS
                + POOLS);
    }

    @Test
    void backendsExpectTheRequestThatTheListenerAnswers() {
        String mistake = "the backends expect a request for TLS, which the listener answers; write starttls ="
                + " \"postgres\" in [pools.tls.tls]";
        assertReported(LISTENER + "starttls = \"postgres\"\npool = \"tls\"\nroutes = [{ server_names = [\"a\"], pool ="
                + " \"tls\" }]\n" + TLS + POOLS,
                "config.toml:4:8: listeners.web.pool: " + mistake,
                "config.toml:5:42: listeners.web.routes[0].pool: " + mistake);
    }

    @Test
    void listenerWithTlsCanAnswerTheRequestWithoutRoutes() {
        assertReported(LISTENER + "starttls = \"postgres\"\npool = \"postgres\"\n" + TLS + POOLS);
        assertReported(LISTENER + "starttls = \"postgres\"\npool = \"plain\"\n" + TLS + POOLS);
    }
}
