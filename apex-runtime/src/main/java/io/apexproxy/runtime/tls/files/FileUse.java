package io.apexproxy.runtime.tls.files;

import io.apexproxy.runtime.certificate.ServerCertificate;
import io.apexproxy.runtime.config.tls.FileSetting;
import io.apexproxy.runtime.log.CleanText;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * The use of files by a listener or a pool. Several can use the same files.
 *
 * @param owner the listener or pool
 * @param identity equal for settings with the same files
 * @param setting the setting of the first file, for messages
 * @param files the files
 */
record FileUse(Owner owner, Object identity, FileSetting setting, WatchedFiles<?> files) {

    /**
     * A listener or pool.
     *
     * @param isListener whether it is a listener
     * @param name its name
     */
    record Owner(boolean isListener, String name) {
    }

    /** Returns the expiry of the certificate; empty for trusted issuers. */
    Optional<Instant> expiry() {
        return Optional.of(files.content().expiry()).filter(expiry -> !expiry.equals(Instant.MAX));
    }

    /** Returns the content in use for a message, with its expiry. */
    String text() {
        return CleanText.piece(files.content().toString())
                + expiry().map(expiry -> ", valid until " + expiry).orElse("");
    }

    /** Returns the first name in the certificate; the name of the file if there is none. */
    String label() {
        if (files.content() instanceof ServerCertificate certificate && !certificate.names().isEmpty()) {
            return CleanText.piece(certificate.names().get(0).text());
        }
        return CleanText.piece(String.valueOf(Path.of(setting.path()).getFileName()));
    }
}
