package io.apexproxy.dist.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.dist.client.Program;
import io.apexproxy.dist.harness.ApexProcess;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Podman of Debian with the API of Docker, and an image of busybox whose containers answer GET with a text. All its
 * files are in a directory. It has its own mounts and, if wanted, its own network. Closing it removes the containers.
 */
final class Podman implements AutoCloseable {

    private static final String IMAGE = "localhost/busybox:test";
    /** crun rejects a system with cgroups of version 1 and 2, so the namespace has only those of version 1. */
    private static final String MOUNTS = """
            umount -l /sys/fs/cgroup/unified 2> /dev/null || true
            mkdir -p /var/lib/cni
            mount -t tmpfs none /var/lib/cni
            """;
    /** Below those of podman, because raising them needs a privilege. */
    private static final List<String> LIMITS = List.of("--ulimit=nofile=1024:1024", "--ulimit=nproc=16384:16384");

    private final Path directory;
    private final Path socket;
    private final Process namespaces;
    private Optional<Process> service = Optional.empty();

    private Podman(Path directory, Process namespaces) {
        this.directory = directory;
        this.namespaces = namespaces;
        this.socket = directory.resolve("podman.sock");
    }

    /**
     * Starts podman in the network of this machine; skips the test if it is missing or containers cannot run.
     *
     * @param directory an empty directory
     */
    static Podman started(Path directory) throws IOException {
        return started(directory, List.of("unshare", "--mount"), MOUNTS);
    }

    /** Starts podman in a network of its own, in which it can publish ports. */
    static Podman inNetwork(Path directory) throws IOException {
        return started(directory, List.of("unshare", "--mount", "--net"), MOUNTS + "ip link set lo up\n");
    }

    private static Podman started(Path directory, List<String> unshare, String script) throws IOException {
        Path busybox = Path.of(Program.named("busybox", "busybox-static").command().get(0));
        Program.named("podman", "podman");
        assumeThat(System.getProperty("user.name")).as("the user, because containers need namespaces")
                .isEqualTo("root");
        List<String> command = Stream.concat(unshare.stream(),
                Stream.of("sh", "-euc", script + "echo ready\nexec cat")).toList();
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String answer = process.inputReader().readLine();
        assumeThat(answer).as("%s makes namespaces", command).isEqualTo("ready");
        Podman podman = new Podman(directory, process);
        try {
            podman.importImage(busybox);
            podman.startService();
            podman.requireContainers();
            return podman;
        } catch (Throwable e) {
            podman.close();
            throw e;
        }
    }

    private void importImage(Path busybox) throws IOException {
        Path image = Files.createDirectories(directory.resolve("image/bin"));
        Files.copy(busybox, image.resolve("busybox"));
        Files.createSymbolicLink(image.resolve("sh"), Path.of("busybox"));
        Path archive = directory.resolve("image.tar");
        Program.named("tar", "tar").run(directory, "-C", image.getParent().toString(), "-cf", archive.toString(), ".");
        new Program(local()).run(directory, "import", archive.toString(), IMAGE);
    }

    private void requireContainers() {
        Program.Result trial = new Program(remote()).tryToRun(directory, ProcessBuilder.Redirect.PIPE,
                runArguments("trial", "--network=host", "--rm", IMAGE, "/bin/busybox", "true"));
        assumeThat(trial.status()).as("podman runs a container: %s", trial.output()).isZero();
    }

    /** Returns a command for a program in the network of podman; the caller appends the program. */
    List<String> command() {
        return List.of("nsenter", "--target", Long.toString(namespaces.pid()), "--net");
    }

    /** The working directory of such a command is that of the system. */
    private Stream<String> inNamespaces() {
        return Stream.concat(command().stream(), Stream.of("--mount"));
    }

    private List<String> local() {
        String files = directory.toString();
        return Stream.concat(inNamespaces(), Stream.of("env", "CONTAINERS_CONF=/dev/null",
                "XDG_RUNTIME_DIR=" + files, "podman", "--root", files + "/root", "--runroot", files + "/run",
                "--tmpdir", files + "/tmp", "--network-config-dir", files + "/networks", "--storage-driver", "vfs",
                "--cgroup-manager", "cgroupfs", "--events-backend", "file")).toList();
    }

    private List<String> remote() {
        return Stream.concat(inNamespaces(), Stream.of("podman", "--remote", "--url", endpoint())).toList();
    }

    String endpoint() {
        return "unix://" + socket;
    }

    Path socket() {
        return socket;
    }

    void startService() {
        List<String> command = Stream.concat(local().stream(),
                Stream.of("system", "service", "--time=0", endpoint())).toList();
        Process started = new Program(command).start(directory, directory.resolve("service.log"));
        service = Optional.of(started);
        await().atMost(ApexProcess.PATIENCE).until(() -> !started.isAlive() || accepts());
    }

    private boolean accepts() {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            return channel.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** Ends the service. The containers continue. */
    void stopService() {
        service.ifPresent(Program::end);
        service = Optional.empty();
    }

    /** Runs a subcommand by the API; returns its output. */
    String run(String... arguments) {
        return new Program(remote()).run(directory, arguments);
    }

    /** Runs a program in a container. Not by the API, which would leave a process for five minutes. */
    void runIn(String container, String... program) {
        new Program(local()).run(directory,
                Stream.concat(Stream.of("exec", container), Stream.of(program)).toArray(String[]::new));
    }

    /**
     * Starts a container that answers GET with its name, on an address such as {@code 127.0.0.1:9000} or a port.
     *
     * @param options the options of {@code podman run}, such as {@code --label}
     */
    void serve(String name, String listen, String... options) {
        String server = "busybox mkdir -p /www && busybox printf %s " + name + " > /www/index.html"
                + " && exec busybox httpd -f -h /www -p " + listen;
        run(runArguments(name, Stream.of(Stream.of("--detach"), Stream.of(options),
                Stream.of(IMAGE, "/bin/busybox", "sh", "-c", server)).flatMap(each -> each).toArray(String[]::new)));
    }

    private static String[] runArguments(String name, String... more) {
        return Stream.concat(Stream.of("run", "--name", name, "--pull=never", "--security-opt=seccomp=unconfined"),
                Stream.concat(LIMITS.stream(), Stream.of(more))).toArray(String[]::new);
    }

    /** Returns only when no process writes to the directory, so that it can be deleted. */
    @Override
    public void close() {
        try {
            Program.Result removal = new Program(local()).tryToRun(directory, ProcessBuilder.Redirect.PIPE, "rm",
                    "--all", "--force", "--time", "0");
            stopService();
            // the monitor of each container starts one more podman when its container has ended
            await().atMost(ApexProcess.PATIENCE).untilAsserted(() -> assertThat(commandsWithDirectory())
                    .as("after the removal of all containers: %s", removal.output()).isEmpty());
        } finally {
            Program.end(namespaces);
        }
    }

    private List<String> commandsWithDirectory() throws IOException {
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            return processes.map(Podman::command).filter(command -> command.contains(directory.toString())).toList();
        }
    }

    /** Returns the command of a process, or an empty string if the process has ended or the entry is none. */
    private static String command(Path process) {
        try {
            return Files.readString(process.resolve("cmdline"));
        } catch (IOException e) {
            return "";
        }
    }
}
