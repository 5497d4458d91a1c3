package io.apexproxy.runtime.relay;

import java.net.BindException;
import java.util.Locale;

/** Tells failures of this machine from failures of the other: the former are no observation about a backend. */
final class LocalFailure {

    private LocalFailure() {
    }

    /** EADDRNOTAVAIL is a {@link BindException} in the JDK; EMFILE, ENFILE and ENOBUFS have only their text. */
    static boolean is(Throwable cause) {
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
