package io.apexproxy.runtime.plugin.unit;

import io.apexproxy.runtime.log.CleanText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds plugin files that other users can change: these users run code as the user of Apex. */
final class PluginExposure {

    private final Path root;
    private final String rootOrigin;

    /**
     * Creates it for a plugins directory.
     *
     * @param root the directory, absolute
     * @param rootOrigin what the user calls it
     */
    PluginExposure(Path root, String rootOrigin) {
        this.root = root;
        this.rootOrigin = rootOrigin;
    }

    /** Returns a message for each finding. */
    List<String> of(List<PluginUnit> units) {
        Map<Path, String> origins = new LinkedHashMap<>();
        origins.put(root, rootOrigin);
        for (PluginUnit unit : units) {
            for (PluginUnit.Jar jar : unit.jars()) {
                origins.putIfAbsent(jar.path().getParent(), unit.origin());
                origins.put(jar.path(), jar.origin());
            }
        }
        List<String> messages = new ArrayList<>();
        origins.forEach((path, origin) -> {
            String subject = CleanText.piece(origin);
            if (isWritableByOthers(path)) {
                messages.add(subject + ": its group or others may write to it, and so run code as the user '"
                        + System.getProperty("user.name") + "'; take this permission away: chmod go-w "
                        + CleanText.shellWord(path));
            }
            if (!path.equals(root) && leadsOut(path)) {
                messages.add(subject + ": a link that leads out of the plugins directory, where other users may be able"
                        + " to change the plugin; copy the plugin into " + root);
            }
        });
        return messages;
    }

    private static boolean isWritableByOthers(Path path) {
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path);
            return permissions.contains(PosixFilePermission.GROUP_WRITE)
                    || permissions.contains(PosixFilePermission.OTHERS_WRITE);
        } catch (IOException | UnsupportedOperationException e) {
            return false; // a file that cannot be read is reported when it is opened
        }
    }

    private boolean leadsOut(Path path) {
        try {
            return Files.isSymbolicLink(path) && !path.toRealPath().startsWith(root.toRealPath());
        } catch (IOException e) {
            return false; // a link that leads nowhere is reported when it is opened
        }
    }
}
