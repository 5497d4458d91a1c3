package io.apexproxy.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.Distribution;
import io.apexproxy.dist.harness.DistributionFixture;
import io.apexproxy.dist.harness.HttpBackend;
import io.apexproxy.test.Programs;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Tests of the control socket and of the commands that use it. */
@DisabledOnOs(OS.WINDOWS)
class CommandsIT extends DistributionFixture {

    private static final Pattern ID = Pattern.compile("(?m)^(\\d+-\\d+) +");

    @AutoClose
    private final HttpBackend backend = HttpBackend.started();
    private final List<Socket> clients = new ArrayList<>();

    private String config(String first) {
        return first + """

                [listeners.web]
                listen_addr = "127.0.0.1:0"
                pool = "web"
                [pools.web]
                backends = [{ address = "%s", name = "app1" }]
                health_check = { provider = "tcp", interval = "200ms", fall = 1 }
                """.formatted(backend.address());
    }

    /** Starts a proxy, and waits until it serves. */
    private ApexProcess serve(String toml) {
        apex.configure(toml);
        ApexProcess run = command("run").start();
        run.port();
        return run;
    }

    private ApexProcess.Builder command(String... arguments) {
        return apex.command(arguments);
    }

    /** Runs a command in another working directory, which has no configuration. */
    private ApexProcess.Builder elsewhere(String... arguments) {
        return command(arguments).directory(directory);
    }

    private String succeeds(String... arguments) {
        try (ApexProcess run = command(arguments).start()) {
            assertThat(run.errors()).isEmpty();
            assertThat(run.exitStatus()).isZero();
            return run.completeOutput();
        }
    }

    private String fails(int status, String... arguments) {
        try (ApexProcess run = command(arguments).start()) {
            assertThat(run.exitStatus()).as("%s", run).isEqualTo(status);
            return run.errors();
        }
    }

    private Path socket(ApexProcess run) {
        return Path.of(run.awaitLine("Control socket: ").replaceFirst(".*Control socket: ", ""));
    }

