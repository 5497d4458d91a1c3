package io.apexproxy.runtime.relay.loop;

import java.net.BindException;
import java.util.Locale;

/** Tells failures of this machine from failures of the peer. The former are no observation about a backend. */
public final class LocalFailure {

    private LocalFailure() {
    }

    /**
     * Returns whether the failure is one of this machine.
     *
     * @param cause what a connect or an open has thrown
     */
    public static boolean is(Throwable cause) {
        // EADDRNOTAVAIL is a BindException in the JDK; EMFILE, ENFILE and ENOBUFS have only their text
        if (cause instanceof BindException) {
            return true;
        }
        String message = cause.getMessage();
        if (message == null) {
            return false;
        }
        String text = message.toLowerCase(Locale.ROOT);
        return text.contains("too many open files") || text.contains("no buffer space");
    }
}
