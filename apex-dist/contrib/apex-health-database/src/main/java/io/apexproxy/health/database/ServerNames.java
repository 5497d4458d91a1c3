package io.apexproxy.health.database;

import io.apexproxy.api.Settings;
import java.util.Optional;

/** Settings that are names of users and databases. */
final class ServerNames {

    /** In characters; more than any of the servers permits. */
    private static final int MAX_LENGTH = 128;

    private ServerNames() {
    }

    /** Returns a name, or empty if the key is missing. */
    static Optional<String> optional(Settings settings, String key) {
        if (!settings.has(key)) {
            return Optional.empty();
        }
        String name = settings.string(key);
        if (name.isEmpty() || name.length() > MAX_LENGTH || name.indexOf('\0') >= 0) {
            throw settings.invalid(key, "expected a name of 1 to " + MAX_LENGTH + " characters without NUL, found "
                    + name.length() + " characters");
        }
        return Optional.of(name);
    }
}
