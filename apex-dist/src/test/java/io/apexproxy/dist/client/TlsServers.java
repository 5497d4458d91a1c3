package io.apexproxy.dist.client;

import io.apexproxy.dist.harness.HttpBackend;
import io.apexproxy.test.FreePorts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Servers of one nginx, with TLS and a certificate each. They answer {@code GET /} with their name, and {@code POST
 * /echo} with the posted body.
 */
final class TlsServers implements AutoCloseable {

    /** The server that speaks HTTP/2. */
    static final String HTTP2 = "h2";

    private final Path directory;
    private final HttpBackend echo = HttpBackend.started();
    private final Map<String, Integer> ports = new HashMap<>();
    private ServerProcess nginx;

    private TlsServers(Path directory) {
        this.directory = directory;
    }

    /**
     * Creates the certificates and starts the servers.
     *
     * @param names the name in the certificate of each server, by the name of the server, which is the organization
     */
    static TlsServers started(Path directory, Map<String, String> names) throws IOException {
        Program openssl = Program.named("openssl", "openssl");
        var servers = new TlsServers(directory);
        try {
            names.forEach((server, name) -> {
                Certificate.created(openssl, directory, server, name);
                servers.ports.put(server, FreePorts.next());
            });
            servers.nginx = ProxyServers.nginx(directory, servers.ports.values().iterator().next(), "",
                    "client_body_buffer_size 1m;\n"
                            + servers.ports.keySet().stream().map(servers::server).collect(Collectors.joining()));
            return servers;
        } catch (Throwable e) {
            servers.close();
            throw e;
        }
    }

    /** Returns the certificate of a server. */
    Path certificate(String server) {
        return directory.resolve(server + ".pem");
    }

    /** Returns the address of a server. */
    String address(String server) {
        return "127.0.0.1:" + ports.get(server);
    }

    /** Returns the address of the HTTP server behind {@code /echo}, which answers GET with this address. */
    String plain() {
        return echo.address();
    }

    /** Returns the configuration of a pool for each server, and of the pool {@code plain}. */
    String pools() {
        return ports.entrySet().stream().map(server -> pool(server.getKey(), "127.0.0.1:" + server.getValue()))
                .collect(Collectors.joining()) + pool("plain", plain());
    }

    private static String pool(String name, String address) {
        return """
                [pools.%1$s]
                backends = [{ address = "%2$s", name = "%1$s" }]
                health_check = { provider = "tcp", interval = "200ms" }
                """.formatted(name, address);
    }

    private String server(String name) {
        return """
                server {
                    listen 127.0.0.1:%1$d ssl %2$s;
                    ssl_certificate %3$s; ssl_certificate_key %3$s; ssl_protocols TLSv1.2 TLSv1.3; ssl_early_data on;
                    location / { return 200 %4$s; }
                    location /echo { proxy_pass http://%5$s; }
                }
                """.formatted(ports.get(name), name.equals(HTTP2) ? "http2" : "", certificate(name), name,
                echo.address());
    }

    /** Ends the servers. */
    @Override
    public void close() {
        try (echo) {
            if (nginx != null) {
                nginx.close();
            }
        }
    }
}
