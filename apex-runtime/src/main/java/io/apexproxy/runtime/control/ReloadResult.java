package io.apexproxy.runtime.control;

import io.apexproxy.api.ConfigException;
import java.util.List;

/**
 * The result of a reload.
 *
 * @param outcome what happened to the configuration
 * @param changes the differences in one line; empty unless they were applied
 * @param problems the mistakes, each with its origin; empty unless the configuration was rejected
 */
public record ReloadResult(Outcome outcome, String changes, List<String> problems) {

    /** What a reload did to the configuration in force. */
    public enum Outcome {
        /** The differences are in force. */
        APPLIED,
        /** There were no differences. */
        UNCHANGED,
        /** The configuration has mistakes or could not be applied; the previous one stays in force. */
        REJECTED
    }

    /** Returns the result of a reload whose differences are in force. */
    public static ReloadResult applied(String changes) {
        return new ReloadResult(Outcome.APPLIED, changes, List.of());
    }

    /** Returns the result of a reload without differences. */
    public static ReloadResult unchanged() {
        return new ReloadResult(Outcome.UNCHANGED, "", List.of());
    }

    /** Returns the result of a reload that changed nothing because of the mistakes in the configuration. */
    public static ReloadResult rejected(ConfigException mistakes) {
        return rejected(mistakes.problems().stream().map(Object::toString).toList());
    }

    /** Returns the result of a reload that changed nothing because of these mistakes. */
    public static ReloadResult rejected(List<String> problems) {
        return new ReloadResult(Outcome.REJECTED, "", List.copyOf(problems));
    }

    /** Returns the result as a sentence. Its parts can have any origin and length. */
    @Override
    public String toString() {
        return switch (outcome) {
            case APPLIED -> "Configuration changed: " + changes;
            case UNCHANGED -> "Configuration read again: nothing changed";
            case REJECTED -> "Configuration not changed, the previous one stays in force: " + problems.get(0)
                    + (problems.size() == 1 ? "" : " and " + (problems.size() - 1) + " more");
        };
    }
}
