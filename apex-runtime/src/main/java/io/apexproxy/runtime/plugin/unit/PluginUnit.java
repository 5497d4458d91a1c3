package io.apexproxy.runtime.plugin.unit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;

/**
 * The state of an entry of the plugins directory on the disk. Equal states mean that the entry is unchanged.
 *
 * @param origin the name in messages: {@code plugins/x.jar} or {@code plugins/x}
 * @param jars its jars, sorted by name; empty if there is a problem
 * @param problem why the entry cannot be loaded; empty if there is no problem
 */
public record PluginUnit(String origin, List<Jar> jars, Optional<String> problem) {

    static PluginUnit of(String origin, List<Jar> jars) {
        return new PluginUnit(origin, List.copyOf(jars), Optional.empty());
    }

    static PluginUnit unusable(String origin, String problem) {
        return new PluginUnit(origin, List.of(), Optional.of(problem));
    }

    /**
     * A jar, with the attributes that change when it is replaced.
     *
     * @param origin the name in messages
     * @param path the file
     * @param size the size in bytes; -1 if the attributes cannot be read
     * @param modified the time of the last modification
     */
    public record Jar(String origin, Path path, long size, FileTime modified) {

        static Jar at(String origin, Path path) {
            try {
                BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
                return new Jar(origin, path, attributes.size(), attributes.lastModifiedTime());
            } catch (IOException e) {
                return new Jar(origin, path, -1, FileTime.fromMillis(0)); // the cause is reported when it is opened
            }
        }
    }
}
