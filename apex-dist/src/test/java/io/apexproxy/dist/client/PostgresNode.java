package io.apexproxy.dist.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;

/**
 * A PostgreSQL server on 127.0.0.1 that is a primary or a standby, and can be stopped and started again.
 *
 * @param data its directory
 * @param port its port
 * @param control {@code pg_ctl}
 */
record PostgresNode(Path data, int port, Program control) implements AutoCloseable {

    /** The superuser. */
    static final String USER = "postgres";

    /** Creates a primary, and starts it. Clients and standbys need no password, unless {@code access} requires it. */
    static PostgresNode primary(Path data, int port, String access) throws IOException {
        Files.createDirectory(data);
        Program.named("initdb", "postgresql").withoutPrivileges(data).run(data, "--pgdata=" + data,
                "--username=" + USER, "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync");
        Path rules = data.resolve("pg_hba.conf");
        Files.writeString(rules, access + "\n" + Files.readString(rules));
        return started(data, port);
    }

    /** Copies a primary, and starts the copy as its standby. */
    static PostgresNode standby(Path data, int port, PostgresNode primary) throws IOException {
        Files.createDirectory(data);
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwx------")); // or the server refuses it
        Program.named("pg_basebackup", "postgresql").withoutPrivileges(data).run(data, "--pgdata=" + data,
                "--write-recovery-conf", "--checkpoint=fast", "--no-sync", "--dbname=" + primary.connection());
        return started(data, port);
    }

    private static PostgresNode started(Path data, int port) {
        PostgresNode node = new PostgresNode(data, port,
                Program.named("pg_ctl", "postgresql").withoutPrivileges(data));
        node.append("postgresql.conf", """
                listen_addresses = '127.0.0.1'
                unix_socket_directories = ''
                port = %d
                fsync = off
                """.formatted(port));
        node.start();
        return node;
    }

    void start() {
        control.run(data, "-s", "-D", data.toString(), "-l", data.resolve("server.log").toString(), "start");
    }

    /** Stops the server. Its sessions end. A standby has received all of its changes. */
    void stop() {
        control.run(data, "-s", "-D", data.toString(), "stop");
    }

    void promote() {
        control.run(data, "-s", "-D", data.toString(), "promote");
    }

    /** Starts the stopped server as the standby of another one. */
    void follow(PostgresNode primary) throws IOException {
        Program.named("touch", "coreutils").withoutPrivileges(data).run(data, "standby.signal");
        append("postgresql.auto.conf", "primary_conninfo = '" + primary.connection() + "'\n");
        start();
    }

    private String connection() {
        return "host=127.0.0.1 port=" + port + " user=" + USER;
    }

    /** Executes a statement without Apex; returns the rows. */
    String ask(String statement) {
        return ask(port, statement);
    }

    /** Executes a statement through a port; returns the rows. */
    static String ask(int port, String statement) {
        return psql(port, statement).output();
    }

    /** Executes a statement through a port; it can fail. */
    static Program.Result psql(int port, String statement) {
        return Program.named("psql", "postgresql-client").tryToRun(Path.of("/"), Redirect.PIPE, Stream.of(
                "--no-psqlrc", "--no-align", "--tuples-only", "--host=127.0.0.1", "--port=" + port,
                "--username=" + USER, "--command=" + statement).toArray(String[]::new));
    }

    private void append(String file, String lines) {
        try {
            Files.writeString(data.resolve(file), lines, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends the server with its sessions, if it runs. */
    @Override
    public void close() {
        Program.Result stopped =
                control.tryToRun(data, Redirect.PIPE, "-s", "-D", data.toString(), "-m", "immediate", "stop");
        assertThat(stopped.status() == 0 || !Files.exists(data.resolve("postmaster.pid"))).as(stopped.output())
                .isTrue();
    }
}
