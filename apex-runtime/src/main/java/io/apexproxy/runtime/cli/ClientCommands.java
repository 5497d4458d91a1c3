package io.apexproxy.runtime.cli;

import io.apexproxy.runtime.cli.client.ClientException;
import io.apexproxy.runtime.cli.client.ClientSpecs;
import io.apexproxy.runtime.cli.client.ControlClient;
import io.apexproxy.runtime.cli.client.Screen;
import io.apexproxy.runtime.cli.client.StatusText;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The commands that talk to a running process. They write no log and load no plugins of the user. */
final class ClientCommands {

    private static final Set<String> NAMES = Set.of(ClientSpecs.STATUS, ClientSpecs.RELOAD, ClientSpecs.LOG,
            ClientSpecs.TOP, ClientSpecs.CLOSE, ClientSpecs.SET);
    /** Options of {@code apex top} that are parameters of the request, with the same names. */
    private static final List<String> TOP_OPTIONS =
            List.of(ClientSpecs.SORT, ClientSpecs.LIMIT, "--listener", "--pool", ClientSpecs.BACKEND, "--client");

    private final Console console;
    private final Console errors;
    private final Screen screen;
    private final Locations locations;

    ClientCommands(Console console, Console errors, Screen screen, Locations locations) {
        this.console = console;
        this.errors = errors;
        this.screen = screen;
        this.locations = locations;
    }

    static boolean includes(String name) {
        return NAMES.contains(name);
    }

    /**
     * Runs a command.
     *
     * @param command the parsed command
     * @param config the value of {@code --config}
     * @param verbose whether to print stack traces
     */
    ExitStatus run(ParseResult command, Optional<Path> config, boolean verbose) throws InterruptedException {
        try {
            Optional<Path> file = config.isPresent() ? Optional.of(Locations.configFile(config.get()))
                    : locations.existingConfigFile();
            ControlClient client = new ControlClient(option(command, ClientSpecs.CONTROL, Path.class), file,
                    config.isPresent());
            return switch (command.commandSpec().name()) {
                case ClientSpecs.STATUS -> status(command, client);
                case ClientSpecs.RELOAD -> reload(client);
                case ClientSpecs.LOG -> log(command, client);
                case ClientSpecs.TOP -> top(command, client);
                case ClientSpecs.SET -> new SetCommand(console, file.orElseGet(locations::defaultConfigFile), client)
                        .run(command);
                default -> close(command, client);
            };
        } catch (ClientException e) {
            e.lines().forEach(errors::line);
            if (verbose) {
                errors.stackTrace(e);
            }
            return e.isReached() ? ExitStatus.FAILED : ExitStatus.NOT_REACHED;
        }
    }

    private ExitStatus status(ParseResult command, ControlClient client) throws ClientException, InterruptedException {
        String order = option(command, ClientSpecs.SORT, String.class).orElse(StatusText.orderNames().get(0));
        if (!StatusText.orderNames().contains(order)) {
            throw new ParameterException(command.commandSpec().commandLine(), ClientSpecs.SORT + ": expected "
                    + String.join(", ", StatusText.orderNames()) + ", found '" + order + "'");
        }
        ControlClient.Status status;
        do {
            status = client.status(order);
            show(command, status.json(), status.lines());
        } while (again(command));
        return status.isServing() ? ExitStatus.OK : ExitStatus.FAILED;
    }

    private ExitStatus top(ParseResult command, ControlClient client) throws ClientException, InterruptedException {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String name : TOP_OPTIONS) {
            option(command, name, String.class)
                    .ifPresent(value -> parameters.put(name.substring("--".length()), value));
        }
        do {
            if (command.hasMatchedOption(ClientSpecs.JSON)) {
                show(command, client.connectionsJson(parameters), List.of());
            } else {
                show(command, "", client.connections(parameters));
            }
        } while (again(command));
        return ExitStatus.OK;
    }

    private void show(ParseResult command, String json, List<String> lines) {
        if (command.hasMatchedOption(ClientSpecs.JSON)) {
            screen.print(json);
        } else if (command.hasMatchedOption(ClientSpecs.WATCH)) {
            screen.redraw();
            lines.forEach(console::line);
            screen.endDrawing();
        } else {
            lines.forEach(console::line);
        }
    }

    private boolean again(ParseResult command) throws InterruptedException {
        return command.hasMatchedOption(ClientSpecs.WATCH) && screen.pause();
    }

    private ExitStatus reload(ControlClient client) throws ClientException {
        ControlClient.Reload result = client.reload();
        result.lines().forEach(result.isInForce() ? console::line : errors::line);
        return result.isInForce() ? ExitStatus.OK : ExitStatus.FAILED;
    }

    private ExitStatus log(ParseResult command, ControlClient client) throws ClientException {
        console.line(client.changeLevel(command.matchedPositionalValue(0, ""), command.matchedPositionalValue(1, "")));
        return ExitStatus.OK;
    }

    private ExitStatus close(ParseResult command, ControlClient client) throws ClientException {
        Optional<String> backend = option(command, ClientSpecs.BACKEND, String.class);
        if (backend.isPresent() == command.hasMatchedPositional(0)) {
            throw new ParameterException(command.commandSpec().commandLine(),
                    "expected a CONNECTION or " + ClientSpecs.BACKEND + " POOL/BACKEND");
        }
        console.line(client.close(backend.isPresent() ? Map.of("backend", backend.get())
                : Map.of("connection", command.matchedPositionalValue(0, ""))));
        return ExitStatus.OK;
    }

    private static <T> Optional<T> option(ParseResult command, String name, Class<T> type) {
        return Optional.ofNullable(command.matchedOptionValue(name, (Object) null)).map(type::cast);
    }
}
