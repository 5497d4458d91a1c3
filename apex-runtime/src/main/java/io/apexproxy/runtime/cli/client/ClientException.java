package io.apexproxy.runtime.cli.client;

import java.util.List;

/** A request that a running process did not answer as expected. The message is complete for the user. */
public final class ClientException extends Exception {

    private static final long serialVersionUID = 1L;

    private final boolean isReached;
    private final boolean isBusy;
    private final String[] lines;

    private ClientException(boolean isReached, boolean isBusy, String[] lines, Throwable cause) {
        super(String.join(" ", lines), cause);
        this.isReached = isReached;
        this.isBusy = isBusy;
        this.lines = lines;
    }

    /** Returns the exception for a process that cannot be found or does not answer. */
    static ClientException notReached(Throwable cause, List<String> lines) {
        return new ClientException(false, false, lines.toArray(String[]::new), cause);
    }

    static ClientException notReached(Throwable cause, String line) {
        return notReached(cause, List.of(line));
    }

    /** Returns the exception for a process that refuses a request. */
    static ClientException refused(String line) {
        return new ClientException(true, false, new String[] {line}, null);
    }

    /** Returns the exception for a process that handles another such request. */
    static ClientException busy(String line) {
        return new ClientException(true, true, new String[] {line}, null);
    }

    /** Returns whether the process handles another such request. */
    boolean isBusy() {
        return isBusy;
    }

    /** Returns whether the process has answered. */
    public boolean isReached() {
        return isReached;
    }

    /** Returns the lines of the message. */
    public List<String> lines() {
        return List.of(lines);
    }
}
