package io.apexproxy.runtime.probe;

import io.apexproxy.runtime.tls.CertificateFailure;
import java.io.IOException;
import java.net.SocketException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ShutdownChannelGroupException;
import java.util.Locale;

/** The failures of connections, as short reasons for the log. */
final class Failures {

    private static final String EAGAIN = "resource temporarily unavailable";

    private Failures() {
    }

    /**
     * Returns the exception for a plugin.
     *
     * @param prefix the begin of the message
     * @param failure the failure, which becomes the cause
     * @return a {@link ClosedChannelException} if the connection was closed by this side
     */
    static IOException of(String prefix, Throwable failure) {
        if (failure instanceof ClosedChannelException closed) {
            return closed;
        }
        if (failure instanceof ShutdownChannelGroupException) { // the proxy is being closed
            ClosedChannelException closed = new ClosedChannelException();
            closed.initCause(failure);
            return closed;
        }
        return new IOException(prefix + reason(failure), failure);
    }

    /** Returns the exception for a plugin after the TLS handshake has begun. */
    static IOException ofTls(Throwable failure) {
        String prefix = "TLS handshake failed: ";
        return CertificateFailure.reason(failure).map(reason -> new IOException(prefix + reason, failure))
                .orElseGet(() -> of(prefix, failure));
    }

    /** Returns the message of the system with a small first letter, unless it begins with an abbreviation. */
    static String reason(Throwable failure) {
        String message = failure.getMessage();
        if (message == null || message.isBlank()) {
            return failure.getClass().getSimpleName();
        }
        boolean isWord = message.length() > 1 && Character.isLowerCase(message.charAt(1));
        return isWord ? Character.toLowerCase(message.charAt(0)) + message.substring(1) : message;
    }

    /** Returns whether the accept queue of a Unix-domain socket is full. A TCP connect does not fail like this. */
    static boolean isAcceptQueueFull(Throwable failure) {
        return failure instanceof SocketException && failure.getMessage() != null
                && failure.getMessage().toLowerCase(Locale.ROOT).contains(EAGAIN);
    }
}