    private void connect(int port, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            clients.add(new Socket(InetAddress.getLoopbackAddress(), port));
        }
    }

    @Test
    void statusTellsWhetherEachPoolServes() {
        try (ApexProcess run = serve(config(""))) {
            assertThat(succeeds("status")).contains("serving, ", "web/app1", "1 of 1");
            assertThat(succeeds("status", "--json")).startsWith("{\"version\"").contains("\"backends_up\":1");
            assertThat(fails(2, "status", "--sort", "size")).contains("--sort: expected config, name");

            backend.close();
            await().atMost(ApexProcess.PATIENCE).untilAsserted(() -> {
                try (ApexProcess status = command("status").start()) {
                    assertThat(status.exitStatus()).isEqualTo(1);
                    assertThat(status.completeOutput()).contains("0 of 1", "down");
                }
            });
            run.signal("TERM");
            assertThat(run.exitStatus()).isZero();
        }
        assertThat(fails(2, "status")).contains("no running Apex found");
    }

    @Test
    void statusAsksTheAdminEndpointIfThereIsNoControlSocket() {
        try (ApexProcess run = serve(config("control_socket = \"off\"\n[admin]\nlisten_addr = \"127.0.0.1:0\"\n"))) {
            Matcher port = Pattern.compile("Admin endpoint on http://(\\S+)/").matcher(run.awaitLine("Admin endpoint"));
            assertThat(port.find()).isTrue();
            assertThat(run.output()).noneMatch(line -> line.contains("Control socket"));
            assertThat(fails(2, "reload", "--config", "config.toml")).contains("control_socket is \"off\"");
            assertThat(fails(2, "status")).contains("no running Apex found");

            apex.configure(config("control_socket = \"off\"\n[admin]\nlisten_addr = \"" + port.group(1) + "\"\n"));
            assertThat(succeeds("status")).contains("serving, ", "web/app1");
        }
    }

    @Test
    void socketBelongsToTheUserAndIsRemovedAtTheStop() throws IOException {
        try (ApexProcess run = serve(config(""))) {
            Path socket = socket(run);
            assertThat(socket).isEqualTo(socketDirectory().resolve(run.pid() + ".sock"));
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket))).isEqualTo("rw-------");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket.getParent())))
                    .isEqualTo("rwx------");

            assertThat(run.terminate()).isEmpty();
            assertThat(socket).doesNotExist();
        }
    }

    @Test
    void anotherUserCannotOpenTheSocket() throws IOException {
        assumeTrue(isRoot(), "only root can become another user");
        assumeTrue(Programs.isInstalled("setpriv") && Files.isExecutable(Path.of("/usr/bin/python3")),
                "setpriv or python3 is missing");
        Path path = Path.of("/tmp", "apex-it-" + ProcessHandle.current().pid() + ".sock"); // others can reach it
        try (ApexProcess run = serve(config("control_socket = \"" + path + "\"\n"))) {
            assertThat(socket(run)).isEqualTo(path);
            try (ApexProcess other = new ApexProcess.Builder(List.of("setpriv", "--reuid=65534", "--regid=65534",
                    "--clear-groups", "/usr/bin/python3", "-c",
                    "import socket; socket.socket(socket.AF_UNIX).connect('" + path + "')")).start()) {
                assertThat(other.errors()).contains("PermissionError");
            }
            assertThat(succeeds("reload", "--control", path.toString())).contains("nothing changed");
        } finally {
            Files.deleteIfExists(path);
        }
    }

    private Path socketDirectory() throws IOException {
        return directory.resolve(Distribution.TEMPORARY)
                .resolve("apex-" + Files.getAttribute(directory, "unix:uid"));
    }

    private boolean isRoot() throws IOException {
        return (int) Files.getAttribute(directory, "unix:uid") == 0;
    }

    @Test
    void socketThatCannotBeMadeIsAWarningAndTheProxyServes() throws IOException {
        Files.createFile(socketDirectory());
        try (ApexProcess run = serve(config(""))) {
            assertThat(run.terminate()).singleElement().asString().contains("WARN", "control socket",
                    "is not a directory; remove it", "the proxy runs");
        }
    }

    @Test
    void pathThatIsTooLongIsAWarning() {
        Path path = directory.resolve("x".repeat(120));
        try (ApexProcess run = serve(config("control_socket = \"" + path + "\"\n"))) {
            assertThat(run.terminate()).singleElement().asString().contains("bytes, and a socket permits 106");
        }
    }

    @Test
    void fileOfAKilledProcessIsIgnoredAndReplaced() throws IOException {
        Path path = directory.resolve("c.sock");
        String toml = config("control_socket = \"" + path + "\"\n");
        try (ApexProcess killed = serve(toml)) {
            socket(killed);
            killed.signal("KILL");
            killed.exitStatus();
        }
        assertThat(path).exists();
        assertThat(fails(2, "reload", "--control", path.toString())).contains("no process listens");

        try (ApexProcess run = serve(toml)) {
            assertThat(run.awaitLine("Control socket")).contains(path.toString());
            assertThat(succeeds("reload", "--config", "config.toml")).contains("nothing changed");
            assertThat(run.terminate()).isEmpty();
        }
        assertThat(path).doesNotExist();
    }

    @Test
    void severalProcessesAreListed() {
        try (ApexProcess first = serve(config("")); ApexProcess second = serve(config(""))) {
            assertThat(fails(2, "reload")).contains("several Apex processes run", "process " + first.pid(),
                    "process " + second.pid());
            assertThat(succeeds("reload", "--control", socket(second).toString())).contains("nothing changed");
        }
    }

    @Test
    void reloadPrintsChangesAndMistakes() {
        try (ApexProcess run = serve(config(""))) {
            assertThat(succeeds("reload")).isEqualTo("configuration read again: nothing changed");

            apex.configure(config("drain_timeout = \"1x\"\nthreads = 0\n"));
            assertThat(fails(1, "reload")).contains("config.toml:1:17: drain_timeout: expected a duration",
                    "config.toml:2:11: threads: ", "configuration not changed, the previous one stays in force");
            assertThat(run.output()).anyMatch(line -> line.contains("control socket: user '")
                    && line.contains("requests a reload"));
            try (ApexProcess status = command("status").start()) {
                assertThat(status.completeOutput()).contains("serving", "rejected, the previous configuration is in"
                        + " force", "drain_timeout: expected a duration");
            }
        }
    }

    @Test
    void levelOfALoggerIsChangedUntilItIsReset() throws IOException {
        try (ApexProcess run = serve(config(""))) {
            int port = run.port();
            assertThat(succeeds("log", "apex.relay", "debug"))
                    .isEqualTo("apex.relay: DEBUG until the next start of Apex");
            connect(port, 1);
            run.awaitLine("DEBUG apex.relay: Connected to backend: app1");
            assertThat(run.awaitLine("changes the level")).contains("INFO ", "logger apex.relay to DEBUG");

            assertThat(succeeds("log", "apex.relay", "default"))
                    .isEqualTo("apex.relay: INFO until the next start of Apex");
            assertThat(fails(1, "log", "apex.relay", "loud")).contains("expected TRACE, DEBUG, INFO, WARN, ERROR, OFF");
            assertThat(fails(2, "log", "apex.relay")).contains("LEVEL");
        }
    }

    @Test
    void connectionsAreListedAndClosed() throws IOException {
        try (ApexProcess run = serve(config(""))) {
            connect(run.port(), 3);
            await().atMost(ApexProcess.PATIENCE)
                    .untilAsserted(
                            () -> assertThat(succeeds("top")).startsWith("3 connections\n").contains("relaying"));
            assertThat(succeeds("top", "--limit", "1", "--sort", "bytes")).startsWith("3 connections, the first 1\n");
            assertThat(succeeds("top", "--backend", "web/app1", "--client", "127.0.0.1", "--listener", "web",
                    "--pool", "web")).startsWith("3 connections\n");
            assertThat(succeeds("top", "--client", "192.0.2.0/24")).isEqualTo("0 connections");
            assertThat(succeeds("top", "--pool", "other")).isEqualTo("0 connections");

            Matcher id = ID.matcher(succeeds("top", "--json").replaceAll(".*?\"id\":\"([^\"]+)\".*", "$1 "));
            assertThat(id.find()).isTrue();
            assertThat(succeeds("close", id.group(1))).isEqualTo("closed 1 connection");
            run.awaitLine("apex.access: closed-by-operator");
            assertThat(fails(1, "close", id.group(1))).contains("no open connection " + id.group(1));
            assertThat(fails(1, "close", "--backend", "web/other")).contains("no backend web/other");
            assertThat(fails(2, "close")).contains("expected a CONNECTION or --backend POOL/BACKEND");

            assertThat(succeeds("close", "--backend", "web/app1")).isEqualTo("closed 2 connections");
            await().atMost(ApexProcess.PATIENCE).until(() -> run.output().stream()
                    .filter(line -> line.contains("apex.access: closed-by-operator")).count() == 3);
            assertThat(succeeds("status")).contains("closed-by-operator 3");
        } finally {
            for (Socket client : clients) {
                client.close();
            }
        }
    }

    @Test
    void watchAppendsToAPipe() {
        try (ApexProcess run = serve(config("")); ApexProcess watch = command("status", "--watch").start()) {
            await().atMost(ApexProcess.PATIENCE).until(() -> watch.output().stream()
                    .filter(line -> line.startsWith("apex 0.2.0")).count() >= 2);
            assertThat(watch.output()).noneMatch(line -> line.contains("\u001b")).contains("");
            assertThat(run.isAlive()).isTrue();
        }
    }

    @Test
    void commandsNeedNoConfigurationAndNoPluginsDirectory() throws IOException {
        try (ApexProcess run = serve(config(""))) {
            assertThat(run.isAlive()).isTrue();
            Files.delete(apex.home().resolve("conf/config.toml"));
            try (ApexProcess status = elsewhere("status").start()) {
                assertThat(status.errors()).isEmpty();
                assertThat(status.exitStatus()).isZero();
            }
        }
    }

    @Test
    void processThatDoesNotAnswerEndsTheCommandInTime() {
        try (ApexProcess run = serve(config(""))) {
            run.signal("STOP");
            try {
                assertThat(fails(2, "status")).contains("Apex does not answer: no answer in time");
            } finally {
                run.signal("CONT");
            }
        }
    }

    @Test
    void socketIsOpenDuringTheDrain() throws IOException {
        try (ApexProcess run = serve(config(""))) {
            connect(run.port(), 1);
            await().atMost(ApexProcess.PATIENCE).until(() -> succeeds("top").startsWith("1 connection\n"));
            run.signal("TERM");
            await().atMost(ApexProcess.PATIENCE)
                    .until(() -> succeeds("status").contains("draining (1 connection left, "));
            assertThat(succeeds("close", "--backend", "web/app1")).isEqualTo("closed 1 connection");
            assertThat(run.exitStatus()).isZero();
        }
    }
}
