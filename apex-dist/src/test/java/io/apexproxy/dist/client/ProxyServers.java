package io.apexproxy.dist.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Running nginx and HAProxy servers, each a single process that writes only into its directory. */
public final class ProxyServers {

    private ProxyServers() {
    }

    /**
     * Starts nginx. Its log of errors is {@code error.log} in the directory.
     *
     * @param directory where the configuration and all files of nginx are
     * @param port a port that the configuration makes nginx listen on
     * @param main what the configuration has besides its block {@code http}; can be empty
     * @param http the content of that block
     */
    public static ServerProcess nginx(Path directory, int port, String main, String http) throws IOException {
        Path config = Files.writeString(directory.resolve("nginx.conf"), main + """
                daemon off; master_process off; pid nginx.pid;
                events { }
                http {
                    access_log off;
                    client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
                    uwsgi_temp_path uwsgi; scgi_temp_path scgi;
                """ + http + "}\n");
        return ServerProcess.started(Program.named("nginx", "nginx"), directory, directory.resolve("nginx.log"), port,
                "-p", directory.toString(), "-c", config.toString(), "-e", directory.resolve("error.log").toString());
    }

    /**
     * Starts HAProxy.
     *
     * @param directory where the configuration and the log are
     * @param port a port that the configuration makes HAProxy listen on
     * @param configuration the configuration
     */
    public static ServerProcess haproxy(Path directory, int port, String configuration) throws IOException {
        Path config = Files.writeString(directory.resolve("haproxy.cfg"), configuration);
        return ServerProcess.started(Program.named("haproxy", "haproxy"), directory, directory.resolve("haproxy.log"),
                port, "-db", "-f", config.toString());
    }
}
