package io.apexproxy.runtime.limit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.util.List;
import java.util.Locale;

/**
 * Distinguishes failures of this machine from failures of a peer or a plugin. A lack of descriptors, ports, memory or
 * threads is no observation about a backend and no defect of a plugin.
 */
public final class LocalFailure {

    /** EMFILE, ENFILE, ENOBUFS and ENOMEM have only their text in Java. */
    private static final List<String> TEXTS =
            List.of("too many open files", "no buffer space", "cannot allocate memory");
    /** Exceptions have few causes; the bound is for those that are their own. */
    private static final int MOST_CAUSES = 10;

    private LocalFailure() {
    }

    /**
     * Returns whether the failure, or a cause of it, is one of this machine.
     *
     * @param failure what a connect, an open or a plugin has thrown
     */
    public static boolean is(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < MOST_CAUSES; depth++) {
            if (isLocal(cause)) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    /**
     * Returns the exception for a call of a plugin that failed because of this machine.
     *
     * @param call the place in the configuration, the plugin and its method
     * @param text the failure, cleaned
     */
    public static UncheckedIOException exception(String call, String text) {
        return new UncheckedIOException(call + " failed; the cause is this machine, not the configuration: " + text,
                new IOException(text));
    }

    /** EADDRNOTAVAIL is a BindException in the JDK, a thread that cannot be created an OutOfMemoryError. */
    private static boolean isLocal(Throwable failure) {
        if (failure instanceof BindException || failure instanceof OutOfMemoryError) {
            return true;
        }
        String message = failure.getMessage();
        if (message == null) {
            return false;
        }
        String text = message.toLowerCase(Locale.ROOT);
        return TEXTS.stream().anyMatch(text::contains);
    }
}
