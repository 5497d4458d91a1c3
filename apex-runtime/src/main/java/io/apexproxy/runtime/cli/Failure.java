package io.apexproxy.runtime.cli;

import java.util.List;

/** A failure of a command whose message is complete for the user. */
final class Failure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ExitStatus status;
    private final String[] lines;

    Failure(ExitStatus status, String... lines) {
        super(String.join(" ", lines));
        this.status = status;
        this.lines = lines.clone();
    }

    Failure(ExitStatus status, String message, Throwable cause) {
        super(message, cause);
        this.status = status;
        this.lines = new String[] {message};
    }

    /** Returns the lines of the message. A line break inside a line is part of a name. */
    List<String> lines() {
        return List.of(lines);
    }

    ExitStatus status() {
        return status;
    }
}
