package io.apexproxy.runtime.cli;

import io.apexproxy.runtime.ApexProxy;
import io.apexproxy.runtime.ProxyOptions;
import io.apexproxy.runtime.log.LogOutput;

/** {@code apex check}: validates the configuration without opening a listener. */
final class CheckCommand {

    private final Console console;
    private final Locations locations;

    CheckCommand(Console console, Locations locations) {
        this.console = console;
        this.locations = locations;
    }

    void run(Arguments arguments) {
        ProxyOptions options = locations.options(arguments);
        ApexProxy.check(options).forEach(warning -> console.line("warning: " + warning));
        LogOutput.end(); // else a warning in the log can follow the verdict
        console.line(options.configName() + ": no mistakes found");
    }
}
