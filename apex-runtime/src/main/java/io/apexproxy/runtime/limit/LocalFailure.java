package io.apexproxy.runtime.limit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.util.List;
import java.util.Locale;

/**
 * Recognizes failures of this machine, as opposed to failures of a peer or a plugin. A lack of descriptors, ports,
 * memory or threads is neither an observation about a backend nor a defect of a plugin.
 */
public final class LocalFailure {

    /** The texts of EMFILE, ENFILE, ENOBUFS and ENOMEM, for which the JDK has no exception types. */
    private static final List<String> TEXTS =
            List.of("too many open files", "no buffer space", "cannot allocate memory");
    /** Bounds the search in a cyclic chain of causes. */
    private static final int MOST_CAUSES = 10;

    private LocalFailure() {
    }

    /** Returns whether the failure or one of its causes is a failure of this machine. */
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

    /** Returns whether a failure can pass by itself: a lack of descriptors, buffers or memory of the kernel. */
    public static boolean isTemporary(IOException failure) {
        return is(failure) && !(failure instanceof BindException);
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

    /** The JDK maps EADDRNOTAVAIL to BindException and a failure to create a thread to OutOfMemoryError. */
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
