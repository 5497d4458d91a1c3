package io.apexproxy.runtime.config.tls;

import io.apexproxy.api.Origin;

/**
 * A file that the configuration names.
 *
 * @param path the path as written: absolute, or relative to the directory of the configuration file
 * @param origin the place of the path in the configuration
 * @param key the key, for messages: {@code listeners.web.tls.certificates[0].cert_file}
 */
public record FileSetting(String path, Origin origin, String key) {

    /** Compares the paths only, so that a setting that moves in the file has not changed. */
    @Override
    public boolean equals(Object other) {
        return other instanceof FileSetting that && path.equals(that.path);
    }

    @Override
    public int hashCode() {
        return path.hashCode();
    }

    /** Omits the path, because a user can write a password where its file belongs. */
    @Override
    public String toString() {
        return origin + ": " + key;
    }
}
