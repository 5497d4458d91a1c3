package io.apexproxy.runtime.cli.client;

import io.apexproxy.runtime.config.ControlSetting;
import io.apexproxy.runtime.control.ControlPath;
import io.apexproxy.runtime.takeover.Predecessor;
import io.apexproxy.runtime.takeover.TakeoverException;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The search for the process that {@code --takeover} names. */
public final class TakeoverSearch {

    /** The word for the process with the same configuration. */
    public static final String AUTO = "auto";

    private static final long TIMEOUT_MILLIS = 5_000;
    /** A command line that contains it runs Apex. */
    private static final String MODULE = "io.apexproxy.runtime";
    /** The first process of a system or of a container. */
    private static final long FIRST_PROCESS = 1;

    private final Path config;
    private final ControlPath.Context context;

    /**
     * Creates a search.
     *
     * @param config the configuration file of this process
     */
    public TakeoverSearch(Path config) {
        this(config, ControlPath.Context.ofThisProcess());
    }

    TakeoverSearch(Path config, ControlPath.Context context) {
        this.config = config.toAbsolutePath().normalize();
        this.context = context;
    }

    /** A process that has answered on a control socket. */
    private record Candidate(long pid, String config, SocketAddress control) {
    }

    /**
     * Finds a process. Blocks for some seconds at most.
     *
     * @param word the process number, or {@link #AUTO}
     * @return the process; empty if no process has the same configuration
     * @throws TakeoverException if the process cannot be taken over
     */
    public Optional<Predecessor> find(String word) {
        if (word.equals(AUTO)) {
            return auto().map(found -> new RunningProcess(process(found.pid()), Optional.of(found.control())));
        }
        if (!word.matches("[0-9]{1,9}")) {
            throw new TakeoverException("--takeover: expected a process number or " + AUTO + ", found '" + word + "'");
        }
        ProcessHandle process = process(Long.parseLong(word));
        Optional<Candidate> found = pathsOf(process.pid()).stream().flatMap(path -> identify(path).stream())
                .filter(candidate -> candidate.pid() == process.pid()).findFirst();
        if (found.isEmpty() && process.info().commandLine().filter(line -> line.contains(MODULE)).isEmpty()) {
            throw new TakeoverException("--takeover: process " + word + " is not Apex"
                    + process.info().command().map(command -> ", but " + command).orElse(""));
        }
        return Optional.of(new RunningProcess(process, found.map(Candidate::control)));
    }

    /** Includes the names that its socket has after a takeover, because such a process is not taken over again. */
    private Set<Path> pathsOf(long pid) {
        Set<Path> paths = new LinkedHashSet<>(SocketProbe.defaultPaths(context));
        setting().path().ifPresent(paths::add);
        Set<Path> directories = new LinkedHashSet<>(ControlPath.ownDirectories(context));
        paths.forEach(path -> directories.add(path.getParent()));
        directories.forEach(directory -> paths.add(directory.resolve(pid + ControlPath.DRAINING_SUFFIX)));
        return paths;
    }

    private Optional<Candidate> auto() {
        ControlSetting setting = setting();
        if (!setting.isOn()) {
            throw new TakeoverException(
                    "--takeover: " + config + ": control_socket is \"off\", so the process cannot be"
                            + " found: use --takeover PID");
        }
        if (setting.path().isPresent()) {
            SocketProbe probe = SocketProbe.of(setting.path().get());
            if (probe.state() == SocketProbe.State.DENIED) {
                throw new TakeoverException("--takeover: " + probe.denial());
            }
            return identify(setting.path().get());
        }
        List<Candidate> found = SocketProbe.defaultPaths(context).stream().flatMap(path -> identify(path).stream())
                .filter(candidate -> candidate.config().equals(config.toString())).toList();
        if (found.size() > 1) {
            throw new TakeoverException("--takeover: several processes have the configuration " + config
                    + "; use --takeover PID with one of "
                    + String.join(", ", found.stream().map(each -> Long.toString(each.pid())).toList()));
        }
        return found.stream().findFirst();
    }

    /** Returns the setting of the configuration; the default if the file is not valid, which the start reports. */
    private ControlSetting setting() {
        try {
            return ConfiguredEndpoints.read(config).control();
        } catch (RuntimeException e) {
            return ControlSetting.DEFAULT;
        }
    }

    private static Optional<Candidate> identify(Path path) {
        if (SocketProbe.of(path).state() != SocketProbe.State.LIVE) {
            return Optional.empty();
        }
        SocketAddress control = UnixDomainSocketAddress.of(path);
        try {
            Node process = Node.parse(ControlClient.send(control, "GET", "/process", TIMEOUT_MILLIS));
            return process.number("pid")
                    .map(pid -> new Candidate(pid.longValue(), process.text("config").orElse(""), control));
        } catch (ClientException | IOException e) { // not a control socket, or the process ends
            return Optional.empty();
        }
    }

    private static ProcessHandle process(long pid) {
        ProcessHandle process = ProcessHandle.of(pid).filter(ProcessHandle::isAlive)
                .orElseThrow(() -> new TakeoverException("--takeover: there is no process " + pid));
        Optional<String> user = process.info().user();
        if (pid == ProcessHandle.current().pid()) {
            throw new TakeoverException("--takeover: process " + pid + " is this process");
        }
        if (pid == FIRST_PROCESS) {
            throw new TakeoverException(
                    "--takeover: process 1 cannot be taken over: the container ends with it; start a"
                            + " second container and stop this one");
        }
        if (user.isPresent() && !user.equals(ProcessHandle.current().info().user())) {
            throw new TakeoverException("--takeover: process " + pid + " belongs to the user '" + user.get()
                    + "': run the command as that user");
        }
        return process;
    }
}
