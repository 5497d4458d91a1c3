package io.apexproxy.runtime.plugin.unit;

import io.apexproxy.runtime.log.FailureText;

/** Thrown if a unit cannot be loaded. The message is shown to the user as the cause. */
public final class UnitException extends Exception {

    private static final long serialVersionUID = 1L;

    /** Creates an exception with a message. */
    public UnitException(String cause) {
        super(cause);
    }

    /** Creates an exception with a message derived from its cause. */
    public UnitException(Throwable cause) {
        super(FailureText.oneLine(cause), cause);
    }
}
