package io.apexproxy.runtime.cli;

import io.apexproxy.runtime.log.CleanText;
import io.apexproxy.runtime.log.CleanThrowableConverter;
import java.io.PrintStream;

/**
 * A printer of lines to the terminal. Control characters of arguments, paths and exceptions are escaped, so that such
 * text cannot forge a line or control the terminal. User information in URLs is hidden.
 */
final class Console {

    /** Characters; more than any line of Apex without quoted text. */
    private static final int MAX_LINE_LENGTH = 4_000;

    private final PrintStream stream;

    Console(PrintStream stream) {
        this.stream = stream;
    }

    /** Prints the text as one line. */
    void line(String text) {
        stream.println(CleanText.bounded(text, MAX_LINE_LENGTH));
    }

    /** Prints a stack trace in the format of the log. */
    void stackTrace(Throwable failure) {
        stream.print(CleanThrowableConverter.text(failure));
    }
}
