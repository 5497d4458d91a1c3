package io.apexproxy.runtime.plugin.unit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;

/**
 * An entry of the plugins directory as it is on the disk. Equal units are unchanged units.
 *
 * @param origin the place that the user knows: {@code plugins/x.jar} or {@code plugins/x}
 * @param jars its jars, sorted by name; empty if there is a problem
 * @param problem why this entry cannot be a unit, if so
 */
public record PluginUnit(String origin, List<Jar> jars, Optional<String> problem) {

    static PluginUnit of(String origin, List<Jar> jars) {
        return new PluginUnit(origin, List.copyOf(jars), Optional.empty());
    }

    static PluginUnit unusable(String origin, String problem) {
        return new PluginUnit(origin, List.of(), Optional.of(problem));
    }

    /**
     * A jar, with what tells whether it was replaced.
     *
     * @param origin the place that the user knows
     * @param path the file
     * @param size in bytes; -1 if there is no such file
     * @param modified when it was written last
     */
    public record Jar(String origin, Path path, long size, FileTime modified) {

        static Jar at(String origin, Path path) {
            try {
                BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
                return new Jar(origin, path, attributes.size(), attributes.lastModifiedTime());
            } catch (IOException e) {
                return new Jar(origin, path, -1, FileTime.fromMillis(0)); // opening it will tell why
            }
        }
    }
}
