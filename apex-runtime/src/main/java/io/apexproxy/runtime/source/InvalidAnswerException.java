package io.apexproxy.runtime.source;

/** An answer of a source that cannot be used. The message is the reason, fit for a log line. */
final class InvalidAnswerException extends Exception {

    private static final long serialVersionUID = 1L;

    InvalidAnswerException(String message) {
        super(message);
    }
}
