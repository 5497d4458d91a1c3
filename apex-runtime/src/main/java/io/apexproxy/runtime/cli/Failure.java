package io.apexproxy.runtime.cli;

/** A command cannot go on, for a reason that its message explains to the user completely. */
final class Failure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ExitStatus status;

    Failure(ExitStatus status, String message) {
        super(message);
        this.status = status;
    }

    Failure(ExitStatus status, String message, Throwable cause) {
        super(message, cause);
        this.status = status;
    }

    ExitStatus status() {
        return status;
    }
}
