package io.apexproxy.runtime.certificate;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The replacement of certificates whose files change while they are in use. Pure apart from the reader: the caller
 * looks at the files periodically and passes what it found. One thread.
 *
 * <p>Tools write certificate and key one after the other, so a pair that does not fit is read again for
 * {@value #RETRY_SECONDS} s before it is reported. It is reported once, and the pair in use stays.
 *
 * @param <T> the type of the content: a certificate with its key, or the certificates of trusted issuers
 */
public final class CertificateUpdate<T extends CertificateContent> {

    /** Longer than a tool takes to write two files, and shorter than an operator waits for a message. */
    public static final int RETRY_SECONDS = 5;

    private static final Duration RETRY = Duration.ofSeconds(RETRY_SECONDS);

    private final Reader<T> reader;
    private T current;
    /** Identifies the content of the files of the last successful or reported read. */
    private Object settled;
    /** When the files could first not be used; empty if their last content was settled. */
    private Optional<Instant> failingSince = Optional.empty();

    /**
     * A reader of the files.
     *
     * @param <T> the type of the content
     */
    @FunctionalInterface
    public interface Reader<T> {

        /**
         * Reads the files. It blocks.
         *
         * @throws CertificateFileException if the content cannot be used
         */
        T read() throws CertificateFileException;
    }

    /**
     * The result of a look at the files.
     *
     * @param <T> the type of the content
     */
    public sealed interface Result<T> permits Unchanged, Replaced, Failed {
    }

    /**
     * The content in use stays, and there is nothing to report.
     *
     * @param <T> the type of the content
     */
    public record Unchanged<T>() implements Result<T> {
    }

    /**
     * The files have a new content that can be used.
     *
     * @param content the new content; it can be equal to the one before
     * @param <T> the type of the content
     */
    public record Replaced<T>(T content) implements Result<T> {
    }

    /**
     * The files have changed and cannot be used. The content in use stays.
     *
     * @param reason the reason, for a message
     * @param <T> the type of the content
     */
    public record Failed<T>(String reason) implements Result<T> {
    }

    /**
     * Creates the state of files in use.
     *
     * @param reader reads the files
     * @param current the content in use
     * @param content identifies the content of the files from which it was read
     */
    public CertificateUpdate(Reader<T> reader, T current, Object content) {
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
    public Result<T> look(Object content, Instant now) {
        if (content.equals(settled)) {
            failingSince = Optional.empty();
            return new Unchanged<>();
        }
        String reason;
        try {
            T next = reader.read();
            if (!isExpired(next, now) || isExpired(current, now)) {
                current = next;
                return settle(content, new Replaced<>(next));
            }
            reason = next + " has expired at " + next.expiry();
        } catch (CertificateFileException e) {
            reason = e.getMessage();
        }
        Instant since = failingSince.orElse(now); // not restarted by a further content that cannot be used
        failingSince = Optional.of(since);
        return now.isBefore(since.plus(RETRY)) ? new Unchanged<>() : settle(content, new Failed<>(reason));
    }

    /** Returns whether the content of the files cannot be used so far and was not reported. */
    public boolean isRetrying() {
        return failingSince.isPresent();
    }

    private Result<T> settle(Object content, Result<T> result) {
        settled = content;
        failingSince = Optional.empty();
        return result;
    }

    private static boolean isExpired(CertificateContent content, Instant now) {
        return !now.isBefore(content.expiry());
    }
}
