package io.apexproxy.runtime.plugin;

/** A unit cannot be loaded; the message is the cause as the user reads it. */
final class UnitRefused extends Exception {

    private static final long serialVersionUID = 1L;

    UnitRefused(String cause) {
        super(cause);
    }

    UnitRefused(Throwable cause) {
        super(Failures.oneLine(cause), cause);
    }
}
