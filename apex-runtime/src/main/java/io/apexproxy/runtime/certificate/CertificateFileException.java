package io.apexproxy.runtime.certificate;

import java.nio.file.Path;

/**
 * A file of a certificate or key cannot be used. The message has the file, the reason and the way out, and no bytes of
 * the file.
 */
public final class CertificateFileException extends Exception {

    private static final long serialVersionUID = 1;

    CertificateFileException(Path file, String reason) {
        super(file + ": " + reason);
    }

    CertificateFileException(Path file, int line, String reason) {
        super(file + ":" + line + ": " + reason);
    }
}
