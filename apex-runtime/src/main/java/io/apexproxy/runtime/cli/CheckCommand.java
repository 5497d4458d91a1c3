package io.apexproxy.runtime.cli;

import io.apexproxy.runtime.ApexProxy;
import io.apexproxy.runtime.ProxyOptions;
import java.io.PrintStream;

/** {@code apex check}: would this configuration start? */
final class CheckCommand {

    private final PrintStream out;
    private final Locations locations;

    CheckCommand(PrintStream out, Locations locations) {
        this.out = out;
        this.locations = locations;
    }

    void run(Arguments arguments) {
        ProxyOptions options = locations.options(arguments);
        ApexProxy.check(options).forEach(warning -> out.println("warning: " + warning));
        out.println(options.configFile() + ": no mistakes found");
    }
}
