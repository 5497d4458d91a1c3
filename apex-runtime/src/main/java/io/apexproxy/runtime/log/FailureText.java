package io.apexproxy.runtime.log;

import java.io.FileNotFoundException;
import java.lang.module.FindException;
import java.lang.module.ResolutionException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.function.UnaryOperator;
import java.util.zip.ZipException;

/** Puts an exception and its causes into one line that a user can act on. */
public final class FailureText {

    /** Longer chains repeat themselves, or go in circles. */
    private static final int CAUSES = 5;

    private FailureText() {
    }

    /**
     * Returns what an exception and its causes say.
     *
     * @param failure of any origin; its messages are cleaned, and cut
     * @return one line
     */
    public static String oneLine(Throwable failure) {
        return oneLine(failure, UnaryOperator.identity());
    }

    /**
     * Returns what an exception and its causes say, where something is removed from each message before it is cut.
     *
     * @param failure of any origin; its messages are cleaned, and cut
     * @param removal removes it from the message of one exception
     * @return one line
     */
    public static String oneLine(Throwable failure, UnaryOperator<String> removal) {
        List<String> parts = new ArrayList<>();
        for (Throwable at = failure; at != null && parts.size() < CAUSES; at = at.getCause()) {
            parts.add(CleanText.of(at, cause -> removal.apply(text(cause))));
        }
        return String.join(", caused by ", parts);
    }

    private static String text(Throwable failure) {
        if (failure instanceof NoSuchFileException missing) {
            return "no such file: " + missing.getFile();
        }
        if (failure instanceof AccessDeniedException denied) {
            return "permission denied: " + denied.getFile() + "; let the user '" + System.getProperty("user.name")
                    + "' read it";
        }
        if (failure instanceof ZipException) {
            return "not a jar, or not all of one (" + failure.getMessage() + "); copy it here again";
        }
        if (failure.getMessage() == null || !speaksForItself(failure)) {
            return failure.toString();
        }
        return failure.getMessage();
    }

    /** Whether the message is a sentence that the name of the exception adds nothing to. */
    private static boolean speaksForItself(Throwable failure) {
        return failure instanceof ServiceConfigurationError
                || failure instanceof ResolutionException
                || failure instanceof FindException
                || failure instanceof LayerInstantiationException
                || failure instanceof FileNotFoundException
                || failure instanceof FileSystemException file && file.getReason() != null;
    }
}
