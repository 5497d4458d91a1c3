package io.apexproxy.runtime.takeover;

/** A takeover that is not possible. The message is complete for the user. */
public final class TakeoverException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Creates an exception with a message of one line. */
    public TakeoverException(String message) {
        super(message);
    }

    /** Creates an exception with a message of one line and its cause. */
    public TakeoverException(String message, Throwable cause) {
        super(message, cause);
    }
}
