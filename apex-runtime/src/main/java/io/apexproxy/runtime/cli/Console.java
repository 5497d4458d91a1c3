package io.apexproxy.runtime.cli;

import io.apexproxy.runtime.log.CleanThrowableConverter;
import io.apexproxy.runtime.log.CleanText;
import java.io.PrintStream;

/**
 * Prints lines to the terminal. Text from an argument, a path or an exception cannot begin another line, control the
 * terminal or show the user information of a URL.
 */
final class Console {

    /** More than any line that Apex composes. */
    private static final int LONGEST_LINE = 4_000;

    private final PrintStream stream;

    Console(PrintStream stream) {
        this.stream = stream;
    }

    /** Prints one line, whatever the text has in it. */
    void line(String text) {
        stream.println(CleanText.bounded(text, LONGEST_LINE));
    }

    /** Prints the stack trace of an exception, as the log does. */
    void stackTrace(Throwable failure) {
        stream.print(CleanThrowableConverter.text(failure));
    }
}
