package io.apexproxy.dist.source;

import io.apexproxy.dist.client.Program;
import io.apexproxy.dist.client.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** DNS servers of Debian for the zone {@code apex.test}, which write only into their directory. */
final class DnsServers {

    /** The zone without other records; names that do not exist hold for one second. */
    private static final String ZONE = """
            $TTL 1
            @ IN SOA ns.apex.test. admin.apex.test. 1 60 60 600 1
            @ IN NS ns.apex.test.
            ns IN A 127.0.0.1
            """;

    private final Path directory;

    DnsServers(Path directory) {
        this.directory = directory;
    }

    /** Starts bind, whose records {@link #update} changes. */
    ServerProcess bind(int port, String records) throws IOException {
        Program named = Program.named("named", "bind9");
        Path zone = Files.writeString(directory.resolve("bind.zone"), ZONE + records);
        Path config = Files.writeString(directory.resolve("named.conf"), """
                options {
                    directory "%s";
                    listen-on port %d { 127.0.0.1; };
                    listen-on-v6 { none; };
                    pid-file none;
                    session-keyfile none;
                    managed-keys-directory "%s";
                    recursion no;
                    dnssec-validation no;
                    notify no;
                    max-records-per-type 0;
                };
                controls {
                };
                zone "apex.test" {
                    type master;
                    file "%s";
                    allow-update { 127.0.0.1; };
                };
                """.formatted(directory, port, directory, zone));
        return ServerProcess.started(named, directory, directory.resolve("bind.log"), port, "-g", "-4", "-n", "1",
                "-c", config.toString());
    }

    /** Starts knot with fixed records. */
    ServerProcess knot(int port, String records) throws IOException {
        Program knotd = Program.named("knotd", "knot");
        Path zone = Files.writeString(directory.resolve("knot.zone"), ZONE + records);
        Path config = Files.writeString(directory.resolve("knot.conf"), """
                server:
                    rundir: "%1$s"
                    listen: 127.0.0.1@%2$d
                database:
                    storage: "%1$s/knot"
                log:
                  - target: stderr
                    any: info
                zone:
                  - domain: apex.test
                    storage: "%1$s"
                    file: "%3$s"
                """.formatted(directory, port, zone.getFileName()));
        return ServerProcess.started(knotd, directory, directory.resolve("knot.log"), port, "-c", config.toString());
    }

    /** Changes records of bind with nsupdate; each change is like {@code add NAME TTL TYPE DATA}. */
    void update(int port, List<String> changes) throws IOException {
        StringBuilder script = new StringBuilder("server 127.0.0.1 " + port + "\nzone apex.test\n");
        changes.forEach(change -> script.append("update ").append(change).append('\n'));
        Path file = Files.writeString(directory.resolve("update"), script.append("send\n"));
        Program.named("nsupdate", "bind9-dnsutils").run(directory, file.toString());
    }
}
