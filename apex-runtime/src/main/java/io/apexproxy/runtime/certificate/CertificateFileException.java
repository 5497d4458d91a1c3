package io.apexproxy.runtime.certificate;

import java.nio.file.Path;

/**
 * A file of a certificate or key cannot be used. The message has the file, the reason and the way out, and no bytes of
 * the file.
 */
public final class CertificateFileException extends Exception {

    private static final long serialVersionUID = 1;

    /** A text, because a path is not serializable. */
    private final String file;

    CertificateFileException(Path file, String reason) {
        super(file + ": " + reason);
        this.file = file.toString();
    }

    CertificateFileException(Path file, int line, String reason) {
        super(file + ":" + line + ": " + reason);
        this.file = file.toString();
    }

    /** Returns whether the exception is about this file, in the form in which it was passed to the reader. */
    public boolean isAbout(Path path) {
        return file.equals(path.toString());
    }
}
