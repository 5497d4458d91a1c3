package io.apexproxy.runtime.relay.connecting;

import io.apexproxy.runtime.log.CleanText;
import io.apexproxy.runtime.prologue.TlsRefusedException;
import io.apexproxy.runtime.relay.record.Cause;
import io.apexproxy.runtime.tls.CertificateFailure;
import javax.net.ssl.SSLException;

/**
 * The failure of an attempt to connect, which is not a lack of resources of this machine.
 *
 * @param cause the cause of the session if no other backend is left
 * @param reason a few words for the log
 * @param affectsHealth whether it says something about the health of the backend
 */
record AttemptFailure(Cause cause, String reason, boolean affectsHealth) {

    static final AttemptFailure TIMEOUT = new AttemptFailure(Cause.CONNECT_TIMEOUT, "connect timed out", true);

    /**
     * Returns the failure with an exception.
     *
     * @param clientRequestsTls whether the client, not the pool, requests TLS from the backend
     */
    static AttemptFailure of(Throwable failure, boolean clientRequestsTls) {
        String message = String.valueOf(failure.getMessage());
        if (failure instanceof SSLException) { // its message can contain text of the backend
            String reason = CleanText.piece(CertificateFailure.reason(failure).orElse(message));
            return new AttemptFailure(Cause.BACKEND_TLS_FAILED, "TLS handshake failed: " + reason, true);
        }
        // A client without TLS could use a backend without it, and no client may change the health by its requests.
        return new AttemptFailure(Cause.CONNECT_FAILED, "connect failed: " + message,
                !clientRequestsTls || !(failure instanceof TlsRefusedException));
    }
}
