package io.apexproxy.runtime.plugin;

import java.nio.file.Path;

/** A program that prints what it found in the directory that its argument names, one line each. */
final class ListPlugins {

    private ListPlugins() {
    }

    /** Lists. */
    public static void main(String... arguments) {
        for (PluginListing line : ProviderRegistry.load(Path.of(arguments[0])).listing()) {
            System.out.println(String.join("|", line.state().name(), line.origin(), line.name(), line.cause()));
        }
    }
}
