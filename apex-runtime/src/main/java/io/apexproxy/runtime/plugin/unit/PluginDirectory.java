package io.apexproxy.runtime.plugin.unit;

import io.apexproxy.runtime.limit.LocalFailure;
import io.apexproxy.runtime.log.CleanText;
import io.apexproxy.runtime.log.FailureText;
import io.apexproxy.runtime.plugin.unit.PluginUnit.Jar;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The {@code plugins/} directory. */
public final class PluginDirectory {

    private final Path path;
    private final String origin;

    /** Creates a view of a directory, without reading it. The directory need not exist. */
    public PluginDirectory(Path path) {
        this.path = path.toAbsolutePath().normalize();
        this.origin = Optional.ofNullable(this.path.getFileName()).map(Path::toString).orElse("");
    }

    /** Returns the absolute path of the directory. */
    public Path path() {
        return path;
    }

    /**
     * Lists the units. Omits entries whose names begin with a dot or end with {@code .disabled}, {@code .md} or
     * {@code .txt}.
     *
     * @param known the units of the last scan, which are returned again while there is no descriptor to list them
     * @return the units on the disk now, sorted by name; empty if the directory does not exist
     */
    public List<PluginUnit> units(List<PluginUnit> known) {
        if (Files.notExists(path)) {
            return List.of();
        }
        if (Files.isDirectory(path) && !Files.isExecutable(path)) {
            return List.of(PluginUnit.unusable(origin, "its files cannot be opened: permission denied: let the user '"
                    + System.getProperty("user.name") + "' read and enter the directory: chmod u+rx "
                    + CleanText.shellWord(path)));
        }
        try {
            return entries(path).stream().filter(entry -> !isText(entry)).map(entry -> unit(entry, known)).toList();
        } catch (IOException e) {
            return LocalFailure.isTemporary(e) && !known.isEmpty() ? known
                    : List.of(PluginUnit.unusable(origin, "cannot be listed: " + FailureText.oneLine(e)));
        }
    }

    /** Returns a message of one line for each file of these units that other users can change. */
    public List<String> exposures(List<PluginUnit> units) {
        return new PluginExposure(path, origin).messages(units);
    }

    private PluginUnit unit(Path entry, List<PluginUnit> known) {
        String name = origin + "/" + entry.getFileName();
        if (Files.isDirectory(entry)) {
            return directoryUnit(name, entry, known);
        }
        return isJar(entry)
                ? PluginUnit.of(name, List.of(Jar.at(name, entry)))
                : PluginUnit.unusable(name, "neither a jar nor a directory with jars;"
                        + " remove it or add '.disabled' to its name");
    }

    private static PluginUnit directoryUnit(String name, Path directory, List<PluginUnit> known) {
        try {
            List<Jar> jars = entries(directory).stream().filter(PluginDirectory::isJar)
                    .map(file -> Jar.at(name + "/" + file.getFileName(), file)).toList();
            return jars.isEmpty() ? PluginUnit.unusable(name, "a directory without a jar") : PluginUnit.of(name, jars);
        } catch (IOException e) {
            return known.stream().filter(unit -> LocalFailure.isTemporary(e) && unit.origin().equals(name)).findFirst()
                    .orElseGet(() -> PluginUnit.unusable(name, "cannot be listed: " + FailureText.oneLine(e)));
        }
    }

    private static List<Path> entries(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(entry -> !isHidden(entry)).sorted(Comparator.comparing(Path::getFileName)).toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
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
