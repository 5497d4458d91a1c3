package io.apexproxy.runtime.certificate;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The replacement of a certificate whose files change while it is in use. Pure apart from the reader: the caller looks
 * at the files periodically and passes what it found. One thread.
 *
 * <p>Tools write certificate and key one after the other, so a pair that does not fit is read again for
 * {@value #RETRY_SECONDS} s before it is reported. It is reported once, and the pair in use stays.
 */
final class CertificateUpdate {

    /** Longer than a tool takes to write two files, and shorter than an operator waits for a message. */
    static final int RETRY_SECONDS = 5;

    private static final Duration RETRY = Duration.ofSeconds(RETRY_SECONDS);

    private final Reader reader;
    private ServerCertificate current;
    /** Identifies the content of the files of the last successful or reported read. */
    private Object settled;
    /** Identifies the content that cannot be used so far; empty if the last one was settled. */
    private Optional<Object> failing = Optional.empty();
    private Instant failingSince = Instant.EPOCH;

    /** A reader of the files. */
    @FunctionalInterface
    interface Reader {

        /** Reads the certificate and its key. It blocks. */
        ServerCertificate read() throws CertificateFileException;
    }

    /** The result of a look at the files. */
    sealed interface Result permits Unchanged, Replaced, Failed {
    }

    /** The certificate in use stays, and there is nothing to report. */
    record Unchanged() implements Result {
    }

    /**
     * The files have a new certificate.
     *
     * @param certificate the new certificate
     */
    record Replaced(ServerCertificate certificate) implements Result {
    }

    /**
     * The files have changed and cannot be used. The certificate in use stays.
     *
     * @param reason the reason, for a message
     */
    record Failed(String reason) implements Result {
    }

    /**
     * Creates the state of a certificate in use.
     *
     * @param current the certificate in use
     * @param content identifies the content of the files from which it was read
     */
    CertificateUpdate(Reader reader, ServerCertificate current, Object content) {
        this.reader = reader;
        this.current = current;
        this.settled = content;
    }

    /**
     * Handles a look at the files. Reads them if they have changed, or if they cannot be used so far.
     *
     * @param content identifies the content of the files; equal for equal content
     * @param now the time of the look
     */
    Result look(Object content, Instant now) {
        if (content.equals(settled)) {
            failing = Optional.empty();
            return new Unchanged();
        }
        String reason;
        try {
            ServerCertificate next = reader.read();
            if (!isExpired(next, now) || isExpired(current, now)) {
                current = next;
                return settle(content, new Replaced(next));
            }
            reason = next + " has expired at " + next.expiry();
        } catch (CertificateFileException e) {
            reason = e.getMessage();
        }
        if (!failing.equals(Optional.of(content))) {
            failing = Optional.of(content);
            failingSince = now;
        }
        return now.isBefore(failingSince.plus(RETRY)) ? new Unchanged() : settle(content, new Failed(reason));
    }

    private Result settle(Object content, Result result) {
        settled = content;
        failing = Optional.empty();
        return result;
    }

    private static boolean isExpired(ServerCertificate certificate, Instant now) {
        return !now.isBefore(certificate.expiry());
    }
}
