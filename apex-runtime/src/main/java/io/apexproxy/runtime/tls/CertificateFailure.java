package io.apexproxy.runtime.tls;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Optional;

/** The reason in a certificate why a handshake failed, which the JDK hides in causes of the exception. */
public final class CertificateFailure {

    /** Bounds the search in a cyclic chain of causes. */
    private static final int MAX_CAUSES = 10;

    private CertificateFailure() {
    }

    /** Returns the reason in a few words, which can contain text of the peer; empty if it is not a certificate. */
    public static Optional<String> reason(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
            if (cause instanceof CertificateExpiredException) {
                return Optional.of("the certificate has expired (" + cause.getMessage() + ")");
            } else if (cause instanceof CertificateNotYetValidException) {
                return Optional.of("the certificate is not valid yet (" + cause.getMessage() + ")");
            } else if (cause instanceof CertPathBuilderException || cause instanceof CertPathValidatorException) {
                return Optional.of("the certificate is not trusted (" + cause.getMessage() + ")");
            }
            cause = cause.getCause();
        }
        return Optional.empty();
    }
}
