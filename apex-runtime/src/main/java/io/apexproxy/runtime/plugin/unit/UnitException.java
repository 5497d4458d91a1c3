package io.apexproxy.runtime.plugin.unit;

import io.apexproxy.runtime.log.FailureText;

/** A unit cannot be loaded; the message is the cause as the user reads it. */
public final class UnitException extends Exception {

    private static final long serialVersionUID = 1L;

    /**
     * Creates it with a cause in words.
     *
     * @param cause as the user reads it
     */
    public UnitException(String cause) {
        super(cause);
    }

    /**
     * Creates it with what an exception says.
     *
     * @param cause of any origin
     */
    public UnitException(Throwable cause) {
        super(FailureText.oneLine(cause), cause);
    }
}
