package io.apexproxy.runtime.plugin;

import java.nio.file.Path;

/** A program that prints the plugin listing of the directory in its argument, one plugin per line. */
final class ListPlugins {

    private ListPlugins() {
    }

    /** Prints the listing. */
    public static void main(String... arguments) {
        for (PluginListing line : ProviderRegistry.load(Path.of(arguments[0])).listing()) {
            System.out.println(String.join("|", line.isLoaded() ? "LOADED" : "NOT_LOADED", line.origin(), line.name(),
                    line.cause()));
        }
    }
}
