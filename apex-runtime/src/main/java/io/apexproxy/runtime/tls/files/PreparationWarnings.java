package io.apexproxy.runtime.tls.files;

import io.apexproxy.runtime.config.tls.FileSetting;
import io.apexproxy.runtime.log.CleanText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Collector of warnings about files that are read for the first time. Confined to one thread. */
final class PreparationWarnings {

    private final List<String> lines = new ArrayList<>();
    private final Set<Path> exposed = new HashSet<>();

    /** Adds a warning if a certificate has expired, which no longer prevents its use, or expires soon. */
    void addExpiry(FileUse use, Instant now) {
        FileSetting setting = use.setting();
        FileLog.expiry(use, now).ifPresent(text -> lines.add(setting.origin() + ": " + text));
    }

    /** Adds a warning if a file with a key or a password can be read by all users. */
    void addPermissions(FileSetting setting, Path path) {
        if (isReadableByOthers(path) && exposed.add(path)) {
            lines.add(setting.origin() + ": " + setting.key() + ": all users of this machine can read "
                    + CleanText.piece(path.toString()) + "; remove this permission: chmod o-r");
        }
    }

    private static boolean isReadableByOthers(Path path) {
        try {
            return Files.getPosixFilePermissions(path).contains(PosixFilePermission.OTHERS_READ);
        } catch (IOException | UnsupportedOperationException e) { // Windows has no such permissions
            return false;
        }
    }

    /** Adds the warning that a pool accepts the certificates of all servers. */
    void addUnverified(String pool) {
        lines.add("pools." + pool + ".tls.verify: false: the certificates of backends are not verified, so another"
                + " server can take their place; set ca_file or server_name, and leave verify out");
    }

    List<String> list() {
        return lines;
    }
}
