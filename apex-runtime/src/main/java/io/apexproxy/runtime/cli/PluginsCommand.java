package io.apexproxy.runtime.cli;

import io.apexproxy.runtime.plugin.PluginListing;
import io.apexproxy.runtime.plugin.ProviderRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** {@code apex plugins}: prints a table of the plugins, with the reason for each plugin that did not load. */
final class PluginsCommand {

    private static final List<String> HEADINGS = List.of("KIND", "NAME", "MODULE", "API", "ORIGIN", "STATE", "");
    private static final String GAP = "  ";
    private static final String UNKNOWN = "-";

    private final Console console;
    private final Locations locations;

    PluginsCommand(Console console, Locations locations) {
        this.console = console;
        this.locations = locations;
    }

    void run(Arguments arguments) {
        List<List<String>> rows = new ArrayList<>(List.of(HEADINGS));
        ProviderRegistry.load(locations.plugins(arguments)).listing().forEach(plugin -> rows.add(row(plugin)));
        int[] widths = IntStream.range(0, HEADINGS.size())
                .map(column -> rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0))
                .toArray();
        rows.forEach(row -> console.line(line(row, widths)));
    }

    private static List<String> row(PluginListing plugin) {
        return List.of(orUnknown(plugin.kind()), orUnknown(plugin.name()), orUnknown(plugin.module()),
                orUnknown(plugin.apiVersion()), plugin.origin(), plugin.isLoaded() ? "loaded" : "not loaded",
                plugin.isLoaded() ? plugin.description() : plugin.cause());
    }

    private static String orUnknown(String cell) {
        return cell.isEmpty() ? UNKNOWN : cell;
    }

    private static String line(List<String> row, int[] widths) {
        var line = new StringBuilder();
        for (int column = 0; column < widths.length; column++) {
            String cell = row.get(column);
            line.append(cell).append(" ".repeat(widths[column] - cell.length())).append(GAP);
        }
        return line.toString().stripTrailing();
    }
}
