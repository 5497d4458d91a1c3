package io.apexproxy.runtime.control;

/** A request with a missing, unknown or invalid parameter. The message is complete for the user. */
final class BadQueryException extends Exception {

    private static final long serialVersionUID = 1L;

    BadQueryException(String message) {
        super(message);
    }
}
