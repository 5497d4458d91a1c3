package io.apexproxy.dist.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.dist.harness.ApexProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A running MariaDB server, with a Unix-domain socket in its directory. Its user {@code check} has no password.
 *
 * @param directory the working directory of its clients
 * @param process the server
 */
record MariaDbServer(Path directory, Process process) implements AutoCloseable {

    private static final String SOCKET = "db.sock";

    /**
     * Starts a server and waits until it answers.
     *
     * @param directory an empty directory
     * @param prefix a command that runs the server
     * @param options further options
     */
    static MariaDbServer started(Path directory, List<String> prefix, String... options) {
        Path data = directory.resolve("data");
        Program installer = Program.named("mariadb-install-db", "mariadb-server");
        Program mariadbd = Program.named("mariadbd", "mariadb-server");
        client();
        installer.run(directory, "--no-defaults", "--user=" + System.getProperty("user.name"), "--datadir=" + data,
                "--auth-root-authentication-method=normal", "--skip-test-db");
        Program server = new Program(Stream.concat(prefix.stream(), mariadbd.command().stream()).toList());
        String user = prefix.isEmpty() ? System.getProperty("user.name") : "root"; // of a user namespace
        Process process = server.start(directory, directory.resolve("server.log"), Stream.concat(
                Stream.of("--no-defaults", "--user=" + user, "--datadir=" + data,
                        "--socket=" + directory.resolve(SOCKET), "--pid-file=" + directory.resolve("pid"),
                        "--innodb-flush-log-at-trx-commit=0"),
                Stream.of(options)).toArray(String[]::new));
        var started = new MariaDbServer(directory, process);
        try {
            await().atMost(ApexProcess.PATIENCE).until(() -> !process.isAlive() || started.answers());
            assertThat(process.isAlive()).as("MariaDB runs: %s", started.log()).isTrue();
            started.ask("create user 'check'@'%'");
            return started;
        } catch (Throwable e) {
            started.close();
            throw e;
        }
    }

    private static Program client() {
        return Program.named("mariadb", "mariadb-client");
    }

    private boolean answers() {
        return run(directory.resolve(SOCKET), "root", "select 1").status() == 0;
    }

    /** Executes a statement without Apex; returns the rows. */
    String ask(String statement) {
        Program.Result result = run(directory.resolve(SOCKET), "root", statement);
        assertThat(result.status()).as(result.output()).isZero();
        return result.output();
    }

    /** Executes a statement over the Unix-domain socket of a proxy; it can fail. */
    Program.Result askOver(Path socket) {
        return run(socket, "check", "select 'served'");
    }

    private Program.Result run(Path socket, String user, String statement) {
        return client().tryToRun(directory, Redirect.PIPE, "--no-defaults", "--socket=" + socket, "--user=" + user,
                "--skip-column-names", "--batch", "--execute=" + statement);
    }

    /** Returns the number of connections that ended without a login, or whose login was denied. */
    int abortedConnects() {
        return Integer.parseInt(ask("show global status like 'Aborted_connects'").split("\\s+")[1]);
    }

    private String log() {
        try {
            return Files.readString(directory.resolve("server.log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        Program.end(process);
    }
}
