package io.apexproxy.dist.client;

import static org.awaitility.Awaitility.await;

import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.test.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A running PostgreSQL server on 127.0.0.1. Its table {@code server} has one row with its name.
 *
 * @param name the name in its table
 * @param port its port
 * @param certificate its certificate for {@code db-NAME.example}; unused if TLS is off
 * @param process the server
 */
public record PostgresServer(String name, int port, Certificate certificate, ServerProcess process)
        implements
        AutoCloseable {

    /** Creates an empty database cluster, which {@link #started} copies, because creating one takes seconds. */
    public static Path template(Path directory) throws IOException {
        Path data = Files.createDirectory(directory.resolve("template"));
        Program.named("initdb", "postgresql").withoutPrivileges(data).run(data, "--pgdata=" + data, "--username=apex",
                "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync");
        return data;
    }

    /**
     * Starts a server and waits until it answers.
     *
     * @param template the database cluster that is copied next to it
     * @param name the name in its table, and that of its directory
     * @param ssl on or off
     */
    public static PostgresServer started(Path template, String name, String ssl) throws IOException {
        Path data = Files.createDirectory(template.resolveSibling(name));
        Program postgres = Program.named("postgres", "postgresql").withoutPrivileges(data);
        Program.named("cp", "coreutils").withoutPrivileges(data).run(data, "-a", template + "/.", data.toString());
        Certificate certificate = Certificate.created(Program.named("openssl", "openssl").withoutPrivileges(data), data,
                name, "db-" + name + ".example");
        int port = FreePorts.next();
        ServerProcess process = ServerProcess.started(postgres, data, data.resolveSibling(name + ".log"), port, "-D",
                data.toString(), "-p", Integer.toString(port), "-c", "listen_addresses=127.0.0.1", "-c",
                "unix_socket_directories=", "-c", "fsync=off", "-c", "ssl=" + ssl, "-c",
                "ssl_cert_file=" + certificate.file(), "-c", "ssl_key_file=" + certificate.file());
        try {
            await().atMost(ApexProcess.PATIENCE)
                    .until(() -> process.output().contains("ready to accept connections"));
            var server = new PostgresServer(name, port, certificate, process);
            server.ask("create table server as select '" + name + "' as name");
            return server;
        } catch (Throwable e) {
            process.close();
            throw e;
        }
    }

    /** Executes a statement without Apex; returns the rows. */
    public String ask(String statement) {
        return Program.named("psql", "postgresql-client").run(Path.of("/"),
                psql("host=127.0.0.1 sslmode=disable port=" + port, statement));
    }

    /** Returns the arguments of psql for a statement with the parameters of a connection. */
    public static String[] psql(String connection, String statement) {
        return new String[] {"--no-psqlrc", "--no-align", "--tuples-only", "--command=" + statement,
            connection + " user=apex dbname=postgres"};
    }

    /** Returns the number of statements that sleep at the moment. */
    String sleeping() {
        return ask("select count(*) from pg_stat_activity where state = 'active' and query like 'select pg_sleep%'");
    }

    /** Returns {@code t} if the sums of pgbench agree, and the number of its transactions. */
    public String sums() {
        return ask("""
                select (select sum(abalance) from pgbench_accounts) = sum(delta)
                   and (select sum(tbalance) from pgbench_tellers) = sum(delta)
                   and (select sum(bbalance) from pgbench_branches) = sum(delta), count(*) from pgbench_history""");
    }

    /** Returns the configuration of a pool of servers. */
    public static String pool(String name, PostgresServer... servers) {
        String backends = Stream.of(servers)
                .map(server -> "{ address = \"127.0.0.1:%d\", name = \"%s\" }".formatted(server.port, server.name))
                .collect(Collectors.joining(", "));
        return """
                [pools.%s]
                backends = [%s]
                health_check = { provider = "tcp", interval = "200ms" }
                """.formatted(name, backends);
    }

    /** Ends the server after all clients have left. */
    @Override
    public void close() {
        process.close();
    }
}
