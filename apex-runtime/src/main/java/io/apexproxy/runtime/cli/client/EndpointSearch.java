package io.apexproxy.runtime.cli.client;

import io.apexproxy.runtime.config.AdminConfig;
import io.apexproxy.runtime.config.ControlSetting;
import io.apexproxy.runtime.config.read.EndpointReader.Endpoints;
import io.apexproxy.runtime.control.ControlPath;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The search for the control socket of a running process, or its admin endpoint. */
final class EndpointSearch {

    private final Optional<Path> control;
    private final Optional<Path> config;
    private final boolean isExplicit;
    private final ControlPath.Context context;
    private final FileReader reader;
    private Optional<Endpoints> endpoints = Optional.empty();

    /**
     * Creates a search.
     *
     * @param control the path of {@code --control}
     * @param config the configuration file that exists
     * @param isExplicit whether {@code --config} names the file; else it is the default, and only used if no socket is
     *     found in the default directories
     * @param reader reads the file
     */
    EndpointSearch(Optional<Path> control, Optional<Path> config, boolean isExplicit, ControlPath.Context context,
            FileReader reader) {
        this.control = control;
        this.config = config;
        this.isExplicit = isExplicit;
        this.context = context;
        this.reader = reader;
    }

    /** Reads the endpoints of a configuration file. */
    @FunctionalInterface
    interface FileReader {
        Endpoints read(Path file) throws Exception;
    }

    /** Returns the control socket. */
    SocketAddress control() throws ClientException {
        if (control.isPresent()) {
            return live(control.get());
        }
        if (isExplicit) {
            ControlSetting setting = endpoints().control();
            if (!setting.isOn()) {
                throw ClientException.notReached(null, config.orElseThrow()
                        + ": control_socket is \"off\": remove it and restart Apex to use this command");
            }
            return setting.path().isPresent() ? live(setting.path().get()) : search();
        }
        try {
            return search();
        } catch (ClientException e) {
            Optional<Path> path = config.isEmpty() ? Optional.empty() : endpoints().control().path();
            if (path.isEmpty()) {
                throw e;
            }
            return live(path.get());
        }
    }

    /** Returns the admin endpoint of the configuration; empty if there is none. */
    Optional<SocketAddress> admin() throws ClientException {
        if (config.isEmpty() || control.isPresent()) {
            return Optional.empty();
        }
        return endpoints().admin().map(AdminConfig::address).filter(address -> address.port() != 0)
                .map(address -> address.isWildcard() ? new InetSocketAddress("localhost", address.port())
                        : new InetSocketAddress(address.host(), address.port()));
    }

    private Endpoints endpoints() throws ClientException {
        if (endpoints.isEmpty()) {
            try {
                endpoints = Optional.of(reader.read(config.orElseThrow()));
            } catch (Exception e) {
                throw ClientException.notReached(e,
                        e.getMessage() == null ? config.orElseThrow() + ": " + e : e.getMessage());
            }
        }
        return endpoints.get();
    }

    private SocketAddress live(Path path) throws ClientException {
        SocketProbe probe = SocketProbe.of(path);
        switch (probe.state()) {
            case LIVE -> {
                return UnixDomainSocketAddress.of(path);
            }
            case DENIED -> throw ClientException.notReached(null, probe.denial());
            case STALE -> throw ClientException.notReached(null,
                    path + ": no process listens: Apex is not running, or ended by force");
            default -> throw ClientException.notReached(null, path + ": there is no such socket: Apex is not running,"
                    + " or has another control_socket");
        }
    }

    private SocketAddress search() throws ClientException {
        List<Path> live = new ArrayList<>();
        List<String> hints = new ArrayList<>();
        ControlPath.ownDirectories(context).forEach(directory -> hints.addAll(SocketProbe.foreignHints(directory)));
        for (Path path : SocketProbe.defaultPaths(context)) {
            SocketProbe probe = SocketProbe.of(path);
            if (probe.state() == SocketProbe.State.LIVE) {
                live.add(path);
            } else if (probe.state() == SocketProbe.State.DENIED) {
                hints.add(probe.denial());
            }
        }
        if (live.size() == 1) {
            return UnixDomainSocketAddress.of(live.get(0));
        }
        throw live.isEmpty() ? none(hints) : several(live);
    }

    private ClientException none(List<String> hints) {
        List<String> lines = new ArrayList<>();
        lines.add("no running Apex found: no control socket of the user '" + System.getProperty("user.name") + "' in "
                + String.join(" or ", ControlPath.ownDirectories(context).stream().map(Path::toString).toList()));
        lines.addAll(hints);
        lines.add("start Apex, or name the socket: --control PATH; the line 'Control socket' of its log has the path");
        return ClientException.notReached(null, lines);
    }

    private static ClientException several(List<Path> live) {
        List<String> lines = new ArrayList<>(List.of("several Apex processes run; choose one with --control:"));
        for (Path path : live) {
            String name = path.getFileName().toString();
            String pid = name.substring(0, name.length() - ControlPath.SUFFIX.length());
            lines.add("  process " + (pid.matches("\\d+") ? pid : "of systemd") + ": --control " + path);
        }
        return ClientException.notReached(null, lines);
    }
}
