package io.apexproxy.runtime.tls.files;

import io.apexproxy.runtime.log.CleanText;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The log lines about watched files. */
final class FileLog {

    private static final Logger LOG = LoggerFactory.getLogger("apex.tls");

    private FileLog() {
    }

    /** Logs the result of a look. */
    static void log(FileUse use, WatchedFiles.Change change) {
        String key = use.setting().key();
        switch (change) {
            case REPLACED -> LOG.info("{}: replaced; in use now: {}", key, use.text());
            case RESTORED -> LOG.info("{}: the files can be used again; in use: {}", key, use.text());
            case FAILED -> LOG.error("{}: the changed files cannot be used: {}; still in use: {}; correct the files,"
                    + " they are read again when they change", key,
                    CleanText.message(use.files().problem().orElse("unknown")), use.text());
            case NONE -> {
                // the normal case
            }
        }
    }

    /** Logs that contexts could not be made from valid files. */
    static void logRejected(RuntimeException failure) {
        LOG.error("the TLS library rejects changed files; the certificates before stay in use: {}",
                CleanText.of(failure));
    }

    /** Logs the expiry of a certificate in use if that is due. */
    static void logExpiry(FileUse use, Instant now) {
        boolean hasExpired = use.expiry().filter(expiry -> !now.isBefore(expiry)).isPresent();
        expiry(use, now).ifPresent(text -> {
            if (hasExpired) {
                LOG.error("{}", text);
            } else {
                LOG.warn("{}", text);
            }
        });
    }

    /** Returns the message about the expiry of a certificate if that is due. */
    static Optional<String> expiry(FileUse use, Instant now) {
        Instant expiry = use.files().content().expiry();
        return switch (use.files().warning(now)) {
            case NONE -> Optional.empty();
            case SOON -> Optional.of(subject(use) + " expires in " + days(Duration.between(now, expiry).toDays())
                    + ", at " + expiry + "; renew it, the files are watched");
            case EXPIRED -> Optional.of(subject(use) + " has expired at " + expiry
                    + " and is still used; renew it, the files are watched");
        };
    }

    private static String days(long count) {
        return count == 1 ? "1 day" : count + " days";
    }

    private static String subject(FileUse use) {
        return use.setting().key() + ": " + CleanText.piece(use.files().content().toString());
    }
}
