package io.apexproxy.runtime.plugin.unit;

import io.apexproxy.runtime.log.Failures;

/** A unit cannot be loaded; the message is the cause as the user reads it. */
public final class UnitRefused extends Exception {

    private static final long serialVersionUID = 1L;

    /**
     * Creates it with a cause in words.
     *
     * @param cause as the user reads it
     */
    public UnitRefused(String cause) {
        super(cause);
    }

    /**
     * Creates it with what an exception says.
     *
     * @param cause of any origin
     */
    public UnitRefused(Throwable cause) {
        super(Failures.oneLine(cause), cause);
    }
}
