package io.apexproxy.runtime.cli;

import io.apexproxy.runtime.cli.client.ClientException;
import io.apexproxy.runtime.cli.client.ClientSpecs;
import io.apexproxy.runtime.cli.client.ConfiguredOverrides;
import io.apexproxy.runtime.cli.client.ControlClient;
import io.apexproxy.runtime.config.BackendConfig;
import io.apexproxy.runtime.config.tree.Problems;
import io.apexproxy.runtime.log.CleanText;
import io.apexproxy.runtime.overrides.OverridesEdit;
import io.apexproxy.runtime.overrides.OverridesFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** {@code apex set}: edits the file of overrides, and waits until the running process has applied it. */
final class SetCommand {

    private static final Pattern WEIGHT = Pattern.compile("weight=(\\d{1,3})");

    private final Console console;
    private final Path configFile;
    private final ControlClient client;

    SetCommand(Console console, Path configFile, ControlClient client) {
        this.console = console;
        this.configFile = configFile;
        this.client = client;
    }

    ExitStatus run(ParseResult command) throws ClientException, InterruptedException {
        OverridesFile file = ConfiguredOverrides.of(configFile).orElseThrow(this::withoutFile);
        if (command.hasMatchedOption(ClientSpecs.LIST)) {
            list(file);
            return ExitStatus.OK;
        }
        return set(file, edit(command));
    }

    private Failure withoutFile() {
        String[] lines = {configFile + ": names no file for states and weights; add this line above the first [table]:",
            "  overrides = \"overrides.toml\""};
        return new Failure(ExitStatus.FAILED, lines);
    }

    private void list(OverridesFile file) {
        file.read().pools().forEach((pool, backends) -> backends.forEach((backend, entry) -> console.line(
                CleanText.piece(pool + "/" + backend)
                        + entry.state().map(state -> " " + state.word()).orElse("")
                        + (entry.weight().isPresent() ? " weight=" + entry.weight().getAsInt() : ""))));
    }

    private static OverridesEdit edit(ParseResult command) {
        String name = command.matchedPositionalValue(0, "");
        int slash = name.indexOf('/'); // names of pools have none
        if (slash <= 0 || slash == name.length() - 1) {
            throw new ParameterException(command.commandSpec().commandLine(),
                    "expected POOL/BACKEND, found '" + CleanText.piece(name) + "'");
        }
        String pool = name.substring(0, slash);
        String backend = name.substring(slash + 1);
        String value = command.matchedPositionalValue(1, "");
        if (command.hasMatchedOption(ClientSpecs.CLEAR) && value.isEmpty()) {
            return new OverridesEdit(pool, backend, Optional.empty(), OptionalInt.empty(), true);
        }
        for (BackendConfig.State state : BackendConfig.State.values()) {
            if (value.equals(state.word())) {
                return new OverridesEdit(pool, backend, Optional.of(state), OptionalInt.empty(), false);
            }
        }
        Matcher weight = WEIGHT.matcher(value);
        if (weight.matches() && Integer.parseInt(weight.group(1)) <= BackendConfig.MAX_WEIGHT) {
            return new OverridesEdit(pool, backend, Optional.empty(),
                    OptionalInt.of(Integer.parseInt(weight.group(1))), false);
        }
        throw new ParameterException(command.commandSpec().commandLine(), "expected maintenance, active, weight=N with"
                + " N from 0 to " + BackendConfig.MAX_WEIGHT + ", or " + ClientSpecs.CLEAR + ", found '"
                + CleanText.piece(value)
                + "'");
    }

    private ExitStatus set(OverridesFile file, OverridesEdit edit) throws ClientException, InterruptedException {
        Optional<ClientException> notReached = Optional.empty();
        try {
            rejectUnknown(edit, client.backends());
        } catch (ClientException e) {
            notReached = Optional.of(e);
        }
        try {
            file.edit(edit);
        } catch (IOException e) {
            throw new Failure(ExitStatus.FAILED, e.getMessage(), e);
        }
        if (notReached.isPresent()) {
            console.line(file.path() + ": written; it applies when Apex runs:");
            throw notReached.get();
        }
        ControlClient.Reload result = client.applyOverrides();
        if (!result.isInForce()) {
            throw new Failure(ExitStatus.FAILED, result.lines().toArray(String[]::new));
        }
        console.line(client.describe(edit.pool(), edit.backend())
                .orElseGet(() -> edit.pool() + "/" + edit.backend() + ": not in the configuration"));
        return ExitStatus.OK;
    }

    /** Rejects a name that the process does not have, which is mostly misspelt. An old entry can be removed. */
    private static void rejectUnknown(OverridesEdit edit, List<String> known) {
        String name = edit.pool() + "/" + edit.backend();
        if (!edit.clear() && !known.contains(name)) {
            throw new Failure(ExitStatus.FAILED, "no backend '" + CleanText.piece(name) + "'"
                    + Problems.didYouMean(name, known) + "; available: " + CleanText.list(known));
        }
    }
}
