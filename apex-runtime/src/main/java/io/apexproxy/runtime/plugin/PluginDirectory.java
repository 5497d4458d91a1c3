package io.apexproxy.runtime.plugin;

import io.apexproxy.runtime.plugin.PluginUnit.Jar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The user's {@code plugins/} directory. */
final class PluginDirectory {

    private final Path path;
    private final String origin;

    PluginDirectory(Path path) {
        this.path = path.toAbsolutePath().normalize();
        this.origin = Optional.ofNullable(this.path.getFileName()).map(Path::toString).orElse("");
    }

    /**
     * Lists the units, sorted by name; none where the directory does not exist. Left out are files that are hidden by a
     * leading dot or {@code .disabled} at the end, and texts for people.
     */
    List<PluginUnit> units() {
        if (Files.notExists(path)) {
            return List.of();
        }
        try {
            List<PluginUnit> units = new ArrayList<>();
            for (Path entry : entries(path)) {
                if (!isText(entry)) {
                    units.add(unit(entry));
                }
            }
            return List.copyOf(units);
        } catch (IOException e) {
            return List.of(PluginUnit.unusable(origin, "no directory that can be listed: " + Failures.oneLine(e)));
        }
    }

    private PluginUnit unit(Path entry) throws IOException {
        String name = origin + "/" + entry.getFileName();
        if (Files.isDirectory(entry)) {
            List<Jar> jars = new ArrayList<>();
            for (Path file : entries(entry)) {
                if (isJar(file)) {
                    jars.add(Jar.at(name + "/" + file.getFileName(), file));
                }
            }
            return jars.isEmpty() ? PluginUnit.unusable(name, "a directory without a jar") : PluginUnit.of(name, jars);
        }
        return isJar(entry)
                ? PluginUnit.of(name, List.of(Jar.at(name, entry)))
                : PluginUnit.unusable(name, "neither a jar nor a directory with jars; remove it or add '.disabled' to its name");
    }

    private static List<Path> entries(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(entry -> !isHidden(entry)).sorted(Comparator.comparing(Path::getFileName)).toList();
        }
    }

    private static boolean isHidden(Path entry) {
        return name(entry).startsWith(".") || name(entry).endsWith(".disabled");
    }

    private static boolean isText(Path entry) {
        return name(entry).endsWith(".md") || name(entry).endsWith(".txt");
    }

    private static boolean isJar(Path entry) {
        return name(entry).endsWith(".jar");
    }

    private static String name(Path entry) {
        return entry.getFileName().toString().toLowerCase(Locale.ROOT);
    }
}
