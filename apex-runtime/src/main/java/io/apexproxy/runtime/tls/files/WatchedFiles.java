package io.apexproxy.runtime.tls.files;

import io.apexproxy.runtime.certificate.CertificateContent;
import io.apexproxy.runtime.certificate.CertificateFileException;
import io.apexproxy.runtime.certificate.CertificateUpdate;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Files of a certificate or of trusted issuers whose last valid content is in use. One thread looks at the files; any
 * thread may read the content.
 *
 * @param <T> the type of the content
 */
final class WatchedFiles<T extends CertificateContent> {

    private final List<Path> paths;
    private final CertificateUpdate<T> update;
    private final ExpiryWarnings warnings = new ExpiryWarnings();
    private FileStamps stamps;
    private volatile T content;
    private volatile Optional<String> problem = Optional.empty();

    /**
     * Reads the files. Blocks.
     *
     * @param paths the files
     * @param reader reads the files
     * @throws CertificateFileException if the content cannot be used
     */
    WatchedFiles(List<Path> paths, CertificateUpdate.Reader<T> reader) throws CertificateFileException {
        this.paths = List.copyOf(paths);
        this.stamps = FileStamps.of(paths); // before the read, so that a later change is found
        String digest = stamps.haveSpecial() ? "" : FileDigest.of(paths);
        this.content = reader.read();
        this.update = new CertificateUpdate<>(reader, content, digest);
    }

    /** Returns the content in use. */
    T content() {
        return content;
    }

    /** Returns the reason why the present files cannot be used; empty if they are in use or were not reported. */
    Optional<String> problem() {
        return problem;
    }

    /** Returns the warning that is due about the content in use. */
    ExpiryWarnings.Warning warning(Instant now) {
        return warnings.at(now, content.expiry());
    }

    /**
     * Looks at the files, and replaces the content in use if they have another one that is valid. Blocks.
     *
     * @param now the time of the look
     */
    Change look(Instant now) {
        FileStamps next = FileStamps.of(paths);
        boolean isSettled = next.equals(stamps) && !next.areYoung(now) && !update.isRetrying()
                && problem.isEmpty(); // else a change of permissions can make the files usable
        stamps = next;
        if (isSettled || next.haveSpecial()) { // a read of a pipe blocks until a program writes to it
            return Change.NONE;
        }
        CertificateUpdate.Result<T> result = update.look(FileDigest.of(paths), now);
        if (result instanceof CertificateUpdate.Failed<T> failed) {
            problem = Optional.of(failed.reason());
            return Change.FAILED;
        }
        return result instanceof CertificateUpdate.Replaced<T> replaced ? replace(replaced.content()) : Change.NONE;
    }

    /** Keeps the object if the content is equal: it has only moved, or it is usable again. */
    private Change replace(T next) {
        boolean hadProblem = problem.isPresent();
        problem = Optional.empty();
        if (!next.equals(content)) {
            content = next;
            return Change.REPLACED;
        }
        return hadProblem ? Change.RESTORED : Change.NONE;
    }

    /** The result of a look at the files, for the log. */
    enum Change {
        /** Nothing to log. */
        NONE,
        /** The files have another content, which is in use now. */
        REPLACED,
        /** The files have the content in use again, after they could not be used. */
        RESTORED,
        /** The files cannot be used; {@link WatchedFiles#problem()} has the reason. */
        FAILED
    }
}
