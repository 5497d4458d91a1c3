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

/** The check for plugin files that other users can change. Such users can run code as the user of Apex. */
final class PluginExposure {

    private final Path root;
    private final String rootOrigin;

    /**
     * Creates a check of a plugins directory.
     *
     * @param root the directory, absolute
     * @param rootOrigin the name of the directory in messages
     */
    PluginExposure(Path root, String rootOrigin) {
        this.root = root;
        this.rootOrigin = rootOrigin;
    }

    /** Returns a message for each file or directory that other users can change. */
    List<String> messages(List<PluginUnit> units) {
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
                messages.add(subject + ": writable by its group or by others, which lets them run code as the user '"
                        + System.getProperty("user.name") + "'; remove this permission: chmod go-w "
                        + CleanText.shellWord(path));
            }
            if (!path.equals(root) && linksOutside(path)) {
                messages.add(subject + ": a link out of the plugins directory; other users can possibly change its"
                        + " target; copy the plugin into " + root);
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
            return false; // an unreadable file is reported when it is opened
        }
    }

    private boolean linksOutside(Path path) {
        try {
            return Files.isSymbolicLink(path) && !path.toRealPath().startsWith(root.toRealPath());
        } catch (IOException e) {
            return false; // a broken link is reported when it is opened
        }
    }
}
