package io.apexproxy.runtime.cli;

import java.util.List;

/** A command cannot go on, for a reason that its message explains to the user completely. */
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

    /** Returns the message in lines; a line end inside of one is part of a name. */
    List<String> lines() {
        return List.of(lines);
    }

    ExitStatus status() {
        return status;
    }
}
