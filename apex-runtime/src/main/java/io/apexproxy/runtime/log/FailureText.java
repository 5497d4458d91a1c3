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

/** A one-line description of an exception and its causes, for users. */
public final class FailureText {

    /** Longer chains are repetitive or cyclic. */
    private static final int MAX_EXCEPTIONS = 5;

    private FailureText() {
    }

    /**
     * Describes an exception and its causes.
     *
     * @param failure an exception of any origin; its messages are escaped and shortened
     * @return one line
     */
    public static String oneLine(Throwable failure) {
        return oneLine(failure, UnaryOperator.identity());
    }

    /**
     * Describes an exception and its causes, with an edit of each message.
     *
     * @param failure an exception of any origin; its messages are escaped and shortened
     * @param edit changes a message before it is shortened
     * @return one line
     */
    public static String oneLine(Throwable failure, UnaryOperator<String> edit) {
        List<String> parts = new ArrayList<>();
        for (Throwable current = failure; current != null && parts.size() < MAX_EXCEPTIONS;
                current = current.getCause()) {
            parts.add(CleanText.of(current, cause -> edit.apply(text(cause))));
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
            return "not a complete jar (" + failure.getMessage() + "); copy it again";
        }
        if (failure.getMessage() == null || !isSelfExplanatory(failure)) {
            return failure.toString();
        }
        return failure.getMessage();
    }

    /** Returns whether the message is clear without the class of the exception. */
    private static boolean isSelfExplanatory(Throwable failure) {
        return failure instanceof ServiceConfigurationError
                || failure instanceof ResolutionException
                || failure instanceof FindException
                || failure instanceof LayerInstantiationException
                || failure instanceof FileNotFoundException
                || (failure instanceof FileSystemException file && file.getReason() != null);
    }
}
