package io.apexproxy.runtime.source;

import java.util.Locale;

/** Why a look-up has no answer. */
enum FailureCause {

    /** The plugin has reported a reason, such as an unreachable server. */
    FAILED,
    /** The plugin has not returned in time. */
    TIMEOUT,
    /** The answer has a mistake, such as an invalid address. */
    INVALID,
    /** The plugin has a defect: an unchecked exception, or null. */
    DEFECT;

    /** Returns the name in metrics and in {@code /status}. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
